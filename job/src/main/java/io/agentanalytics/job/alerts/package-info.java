/** Alerts: statistics first, patterns second, one life cycle. */
@org.jspecify.annotations.NullMarked
package io.agentanalytics.job.alerts;
