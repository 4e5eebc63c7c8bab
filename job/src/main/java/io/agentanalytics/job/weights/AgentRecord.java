package io.agentanalytics.job.weights;

import java.util.HashMap;
import java.util.Map;

/** What came of an agent's tasks, or of all of a type, by provider. */
public final class AgentRecord {
    private static final double HALF_LIFE_MILLIS = 1_800_000;

    /** Names come from outside. */
    private static final int MAX_PROVIDERS = 50;

    public Map<String, Counts> providers = new HashMap<>();
    public Map<String, AgentMove.Avoided> avoided = new HashMap<>();
    public long seenMillis;

    /** Decayed counts, as of a moment. */
    public static final class Counts {
        public double succeeded;
        public double failed;
        public long atMillis;

        /**
         * Counts a task; later by so much less. Sums are the same in every order.
         *
         * @param taskMillis when it ended
         */
        void add(boolean success, long taskMillis, long nowMillis) {
            fade(nowMillis);
            double counts = Math.min(1, faded(nowMillis - taskMillis));
            succeeded += success ? counts : 0;
            failed += success ? 0 : counts;
        }

        void fade(long nowMillis) {
            if (nowMillis > atMillis) {
                double left = faded(nowMillis - atMillis);
                succeeded *= left;
                failed *= left;
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

    void add(String provider, boolean success, long taskMillis, long nowMillis) {
        if (providers.size() < MAX_PROVIDERS || providers.containsKey(provider)) {
            providers
                    .computeIfAbsent(provider, p -> new Counts())
                    .add(success, taskMillis, nowMillis);
        }
    }

    void fade(long nowMillis) {
        providers.values().forEach(counts -> counts.fade(nowMillis));
        providers.values().removeIf(counts -> counts.n() < 0.01);
    }

    /** The sum over all providers but one. */
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
