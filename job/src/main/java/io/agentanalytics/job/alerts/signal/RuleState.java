package io.agentanalytics.job.alerts.signal;

import static io.agentanalytics.contract.alerts.AlertType.*;

import io.agentanalytics.contract.alerts.AlertType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * State of one rule for one agent: only the part that the alert type needs. Stored in Flink state.
 */
public class RuleState {
    /** Checks of the alert types about agents, in the order of evaluation. */
    private static final Map<AlertType, Function<RuleState, List<TaskCheck>>> CHECKS =
            checksByType();

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

    private static Map<AlertType, Function<RuleState, List<TaskCheck>>> checksByType() {
        Map<AlertType, Function<RuleState, List<TaskCheck>>> checks = new LinkedHashMap<>();
        checks.put(HIGH_ERROR_RATE, state -> List.of(state.level(state::errors)));
        checks.put(HIGH_RESPONSE_TIME, state -> List.of(state.level(state::slow)));
        checks.put(COST_SPIKE, s -> List.of(s.level(s::cost), new CostLimit(s)));
        checks.put(REPEATED_COST_SPIKES, s -> List.of(new OutlierCheck.OfCost(s::outlier)));
        checks.put(TOKEN_SPIKE, state -> List.of(new OutlierCheck.OfTokens(state::outlier)));
        checks.put(RUNAWAY_AGENT, state -> List.of(new LineFailures()));
        checks.put(PERFORMANCE_IMPROVEMENT, s -> List.of(s.level(s::improvement)));
        return Collections.unmodifiableMap(checks);
    }

    /** Returns the alert types that are evaluated when a task of an agent ends, in order. */
    static Set<AlertType> types() {
        return CHECKS.keySet();
    }

    /** Returns the checks of an alert type about agents. */
    List<TaskCheck> checks(AlertType type) {
        return Objects.requireNonNull(CHECKS.get(type)).apply(this);
    }

    private LevelCheck level(Supplier<? extends Detector> detector) {
        return new LevelCheck(detector, measuring);
    }

    private ErrorRate errors() {
        errors = errors == null ? new ErrorRate() : errors;
        return errors;
    }

    private SlowShare slow() {
        slow = slow == null ? new SlowShare() : slow;
        return slow;
    }

    private CostShift cost() {
        cost = cost == null ? new CostShift() : cost;
        return cost;
    }

    private Improvement improvement() {
        improvement = improvement == null ? new Improvement() : improvement;
        return improvement;
    }

    private Outlier outlier() {
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
