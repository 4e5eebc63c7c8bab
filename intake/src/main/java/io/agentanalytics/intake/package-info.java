/** Server that receives the telemetry of agents and writes it to Kafka. */
@NullMarked
package io.agentanalytics.intake;

import org.jspecify.annotations.NullMarked;
