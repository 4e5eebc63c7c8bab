package io.agentanalytics.benchmarks.weights;

import io.agentanalytics.benchmarks.weights.Provider.Outcome;
import io.agentanalytics.benchmarks.weights.Provider.RequestResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * LiteLLM's latency-based routing (window of ten, 1,000 s for a timeout), with the same cooldown.
 */
final class LiteLlmLatency extends LiteLlmShuffle {
    private static final int WINDOW = 10;
    private final List<Deque<Double>> latencies = new ArrayList<>();

    LiteLlmLatency(BalancerSetup setup) {
        super(setup);
        for (int i = 0; i < providers; i++) {
            latencies.add(new ArrayDeque<>());
        }
    }

    private double mean(int provider) {
        return latencies.get(provider).stream().mapToDouble(s -> s).average().orElse(0);
    }

    @Override
    int choose(double now) {
        List<Integer> available = available(now);
        double least = available.stream().mapToDouble(this::mean).min().orElse(0);
        return any(available.stream().filter(i -> mean(i) <= least).toList());
    }

    @Override
    void ended(double now, int provider, int request, RequestResult result, double startedAt) {
        super.ended(now, provider, request, result, startedAt);
        if (!result.ok() && result.outcome() != Outcome.TIMEOUT) {
            return;
        }
        Deque<Double> window = latencies.get(provider);
        window.add(result.ok() ? result.seconds() : 1000);
        if (window.size() > WINDOW) {
            window.remove();
        }
    }
}
