/** Alerts about task trees, measured on simulated days with injected runaways. */
@NullMarked
package io.agentanalytics.benchmarks.trees;

import org.jspecify.annotations.NullMarked;
