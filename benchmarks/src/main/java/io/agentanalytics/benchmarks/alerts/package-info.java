/** The quality of alerts on injected faults whose truth is known. */
@NullMarked
package io.agentanalytics.benchmarks.alerts;

import org.jspecify.annotations.NullMarked;
