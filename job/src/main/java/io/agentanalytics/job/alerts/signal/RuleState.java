package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.alerts.AlertType;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * State of one rule for one agent: only the part that the alert type needs. Stored in Flink state.
 */
public class RuleState {
    public @Nullable ErrorRate errors;
    public @Nullable CostShift cost;
    public @Nullable SlowShare slow;
    public @Nullable Outlier outlier;
    public @Nullable Improvement improvement;
    public Measuring measuring = new Measuring();

    /** Event time of the last evaluation. */
    public long evaluatedMillis = Long.MAX_VALUE;

    /** Newest tasks above the limit: each counts once, even if it is amended repeatedly. */
    public List<String> aboveLimit = new ArrayList<>();

    private static final int MAX_ABOVE_LIMIT = 32;

    /** Required by Flink's POJO serializer. */
    public RuleState() {}

    /** Returns the detector of an alert type, or null for a type that evaluates single tasks. */
    @Nullable Detector detector(AlertType type) {
        switch (type) {
            case HIGH_ERROR_RATE -> {
                errors = errors == null ? new ErrorRate() : errors;
                return errors;
            }
            case HIGH_RESPONSE_TIME -> {
                slow = slow == null ? new SlowShare() : slow;
                return slow;
            }
            case COST_SPIKE -> {
                cost = cost == null ? new CostShift() : cost;
                return cost;
            }
            case PERFORMANCE_IMPROVEMENT -> {
                improvement = improvement == null ? new Improvement() : improvement;
                return improvement;
            }
            default -> {
                return null;
            }
        }
    }

    Outlier outlier() {
        outlier = outlier == null ? new Outlier() : outlier;
        return outlier;
    }

    /** Returns the detectors that have received input. */
    List<Detector> detectors() {
        return Stream.of(errors, cost, slow, improvement)
                .filter(Objects::nonNull)
                .map(Detector.class::cast)
                .toList();
    }

    /** Returns true the first time that the task is found to be above the limit. */
    boolean isNewAboveLimit(String taskId) {
        if (aboveLimit.contains(taskId)) {
            return false;
        }
        aboveLimit.add(taskId);
        if (aboveLimit.size() > MAX_ABOVE_LIMIT) {
            aboveLimit.remove(0);
        }
        return true;
    }
}
