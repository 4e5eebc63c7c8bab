package io.agentanalytics.contract.alerts;

import io.soabase.recordbuilder.core.RecordBuilder;
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
@RecordBuilder
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
    public static final Evidence NONE = of("").build();

    public Evidence {
        taskIds = taskIds == null ? List.of() : taskIds;
    }

    /** Evidence to be filled in. */
    public static EvidenceBuilder of(String unit) {
        return EvidenceBuilder.builder().unit(unit);
    }

    /** The same of an agent whose tasks another provider serves now. */
    public Evidence moved(String from, String to) {
        return EvidenceBuilder.builder(this).movedFrom(from).movedTo(to).build();
    }

    /** The same without a present value: nothing new was observed. */
    public Evidence withoutValue() {
        return of(unit).threshold(threshold)
                .baseline(baseline)
                .taskIds(taskIds)
                .movedFrom(movedFrom)
                .movedTo(movedTo)
                .build();
    }
}
