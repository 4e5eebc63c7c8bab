/**
 * Throughput of the whole job while it processes a backlog, compared with reference programs that
 * process the same bytes.
 */
@org.jspecify.annotations.NullMarked
package io.agentanalytics.benchmarks.throughput;
