package io.agentanalytics.benchmarks.weights;

import io.agentanalytics.benchmarks.weights.Provider.RequestResult;

/** Thompson sampling behind our loop: the share of a provider is its frequency in 200 draws. */
final class ThompsonStreamed extends Balancer {
    private static final int DRAWS = 200;
    private final Thompson drawing;

    ThompsonStreamed(BalancerSetup setup) {
        super(setup);
        drawing = new Thompson(setup);
    }

    @Override
    boolean isStreamed() {
        return true;
    }

    @Override
    void join(int provider, double now) {
        super.join(provider, now);
        drawing.join(provider, now);
    }

    @Override
    void ended(double now, int i, int request, RequestResult result, double startedAt) {
        drawing.ended(now, i, request, result, startedAt);
    }

    @Override
    int choose(double now) {
        return drawing.choose(now);
    }

    @Override
    double[] shares(double now) {
        double[] shares = new double[providers];
        for (int draw = 0; draw < DRAWS; draw++) {
            shares[choose(now)] += 1.0 / DRAWS;
        }
        return shares;
    }
}
