/** Patterns over signals, one per class, for conditions on order, repetition or absence. */
@org.jspecify.annotations.NullMarked
package io.agentanalytics.job.alerts.pattern;
