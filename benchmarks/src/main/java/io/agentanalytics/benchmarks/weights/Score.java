package io.agentanalytics.benchmarks.weights;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Score of a run. Amounts are in dollars per 1,000 requests, shares in percent, and times in
 * seconds.
 *
 * @param regret additional utility that the oracle would have achieved
 * @param awaySeconds time until 90 % of the target's traffic had moved away; null if it never did
 *     or there is no target
 * @param backSeconds time after the fault until 80 % of the target's traffic had returned
 * @param churn percentage points of traffic moved per minute
 * @param bestFaultSuccess success rate of the oracle during the fault
 */
@RecordBuilder
record Score(
        double regret,
        double success,
        double faultSuccess,
        double bestFaultSuccess,
        double cost,
        double churn,
        @Nullable Double awaySeconds,
        @Nullable Double backSeconds) {}
