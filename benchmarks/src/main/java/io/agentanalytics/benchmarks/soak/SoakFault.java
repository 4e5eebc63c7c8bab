package io.agentanalytics.benchmarks.soak;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Planned fault.
 *
 * @param atSeconds start, in seconds after the first event; later if the previous fault still lasts
 * @param holdSeconds duration, for kinds that end before the system recovers
 * @param taskManager number of the affected TaskManager, for kinds that affect one
 */
record SoakFault(SoakFaultKind kind, int atSeconds, int holdSeconds, int taskManager) {
    private static final int WARM_UP_SECONDS = 20;
    private static final int SHORTEST_HOLD = 5;
    private static final int HOLDS = 16;

    /**
     * Draws a schedule. Every kind occurs once before any occurs again. The same arguments give the
     * same schedule.
     */
    static List<SoakFault> schedule(
            long seed, int seconds, int everySeconds, Collection<SoakFaultKind> kinds) {
        Random random = new Random(seed);
        List<SoakFault> faults = new ArrayList<>();
        List<SoakFaultKind> deck = new ArrayList<>();
        for (int at = WARM_UP_SECONDS; at < seconds; at += everySeconds) {
            if (deck.isEmpty()) {
                deck.addAll(kinds);
                Collections.shuffle(deck, random);
            }
            faults.add(
                    new SoakFault(
                            deck.remove(deck.size() - 1),
                            at,
                            SHORTEST_HOLD + random.nextInt(HOLDS),
                            1 + random.nextInt(2)));
        }
        return faults;
    }

    String taskManagerName() {
        return "taskmanager-" + taskManager;
    }

    @Override
    public String toString() {
        return kind.name().startsWith("TASKMANAGER")
                ? "%s (%s)".formatted(kind, taskManagerName())
                : kind.endsAfterRecovery() ? kind.toString() : kind + " for " + holdSeconds + " s";
    }
}
