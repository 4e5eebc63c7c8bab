/** Stateful assembly of events from the fragments that the intake publishes. */
@NullMarked
package io.agentanalytics.job.telemetry;

import org.jspecify.annotations.NullMarked;
