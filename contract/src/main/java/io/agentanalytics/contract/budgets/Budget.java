package io.agentanalytics.contract.budgets;

import io.agentanalytics.contract.alerts.BudgetPeriod;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * Definition of a budget; topic {@code budget-definitions}, keyed by its id; a tombstone deletes
 * it. Read by {@link BudgetCodec}.
 *
 * @param version 1 for a new budget, incremented by each change
 * @param match exact values of labels that the spend must have: {@code agent_id}, {@code
 *     agent_type}, {@code provider}, {@code model}, or a tag that is a dimension of the job; empty
 *     for the fleet
 * @param weekStarts first day of a week, in lower case
 * @param softNanos soft limit in nano-dollars
 * @param hardNanos hard limit in nano-dollars
 * @param enforce true if work may be stopped at the hard limit
 */
@RecordBuilder
public record Budget(
        String budgetId,
        long version,
        Map<String, String> match,
        String period,
        String timeZone,
        String weekStarts,
        long softNanos,
        long hardNanos,
        boolean enforce)
        implements Serializable {
    static final String AGENT_ID = "agent_id";
    static final String AGENT_TYPE = "agent_type";
    static final String PROVIDER = "provider";
    static final String MODEL = "model";
    private static final List<String> LABELS = List.of(AGENT_ID, AGENT_TYPE, PROVIDER, MODEL);

    /** Maximum number of budgets. */
    public static final int MAX_BUDGETS = 1000;

    /** Returns the period of the calendar. */
    public BudgetPeriod calendar() {
        return BudgetPeriod.of(period, timeZone, weekStarts);
    }

    /** Returns the tags that the budget is limited to. */
    public List<String> tags() {
        return match.keySet().stream().filter(label -> !LABELS.contains(label)).sorted().toList();
    }

    /** Returns true if all calls of a task count, whatever their provider and model. */
    public boolean coversWholeTasks() {
        return !match.containsKey(PROVIDER) && !match.containsKey(MODEL);
    }

    /** Returns this budget with another version. */
    public Budget ofVersion(long number) {
        return BudgetBuilder.builder(this).version(number).build();
    }
}
