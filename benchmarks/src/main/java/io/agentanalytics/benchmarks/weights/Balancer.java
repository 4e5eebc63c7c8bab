package io.agentanalytics.benchmarks.weights;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Load balancer that knows providers only by the results of its requests. Times are in seconds. A
 * balancer inside a router sees every result immediately; see {@link Loop} for balancers behind a
 * stream.
 */
abstract class Balancer {
    /** No provider is available. */
    static final int NONE = -1;

    final int providers;
    final Random random;
    final Prices prices;
    final List<Integer> active = new ArrayList<>();

    /** Knowledge of a balancer at the start of a run: the active providers. */
    record BalancerSetup(int providers, List<Integer> active, Random random, Prices prices) {}

    /** Factory of a balancer for one run. */
    interface Maker {
        Balancer make(BalancerSetup setup);
    }

    Balancer(BalancerSetup setup) {
        providers = setup.providers();
        random = setup.random();
        prices = setup.prices();
        active.addAll(setup.active());
    }

    void join(int provider, double now) {
        active.add(provider);
    }

    abstract int choose(double now);

    void started(double now, int provider, int request) {}

    void ended(
            double now,
            int provider,
            int request,
            Provider.RequestResult result,
            double startedAt) {}

    /**
     * Returns the shares that routers must follow, for a balancer behind a stream. Called every
     * five seconds and after an event that makes {@link #isUrgent} true.
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
        return of.isEmpty() ? NONE : of.get(random.nextInt(of.size()));
    }

    /**
     * Returns a random element of {@code of}, weighted by {@code weights}, which are indexed by
     * provider.
     */
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
