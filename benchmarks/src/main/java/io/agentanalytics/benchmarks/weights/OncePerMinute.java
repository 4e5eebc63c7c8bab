package io.agentanalytics.benchmarks.weights;

import io.agentanalytics.benchmarks.weights.Provider.RequestResult;
import java.util.Arrays;

/**
 * The documented rule: every minute, shares by success rate, and no traffic for a provider with
 * more than 40 % failures.
 */
final class OncePerMinute extends Balancer {
    private final int[] succeeded = new int[providers];
    private final int[] failed = new int[providers];
    private final double[] shares = new double[providers];
    private double next = 60;

    OncePerMinute(BalancerSetup setup) {
        super(setup);
        active.forEach(i -> shares[i] = 1);
    }

    @Override
    boolean isStreamed() {
        return true;
    }

    @Override
    int choose(double now) {
        return weighted(active, shares);
    }

    @Override
    void join(int provider, double now) {
        super.join(provider, now);
        shares[provider] = 1;
    }

    @Override
    void ended(double now, int i, int request, RequestResult result, double startedAt) {
        if (result.ok()) {
            succeeded[i]++;
        } else {
            failed[i]++;
        }
    }

    @Override
    double[] shares(double now) {
        if (now >= next) {
            next += 60;
            for (int i : active) {
                double all = succeeded[i] + failed[i];
                double rate = all == 0 ? 1 : succeeded[i] / all;
                shares[i] = rate < .6 ? 0 : rate;
            }
            if (Arrays.stream(shares).sum() == 0) {
                active.forEach(i -> shares[i] = 1);
            }
            Arrays.fill(succeeded, 0);
            Arrays.fill(failed, 0);
        }
        return shares;
    }
}
