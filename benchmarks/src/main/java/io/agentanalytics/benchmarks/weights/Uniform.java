package io.agentanalytics.benchmarks.weights;

/** Equal shares for all providers. */
final class Uniform extends Balancer {
    Uniform(BalancerSetup setup) {
        super(setup);
    }

    @Override
    int choose(double now) {
        return any(active);
    }
}
