package io.agentanalytics.job.telemetry;

import io.agentanalytics.contract.Fragment;
import io.agentanalytics.contract.TaskEvent;
import java.util.Comparator;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Rules for the fragments of one key: a trace, a conversation or a session. Times are those of
 * {@link ArrivalClock}, because fragments are joined by when they arrive; a trace from yesterday is
 * complete as soon as its spans have arrived.
 */
interface PartRules {
    /** Never: nothing waits. */
    long NEVER = Long.MAX_VALUE;

    /** Takes a fragment. */
    void accept(Fragment fragment, Moment moment, Map<String, Part> parts);

    /**
     * Emits what is complete, or has waited long enough.
     *
     * @return time of the next call, {@link #NEVER} if nothing waits
     */
    long settle(Moment moment, Map<String, Part> parts, Consumer<TaskEvent> out);

    /**
     * Forgets the oldest parts beyond a limit, so that the state of a key is bounded however long
     * it lives. A repeat of a forgotten part is recognised only by its task.
     *
     * @param seen the parts as they are in state
     * @param forgettable parts that nothing waits for
     * @param last parts to which later ones may belong; they are forgotten after all others
     */
    static void forget(
            Map<String, Part> seen,
            Map<String, Part> state,
            int most,
            Predicate<Part> forgettable,
            Predicate<Part> last) {
        if (seen.size() > most) {
            seen.entrySet().stream()
                    .filter(entry -> forgettable.test(entry.getValue()))
                    .sorted(
                            Map.Entry.comparingByValue(
                                    Comparator.comparing(last::test)
                                            .thenComparingLong(Part::arrivedMillis)))
                    .limit(seen.size() - most)
                    .forEach(entry -> state.remove(entry.getKey()));
        }
    }

    /**
     * Moment at which the rules are applied.
     *
     * @param now time of {@link ArrivalClock}, epoch ms
     * @param since start of this attempt of the job. Fragments that arrived before it waited for
     *     the restart, not for others; their time starts again.
     * @param newest when the latest fragment of the key arrived
     */
    record Moment(long now, long since, long newest) {
        /** Returns the time at which a part has waited for the given duration. */
        long due(Part part, long waitMillis) {
            return Math.max(part.arrivedMillis(), since) + waitMillis;
        }

        /** Returns the time at which no fragment has arrived for the given duration. */
        long quiet(long waitMillis) {
            return Math.max(newest, since) + waitMillis;
        }
    }
}
