/** Assembles events from the fragments that the intake publishes; the part that needs state. */
@NullMarked
package io.agentanalytics.job.telemetry;

import org.jspecify.annotations.NullMarked;
