/** Exact windows: deltas of tasks are pre-aggregated and rolled up per scope and length. */
@org.jspecify.annotations.NullMarked
package io.agentanalytics.job.stats;
