/**
 * Statistics that detectors and weights share: small classes without Flink, each with the source of
 * its formula. Those with public fields are kept in state.
 */
@NullMarked
package io.agentanalytics.job.statistics;

import org.jspecify.annotations.NullMarked;
