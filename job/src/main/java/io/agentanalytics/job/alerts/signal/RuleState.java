package io.agentanalytics.job.alerts.signal;

import org.jspecify.annotations.Nullable;

/** What one rule remembers of one agent: the part that its type needs. Kept in state. */
public class RuleState {
    public @Nullable ErrorRate errors;
    public @Nullable CostShift cost;
    public @Nullable SlowShare slow;
    public @Nullable Outlier outlier;
    public @Nullable Improvement improvement;

    /** For Flink. */
    public RuleState() {}
}
