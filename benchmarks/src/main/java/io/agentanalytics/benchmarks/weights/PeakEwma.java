package io.agentanalytics.benchmarks.weights;

import io.agentanalytics.benchmarks.weights.Provider.RequestResult;
import java.util.Arrays;

/**
 * Finagle's choice of the less loaded of two providers by peak EWMA, with failure accrual. Five
 * consecutive failures, or a success rate below 80 %, exclude a provider for a time that doubles; a
 * single probe decides on its return.
 */
final class PeakEwma extends Balancer {
    private enum State {
        ALIVE,
        DEAD,
        PROBE,
        PROBING
    }

    private final double[] cost = new double[providers];
    private final double[] costAt = new double[providers];
    private final int[] inFlight = new int[providers];
    private final int[] inARow = new int[providers];
    private final double[] success = new double[providers];
    private final double[] successAt = new double[providers];
    private final int[] ended = new int[providers];
    private final double[] until = new double[providers];
    private final double[] pause = new double[providers];
    private final double[] born = new double[providers];
    private final State[] state = new State[providers];

    PeakEwma(BalancerSetup setup) {
        super(setup);
        Arrays.fill(success, 1);
        Arrays.fill(pause, 5);
        Arrays.fill(state, State.ALIVE);
    }

    private double load(int i, double now) {
        double c = cost[i] * Math.exp(-(now - costAt[i]) / 10);
        return c < 1e-9 && inFlight[i] > 0 ? 1e12 + inFlight[i] : c * (inFlight[i] + 1);
    }

    private boolean isAvailable(int i, double now) {
        if (state[i] == State.DEAD && now >= until[i]) {
            state[i] = State.PROBE;
        }
        return state[i] == State.ALIVE || state[i] == State.PROBE;
    }

    @Override
    int choose(double now) {
        int chosen = active.get(0);
        for (int round = 0; round < 4; round++) {
            int a = any(active);
            int b = any(active.stream().filter(i -> i != a).toList());
            boolean aIs = isAvailable(a, now);
            boolean bIs = isAvailable(b, now);
            int lighter = load(a, now) <= load(b, now) ? a : b;
            chosen = aIs == bIs ? lighter : aIs ? a : b;
            if (aIs || bIs) {
                break;
            }
        }
        if (state[chosen] == State.PROBE) {
            state[chosen] = State.PROBING;
        }
        return chosen;
    }

    @Override
    void started(double now, int provider, int request) {
        inFlight[provider]++;
    }

    @Override
    void ended(double now, int i, int request, RequestResult result, double startedAt) {
        inFlight[i]--;
        double seconds = result.seconds();
        double peak = cost[i] * Math.exp(-(now - costAt[i]) / 10);
        double kept = Math.exp(-Math.max(now - costAt[i], 1e-3) / 10);
        cost[i] = seconds > peak ? seconds : cost[i] * kept + seconds * (1 - kept);
        costAt[i] = now;
        double old = Math.exp(-(now - successAt[i]) / 30);
        success[i] = success[i] * old + (result.ok() ? 1 - old : 0);
        successAt[i] = now;
        ended[i]++;
        if (result.ok()) {
            inARow[i] = 0;
            if (state[i] == State.PROBING) {
                revive(i, now);
            }
            return;
        }
        inARow[i]++;
        boolean poor = ended[i] >= 5 && now - born[i] > 30 && success[i] < .8;
        if (state[i] == State.PROBING || (state[i] == State.ALIVE && (inARow[i] >= 5 || poor))) {
            state[i] = State.DEAD;
            until[i] = now + pause[i] * (.5 + .5 * random.nextDouble());
            pause[i] = Math.min(300, pause[i] * 2);
        }
    }

    private void revive(int i, double now) {
        state[i] = State.ALIVE;
        pause[i] = 5;
        success[i] = 1;
        ended[i] = 0;
        born[i] = now;
    }
}
