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
 */
public record Evidence(
        String unit,
        @Nullable Double value,
        @Nullable Double threshold,
        @Nullable Double baseline,
        @Nullable Double score,
        long n,
        long windowSeconds,
        List<String> taskIds) {

    public static final int MAX_TASKS = 5;
    public static final Evidence NONE = new Evidence("", null, null, null, null, 0, 0, List.of());
}
