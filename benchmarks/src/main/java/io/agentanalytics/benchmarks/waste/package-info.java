/** Quality of the patterns of waste, on simulated sessions with injected waste. */
@NullMarked
package io.agentanalytics.benchmarks.waste;

import org.jspecify.annotations.NullMarked;
