package io.agentanalytics.benchmarks.weights;

import io.agentanalytics.benchmarks.weights.Provider.RequestResult;
import java.util.Arrays;

/** Shares in inverse proportion to the mean latency of half a minute, including failures. */
final class InverseLatency extends Balancer {
    private final double[] latency = new double[providers];
    private final double[] seen = new double[providers];

    InverseLatency(BalancerSetup setup) {
        super(setup);
    }

    @Override
    void ended(double now, int provider, int request, RequestResult result, double startedAt) {
        double kept =
                latency[provider] == 0 ? 0 : Math.exp(-Math.max(now - seen[provider], .05) / 30);
        latency[provider] = latency[provider] * kept + result.seconds() * (1 - kept);
        seen[provider] = now;
    }

    @Override
    int choose(double now) {
        double least = Arrays.stream(latency).filter(s -> s > 0).min().orElse(1);
        return weighted(
                active,
                Arrays.stream(latency).map(s -> 1 / Math.max(.05, s > 0 ? s : least)).toArray());
    }
}
