package io.agentanalytics.job.weights;

import java.util.HashMap;
import java.util.Map;

/** Task results by provider, for one agent or for all agents of a type. */
public final class AgentRecord {
    private static final double HALF_LIFE_MILLIS = 1_800_000;

    /** Maximum number of providers. Names come from client events, so state must be bounded. */
    private static final int MAX_PROVIDERS = 50;

    public Map<String, Counts> providers = new HashMap<>();
    public Map<String, AgentMove.Avoided> avoided = new HashMap<>();
    public long seenMillis;

    /** Decayed counts at a point in time. */
    public static final class Counts {
        public double succeeded;
        public double failed;
        public long atMillis;

        /**
         * Counts a task with a weight that decays with the time since its end, so that the sums do
         * not depend on the order of arrival.
         *
         * @param taskMillis end of the task, epoch ms
         */
        void add(boolean success, long taskMillis, long nowMillis) {
            fade(nowMillis);
            double counts = Math.min(1, faded(nowMillis - taskMillis));
            succeeded += success ? counts : 0;
            failed += success ? 0 : counts;
        }

        void fade(long nowMillis) {
            if (nowMillis > atMillis) {
                double remaining = faded(nowMillis - atMillis);
                succeeded *= remaining;
                failed *= remaining;
                atMillis = nowMillis;
            }
        }

        private static double faded(long millis) {
            return Math.exp(-millis * Math.log(2) / HALF_LIFE_MILLIS);
        }

        double n() {
            return succeeded + failed;
        }
    }

    /** Counts a task. Returns false if there are too many providers. */
    boolean add(String provider, boolean success, long taskMillis, long nowMillis) {
        if (providers.size() >= MAX_PROVIDERS && !providers.containsKey(provider)) {
            return false;
        }
        providers.computeIfAbsent(provider, p -> new Counts()).add(success, taskMillis, nowMillis);
        return true;
    }

    void fade(long nowMillis) {
        providers.values().forEach(counts -> counts.fade(nowMillis));
        providers.values().removeIf(counts -> counts.n() < 0.01);
    }

    /** Returns the sum over all providers except one. */
    Counts elsewhere(String provider) {
        Counts sum = new Counts();
        providers.forEach(
                (name, counts) -> {
                    if (!name.equals(provider)) {
                        sum.succeeded += counts.succeeded;
                        sum.failed += counts.failed;
                    }
                });
        return sum;
    }
}
