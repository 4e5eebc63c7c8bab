/** The closed loop: policies steer a simulated fleet, and an oracle that knows the truth judges. */
@NullMarked
package io.agentanalytics.benchmarks.weights;

import org.jspecify.annotations.NullMarked;
