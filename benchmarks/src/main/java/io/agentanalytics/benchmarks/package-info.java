/** Benchmarks of the whole system. */
@org.jspecify.annotations.NullMarked
package io.agentanalytics.benchmarks;
