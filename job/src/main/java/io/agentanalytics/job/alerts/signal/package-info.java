/**
 * Detectors without Flink, and the Flink functions that call them: they turn task outcomes, spend,
 * changes of queues, provider windows and weights into signals.
 */
@org.jspecify.annotations.NullMarked
package io.agentanalytics.job.alerts.signal;
