package io.agentanalytics.benchmarks.weights;

import org.jspecify.annotations.Nullable;

/**
 * What a run came to. Money in dollars per 1,000 requests, shares in percent, times in seconds.
 *
 * @param regret what the oracle would have brought more
 * @param awaySeconds until 90 % of the target's traffic had left it; null if never, or no target
 * @param backSeconds until 80 % of its traffic was back after the fault
 * @param churn points of traffic moved in a minute
 * @param bestFaultSuccess the oracle's success while the fault lasted
 */
record Score(
        double regret,
        double success,
        double faultSuccess,
        double bestFaultSuccess,
        double cost,
        double churn,
        @Nullable Double awaySeconds,
        @Nullable Double backSeconds) {}
