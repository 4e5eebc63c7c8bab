/** Benchmarks of the alerts, with injected and therefore known faults. */
@NullMarked
package io.agentanalytics.benchmarks.alerts;

import org.jspecify.annotations.NullMarked;
