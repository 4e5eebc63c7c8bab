/** Clients that send telemetry, with their received, dropped and missing data. */
@org.jspecify.annotations.NullMarked
package io.agentanalytics.api.clients;
