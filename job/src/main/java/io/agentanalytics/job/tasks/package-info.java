/**
 * Stories of tasks: a story is the set of a task's events, and all statistics of the task are a
 * function of this set. The assembler emits the difference that each event causes.
 */
@org.jspecify.annotations.NullMarked
package io.agentanalytics.job.tasks;
