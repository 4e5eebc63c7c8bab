package io.agentanalytics.benchmarks.weights;

import io.agentanalytics.benchmarks.weights.Provider.Result;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/**
 * gRPC's weighted round robin (A58): requests a second by (utilisation + errors), renewed every
 * second; black-out 10 s, expiry 180 s. A provider reports no utilisation, so what is in flight
 * stands for it; without a weight it gets the mean.
 */
final class GrpcWeighted extends Balancer {
    private record Ended(double at, boolean ok) {}

    private static final double WINDOW = 10;
    private final int[] inFlight = new int[providers];
    private final List<Deque<Ended>> recent = new ArrayList<>();
    private final double[] weights = new double[providers];
    private final double[] newest = new double[providers];
    private final double[] since = new double[providers];
    private double renewed = -1;

    GrpcWeighted(int providers, List<Integer> active, Random random, Prices prices) {
        super(providers, active, random, prices);
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
    void ended(double now, int provider, int request, Result result, double startedAt) {
        inFlight[provider]--;
        recent.get(provider).add(new Ended(now, result.ok()));
        if (Double.isNaN(since[provider])) {
            since[provider] = now;
        }
        newest[provider] = now;
    }

    private void renew(double now) {
        renewed = now;
        for (int i : active) {
            Deque<Ended> window = recent.get(i);
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
