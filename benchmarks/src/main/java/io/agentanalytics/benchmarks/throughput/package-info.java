/**
 * Throughput of the whole job while it catches up with a backlog, beside yardsticks that process
 * the same bytes.
 */
@org.jspecify.annotations.NullMarked
package io.agentanalytics.benchmarks.throughput;
