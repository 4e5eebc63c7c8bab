/**
 * Detectors without Flink, and the thin functions around them that turn task outcomes and provider
 * windows into signals.
 */
@org.jspecify.annotations.NullMarked
package io.agentanalytics.job.alerts.signal;
