package io.agentanalytics.benchmarks.weights;

import io.agentanalytics.benchmarks.weights.Provider.Outcome;
import io.agentanalytics.benchmarks.weights.Provider.RequestResult;
import java.util.List;

/**
 * Envoy's outlier ejection with round robin. Five consecutive failures eject a provider for 30 s
 * times the number of its ejections. At most one provider is ejected (10 %, but at least one). If
 * more than half of the providers are ejected, the balancer uses all of them.
 */
final class EnvoyOutlier extends Balancer {
    private static final double SWEEP = 10;
    private final int[] inARow = new int[providers];
    private final int[] ejections = new int[providers];
    private final double[] until = new double[providers];
    private double swept;
    private int turn;

    EnvoyOutlier(BalancerSetup setup) {
        super(setup);
    }

    private boolean isOut(int provider) {
        return until[provider] > 0;
    }

    private void sweep(double now) {
        if (now - swept < SWEEP) {
            return;
        }
        swept = now;
        for (int i : active) {
            if (isOut(i) && now >= until[i]) {
                until[i] = 0;
                inARow[i] = 0;
            } else if (!isOut(i) && ejections[i] > 0) {
                ejections[i]--;
            }
        }
    }

    @Override
    int choose(double now) {
        sweep(now);
        List<Integer> well = active.stream().filter(i -> !isOut(i)).toList();
        List<Integer> of = well.size() * 2 < active.size() ? active : well;
        return of.get(++turn % of.size());
    }

    @Override
    void ended(double now, int provider, int request, RequestResult result, double startedAt) {
        if (result.ok() || result.outcome() == Outcome.REFUSED) {
            inARow[provider] = 0;
            return;
        }
        inARow[provider]++;
        long out = active.stream().filter(this::isOut).count();
        if (inARow[provider] >= 5 && !isOut(provider) && out < Math.max(1, active.size() / 10)) {
            ejections[provider]++;
            until[provider] = now + Math.min(300, 30 * ejections[provider]);
        }
    }
}
