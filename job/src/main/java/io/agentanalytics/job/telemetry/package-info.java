/** Makes events of the fragments that the intake publishes: what needs memory. */
@NullMarked
package io.agentanalytics.job.telemetry;

import org.jspecify.annotations.NullMarked;
