/** Clients that send telemetry: what arrives, what is dropped, and what is missing. */
@org.jspecify.annotations.NullMarked
package io.agentanalytics.api.clients;
