package io.agentanalytics.contract.alerts;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Evidence of an alert. {@code value}, {@code threshold} and {@code baseline} share {@code unit}
 * ({@code share}, {@code usd}, {@code seconds}, {@code tokens}, {@code tasks}, {@code agents},
 * {@code levels}); {@code score} is the detector's own measure, null if it has none.
 *
 * @param score evidence of a change (a CUSUM) for {@link AlertType#HIGH_ERROR_RATE} and {@link
 *     AlertType#COST_SPIKE}; seconds above which a task is slow for {@link
 *     AlertType#HIGH_RESPONSE_TIME} of an agent; seconds until the queue is empty for {@link
 *     AlertType#QUEUE_BACKLOG}; lower confidence bound of the share for a provider; share of the
 *     budget that is spent for {@link AlertType#COST_THRESHOLD}
 * @param n number of observations
 * @param windowSeconds length of the window of the observations
 * @param taskIds up to five tasks to inspect, newest first
 * @param movedFrom provider that served the agent's tasks before, if another one serves the latest
 *     tasks
 * @param movedTo provider that serves the latest tasks
 * @param retriesHidden true if the value includes calls of clients that report only what remained
 *     after their retries: attempts may fail more often
 * @param adopted true if the change has lasted for a day and counts as usual now; left out of the
 *     JSON otherwise
 * @param tree figures of a task tree, for an alert about one; left out of the JSON otherwise
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
        @Nullable String movedTo,
        boolean retriesHidden,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean adopted,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable TreeEvidence tree) {

    public static final int MAX_TASKS = 5;
    public static final Evidence NONE = of("").build();

    public Evidence {
        taskIds = taskIds == null ? List.of() : taskIds;
    }

    /** Returns a builder for evidence in the given unit. */
    public static EvidenceBuilder of(String unit) {
        return EvidenceBuilder.builder().unit(unit);
    }

    /** Returns this evidence for an agent whose tasks moved to another provider. */
    public Evidence moved(String from, String to) {
        return EvidenceBuilder.builder(this).movedFrom(from).movedTo(to).build();
    }

    /** Returns this evidence without a current value: nothing new was observed. */
    public Evidence withoutValue() {
        return of(unit).threshold(threshold)
                .baseline(baseline)
                .taskIds(taskIds)
                .movedFrom(movedFrom)
                .movedTo(movedTo)
                .retriesHidden(retriesHidden)
                .adopted(adopted)
                .tree(tree)
                .build();
    }
}
