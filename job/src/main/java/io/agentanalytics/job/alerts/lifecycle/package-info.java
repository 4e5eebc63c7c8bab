/** Lifecycle of all alerts, from pending to resolved, and their notifications. */
@org.jspecify.annotations.NullMarked
package io.agentanalytics.job.alerts.lifecycle;
