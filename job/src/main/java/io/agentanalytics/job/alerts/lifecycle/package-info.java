/** One life cycle for all alerts: from pending to resolved, and who is told. */
@org.jspecify.annotations.NullMarked
package io.agentanalytics.job.alerts.lifecycle;
