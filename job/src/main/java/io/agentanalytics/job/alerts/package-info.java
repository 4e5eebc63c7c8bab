/** Alerts: statistical detectors, patterns over their signals, and one lifecycle for both. */
@org.jspecify.annotations.NullMarked
package io.agentanalytics.job.alerts;
