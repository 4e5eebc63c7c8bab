package io.agentanalytics.benchmarks.weights;

import io.agentanalytics.benchmarks.weights.Provider.RequestResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * gRPC's weighted round robin (A58): the weight is requests per second divided by (utilisation +
 * errors), updated every second, with a blackout period of 10 s and an expiration of 180 s.
 * Providers do not report their utilisation, so the requests in flight replace it. A provider
 * without a weight gets the mean weight.
 */
final class GrpcWeighted extends Balancer {
    private record Completion(double at, boolean ok) {}

    private static final double WINDOW = 10;
    private final int[] inFlight = new int[providers];
    private final List<Deque<Completion>> recent = new ArrayList<>();
    private final double[] weights = new double[providers];
    private final double[] newest = new double[providers];
    private final double[] since = new double[providers];
    private double renewed = -1;

    GrpcWeighted(BalancerSetup setup) {
        super(setup);
        Arrays.fill(since, Double.NaN);
        for (int i = 0; i < providers; i++) {
            recent.add(new ArrayDeque<>());
        }
    }

    @Override
    void started(double now, int provider, int request) {
        inFlight[provider]++;
    }

    @Override
    void ended(double now, int provider, int request, RequestResult result, double startedAt) {
        inFlight[provider]--;
        recent.get(provider).add(new Completion(now, result.ok()));
        if (Double.isNaN(since[provider])) {
            since[provider] = now;
        }
        newest[provider] = now;
    }

    private void renew(double now) {
        renewed = now;
        for (int i : active) {
            Deque<Completion> window = recent.get(i);
            while (!window.isEmpty() && window.element().at() < now - WINDOW) {
                window.remove();
            }
            double n = window.size();
            double failed = window.stream().filter(e -> !e.ok()).count();
            double load = inFlight[i] / 100.0;
            if (n > 0 && load > 0 && now - since[i] >= WINDOW) {
                weights[i] = n / WINDOW / (load + failed / n);
            }
            if (now - newest[i] > 180) {
                weights[i] = 0;
                since[i] = Double.NaN;
            }
        }
    }

    @Override
    int choose(double now) {
        if (now - renewed >= 1) {
            renew(now);
        }
        double[] known = active.stream().mapToDouble(i -> weights[i]).filter(w -> w > 0).toArray();
        if (known.length < 2) {
            return any(active);
        }
        double mean = Arrays.stream(known).average().orElse(1);
        return weighted(active, Arrays.stream(weights).map(w -> w > 0 ? w : mean).toArray());
    }
}
