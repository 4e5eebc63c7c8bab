package io.agentanalytics.benchmarks.weights;

import io.agentanalytics.benchmarks.weights.Provider.RequestResult;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/** Upper confidence bounds over a window of one minute, with the utility scaled to 0 to 1. */
final class SlidingUcb extends Balancer {
    private record Reward(double at, int provider, double reward) {}

    private static final double WINDOW = 60;
    private final Deque<Reward> window = new ArrayDeque<>();
    private final double[] sum = new double[providers];
    private final int[] n = new int[providers];

    SlidingUcb(BalancerSetup setup) {
        super(setup);
    }

    @Override
    void ended(double now, int i, int request, RequestResult result, double startedAt) {
        double utility = prices.utility(result.ok(), result.seconds(), result.cost());
        double least = -prices.failure() - .1;
        double reward = (utility - least) / (prices.success() - least);
        double bounded = Math.min(1, Math.max(0, reward));
        window.add(new Reward(now, i, bounded));
        sum[i] += bounded;
        n[i]++;
    }

    @Override
    int choose(double now) {
        while (!window.isEmpty() && window.element().at() < now - WINDOW) {
            Reward old = window.remove();
            sum[old.provider()] -= old.reward();
            n[old.provider()]--;
        }
        double all = Math.max(2, Arrays.stream(n).sum());
        int best = active.get(0);
        double most = Double.NEGATIVE_INFINITY;
        for (int i : active) {
            double bound =
                    n[i] == 0
                            ? Double.MAX_VALUE
                            : sum[i] / n[i] + Math.sqrt(.5 * Math.log(all) / n[i]);
            if (bound > most) {
                best = i;
                most = bound;
            }
        }
        return best;
    }
}
