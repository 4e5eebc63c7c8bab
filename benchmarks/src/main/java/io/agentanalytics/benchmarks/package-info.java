/** Measurements of the whole product. */
@org.jspecify.annotations.NullMarked
package io.agentanalytics.benchmarks;
