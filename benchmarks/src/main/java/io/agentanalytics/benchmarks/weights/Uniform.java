package io.agentanalytics.benchmarks.weights;

import java.util.List;
import java.util.Random;

/** Equal shares for all providers. */
final class Uniform extends Balancer {
    Uniform(int providers, List<Integer> active, Random random, Prices prices) {
        super(providers, active, random, prices);
    }

    @Override
    int choose(double now) {
        return any(active);
    }
}
