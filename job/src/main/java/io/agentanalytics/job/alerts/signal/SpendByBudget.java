package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.Pane;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.job.model.Scope;
import io.agentanalytics.job.model.Spend;
import io.agentanalytics.job.model.TallyDelta;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.streaming.api.functions.co.BroadcastProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/** Assigns a change of cost to its budgets: that of the fleet, and those of all matching rules. */
public final class SpendByBudget extends BroadcastProcessFunction<TallyDelta, AlertRule, Spend> {
    private static final long serialVersionUID = 1L;
    private final ArrayList<AlertRule> initial;
    private transient @Nullable RuleHistory book;

    /**
     * @param initial rules in force before any change
     */
    public SpendByBudget(List<AlertRule> initial) {
        this.initial = new ArrayList<>(initial);
    }

    @Override
    public void processBroadcastElement(AlertRule change, Context context, Collector<Spend> out)
            throws Exception {
        RuledFunction.keep(change, context.getBroadcastState(RuledFunction.RULES));
        book = null;
    }

    @Override
    public void processElement(TallyDelta change, ReadOnlyContext context, Collector<Spend> out)
            throws Exception {
        long nanos = change.tally().requestNanos();
        if (nanos == 0) {
            return;
        }
        RuleHistory rules = book;
        if (rules == null) {
            rules = RuledFunction.book(initial, context.getBroadcastState(RuledFunction.RULES));
            book = rules;
        }
        long pane = Pane.startOf(change.timeMillis());
        out.collect(new Spend(Spend.FLEET, pane, nanos));
        for (String budget : budgets(change, rules)) {
            out.collect(new Spend(budget, pane, nanos));
        }
    }

    private static List<String> budgets(TallyDelta change, RuleHistory book) {
        Scope s = change.scope();
        return book.active(AlertType.COST_THRESHOLD, change.timeMillis()).stream()
                .filter(rule -> !rule.match().isEmpty())
                .filter(rule -> rule.matches(s.agentId(), s.agentType(), s.provider(), s.model()))
                .map(rule -> Spend.of(rule.match()))
                .distinct()
                .toList();
    }
}
