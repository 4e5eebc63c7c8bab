/** Guides that describe how to connect a client to the intake, one resource file each. */
@org.jspecify.annotations.NullMarked
package io.agentanalytics.api.connect;
