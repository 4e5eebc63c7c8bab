/** Comparison of two sets of tasks, such as those of two versions of an agent. */
@org.jspecify.annotations.NullMarked
package io.agentanalytics.api.compare;
