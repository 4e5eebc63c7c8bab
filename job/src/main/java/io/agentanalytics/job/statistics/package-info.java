/**
 * Statistics shared by detectors and weights: small classes without Flink, each with the source of
 * its formula. Classes with public fields are kept in state.
 */
@NullMarked
package io.agentanalytics.job.statistics;

import org.jspecify.annotations.NullMarked;
