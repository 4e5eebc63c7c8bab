package io.agentanalytics.contract.alerts;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an alert stands on. {@code value}, {@code threshold} and {@code baseline} share {@code unit}
 * ({@code share}, {@code usd}, {@code seconds}, {@code tokens}, {@code tasks}); {@code score} is
 * the detector's own measure (such as a CUSUM), null where it has none.
 *
 * @param n how many observations it is made of
 * @param windowSeconds from how long ago these are
 * @param taskIds up to five tasks to look at, newest first
 * @param movedFrom the provider that served the agent's tasks before, where another one serves the
 *     last of them
 * @param movedTo the provider that serves them now
 */
public record Evidence(
        String unit,
        @Nullable Double value,
        @Nullable Double threshold,
        @Nullable Double baseline,
        @Nullable Double score,
        long n,
        long windowSeconds,
        List<String> taskIds,
        @Nullable String movedFrom,
        @Nullable String movedTo) {

    public static final int MAX_TASKS = 5;
    public static final Evidence NONE = new Evidence("", null, null, null, null, 0, 0, List.of());

    /** Evidence of a subject whose tasks stay where they are. */
    public Evidence(
            String unit,
            @Nullable Double value,
            @Nullable Double threshold,
            @Nullable Double baseline,
            @Nullable Double score,
            long n,
            long windowSeconds,
            List<String> taskIds) {
        this(unit, value, threshold, baseline, score, n, windowSeconds, taskIds, null, null);
    }

    /** The same of an agent whose tasks another provider serves now. */
    public Evidence moved(String from, String to) {
        return new Evidence(
                unit, value, threshold, baseline, score, n, windowSeconds, taskIds, from, to);
    }

    /** The same without a present value: nothing new was observed. */
    public Evidence withoutValue() {
        return new Evidence(
                unit, null, threshold, baseline, null, 0, 0, taskIds, movedFrom, movedTo);
    }
}
