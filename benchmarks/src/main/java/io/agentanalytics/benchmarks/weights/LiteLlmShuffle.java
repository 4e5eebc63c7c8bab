package io.agentanalytics.benchmarks.weights;

import io.agentanalytics.benchmarks.weights.Provider.Outcome;
import io.agentanalytics.benchmarks.weights.Provider.RequestResult;
import java.util.Arrays;
import java.util.List;

/**
 * LiteLLM's simple shuffle with its cooldown: a provider is excluded for five seconds after a 429,
 * or after more than half of at least five requests within a minute failed.
 */
class LiteLlmShuffle extends Balancer {
    private static final double COOLDOWN = 5;
    private static final int MIN_REQUESTS = 5;
    private final double[] until = new double[providers];
    private final int[] succeeded = new int[providers];
    private final int[] failed = new int[providers];
    private long minute = -1;

    LiteLlmShuffle(BalancerSetup setup) {
        super(setup);
    }

    final List<Integer> available(double now) {
        return active.stream().filter(i -> until[i] <= now).toList();
    }

    @Override
    int choose(double now) {
        return any(available(now));
    }

    @Override
    void ended(double now, int provider, int request, RequestResult result, double startedAt) {
        if ((long) (now / 60) != minute) {
            minute = (long) (now / 60);
            Arrays.fill(succeeded, 0);
            Arrays.fill(failed, 0);
        }
        if (result.ok()) {
            succeeded[provider]++;
            return;
        }
        failed[provider]++;
        int all = succeeded[provider] + failed[provider];
        boolean bad = all >= MIN_REQUESTS && failed[provider] * 2 > all;
        if (bad || result.outcome() == Outcome.REFUSED) {
            until[provider] = now + COOLDOWN;
        }
    }
}
