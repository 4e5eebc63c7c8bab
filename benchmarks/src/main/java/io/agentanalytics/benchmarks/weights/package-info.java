/**
 * Closed-loop benchmarks of weights: policies steer a simulated fleet, and an oracle that knows the
 * condition of every provider evaluates them.
 */
@NullMarked
package io.agentanalytics.benchmarks.weights;

import org.jspecify.annotations.NullMarked;
