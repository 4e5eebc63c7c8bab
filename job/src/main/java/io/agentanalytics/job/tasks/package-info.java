/**
 * Stories of tasks: a story is the set of a task's events, and everything that is known of the task
 * is a function of this set. The assembler emits the difference that each event makes.
 */
@org.jspecify.annotations.NullMarked
package io.agentanalytics.job.tasks;
