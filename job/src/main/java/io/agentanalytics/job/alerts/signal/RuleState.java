package io.agentanalytics.job.alerts.signal;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one rule remembers of one agent: the part that its type needs. Kept in state. */
public class RuleState {
    public @Nullable ErrorRate errors;
    public @Nullable CostShift cost;
    public @Nullable SlowShare slow;
    public @Nullable Outlier outlier;
    public @Nullable Improvement improvement;
    public Measuring measuring = new Measuring();

    /** The newest tasks above the limit: each counts once, however often it is amended. */
    public List<String> aboveLimit = new ArrayList<>();

    private static final int MOST_ABOVE_LIMIT = 32;

    /** For Flink. */
    public RuleState() {}

    /** Whether this is the first time that the task is found to be above the limit. */
    boolean isNewAboveLimit(String taskId) {
        if (aboveLimit.contains(taskId)) {
            return false;
        }
        aboveLimit.add(taskId);
        if (aboveLimit.size() > MOST_ABOVE_LIMIT) {
            aboveLimit.remove(0);
        }
        return true;
    }
}
