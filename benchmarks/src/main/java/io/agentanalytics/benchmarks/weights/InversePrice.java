package io.agentanalytics.benchmarks.weights;

import io.agentanalytics.benchmarks.weights.Provider.RequestResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * OpenRouter's documented default. Providers with outages in the last 30 s are excluded (more than
 * one fifth of at least three requests failed; the real threshold is not published). The others get
 * shares in inverse proportion to the square of their price.
 */
final class InversePrice extends Balancer {
    private record Ended(double at, boolean ok) {}

    private final List<Deque<Ended>> recent = new ArrayList<>();
    private final double[] price = new double[providers];

    InversePrice(BalancerSetup setup) {
        super(setup);
        for (int i = 0; i < providers; i++) {
            recent.add(new ArrayDeque<>());
        }
    }

    @Override
    void ended(double now, int i, int request, RequestResult result, double startedAt) {
        recent.get(i).add(new Ended(now, result.ok()));
        if (result.ok()) {
            price[i] = price[i] == 0 ? result.cost() : .95 * price[i] + .05 * result.cost();
        }
    }

    private boolean isOut(int i, double now) {
        Deque<Ended> window = recent.get(i);
        while (!window.isEmpty() && window.element().at() < now - 30) {
            window.remove();
        }
        long failed = window.stream().filter(e -> !e.ok()).count();
        return window.size() >= 3 && failed * 5 > window.size();
    }

    @Override
    int choose(double now) {
        List<Integer> well = active.stream().filter(i -> !isOut(i, now)).toList();
        double least = Arrays.stream(price).filter(p -> p > 0).min().orElse(1);
        return weighted(
                well.isEmpty() ? active : well,
                Arrays.stream(price)
                        .map(p -> Math.pow(Math.max(1e-4, p > 0 ? p : least), -2))
                        .toArray());
    }
}
