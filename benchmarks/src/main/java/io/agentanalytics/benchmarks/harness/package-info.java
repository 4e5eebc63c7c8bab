/** Stacks, loads and sums that several benchmarks share. */
@NullMarked
package io.agentanalytics.benchmarks.harness;

import org.jspecify.annotations.NullMarked;
