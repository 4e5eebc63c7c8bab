/** Detectors, free of Flink, and the thin functions around them that turn facts into signals. */
@org.jspecify.annotations.NullMarked
package io.agentanalytics.job.alerts.signal;
