/** Patterns over signals, one a class: where order, repetition and absence matter. */
@org.jspecify.annotations.NullMarked
package io.agentanalytics.job.alerts.pattern;
