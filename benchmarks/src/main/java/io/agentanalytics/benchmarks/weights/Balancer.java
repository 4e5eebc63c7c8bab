package io.agentanalytics.benchmarks.weights;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Chooses providers, knowing nothing but what comes of it. Times are seconds. One that is in the
 * router sees everything at once; see {@link Loop} for those behind a stream.
 */
abstract class Balancer {
    /** Nobody is available. */
    static final int NOBODY = -1;

    final int providers;
    final Random random;
    final Prices prices;
    final List<Integer> active = new ArrayList<>();

    Balancer(int providers, List<Integer> active, Random random, Prices prices) {
        this.providers = providers;
        this.random = random;
        this.prices = prices;
        this.active.addAll(active);
    }

    /** How a policy is made for a run. */
    interface Maker {
        Balancer make(int providers, List<Integer> active, Random random, Prices prices);
    }

    void join(int provider, double now) {
        active.add(provider);
    }

    abstract int choose(double now);

    void started(double now, int provider, int request) {}

    void ended(double now, int provider, int request, Provider.Result result, double startedAt) {}

    /**
     * The shares that routers are to follow, for a balancer behind a stream; asked every five
     * seconds, and after an event that {@link #isUrgent} follows.
     */
    double @Nullable [] shares(double now) {
        return null;
    }

    boolean isStreamed() {
        return false;
    }

    boolean isUrgent() {
        return false;
    }

    final int any(List<Integer> of) {
        return of.isEmpty() ? NOBODY : of.get(random.nextInt(of.size()));
    }

    /** One of those, by weight; weights by index of provider. */
    final int weighted(List<Integer> of, double[] weights) {
        double sum = 0;
        for (int i : of) {
            sum += weights[i];
        }
        double left = random.nextDouble() * sum;
        for (int i : of) {
            left -= weights[i];
            if (left < 0) {
                return i;
            }
        }
        return any(of);
    }
}
