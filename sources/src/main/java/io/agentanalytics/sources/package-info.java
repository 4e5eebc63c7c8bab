/** Turns the telemetry of agents and SDKs into task events and into fragments of tasks. */
@NullMarked
package io.agentanalytics.sources;

import org.jspecify.annotations.NullMarked;
