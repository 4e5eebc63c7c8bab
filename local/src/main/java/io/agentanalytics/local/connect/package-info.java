/** The command that connects clients to the intake. */
@org.jspecify.annotations.NullMarked
package io.agentanalytics.local.connect;
