package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.Pane;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.job.model.Spend;
import io.agentanalytics.job.time.CatchUp;
import io.agentanalytics.job.time.ScaledClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.TimeDomain;
import org.apache.flink.util.Collector;

/**
 * Evaluates the rules about the spend of one budget. It runs every ten seconds of event time, when
 * all spend up to that time is known. While event time stands still for lack of traffic, it runs in
 * processing time, but not while events still catch up with the clock.
 */
@SuppressWarnings("NullAway.Init") // Flink calls open() first
public final class BudgetDetector extends RuledFunction<Spend> {
    private static final long serialVersionUID = 1L;

    /** Minimum lag of event time that means no traffic, or a backlog that is being processed. */
    private static final long STILL_MILLIS = 30_000;

    /**
     * Maximum lag of live events. A larger lag means a replay, which must not use processing time.
     */
    private static final long LIVE_MILLIS = 10 * 60_000;

    private final ScaledClock clock;
    private transient MapState<Long, Long> waiting;
    private transient ValueState<Budget> budgets;
    private transient ValueState<Long> newest;
    private transient ValueState<Boolean> live;
    private transient CatchUp catchUp;

    public BudgetDetector(List<AlertRule> initial, ScaledClock clock) {
        super(initial);
        this.clock = clock;
    }

    @Override
    public void open(OpenContext context) {
        waiting =
                getRuntimeContext()
                        .getMapState(new MapStateDescriptor<>("waiting", Types.LONG, Types.LONG));
        budgets = getRuntimeContext().getState(new ValueStateDescriptor<>("budget", Budget.class));
        newest = getRuntimeContext().getState(new ValueStateDescriptor<>("newest", Types.LONG));
        live = getRuntimeContext().getState(new ValueStateDescriptor<>("live", Types.BOOLEAN));
        catchUp = new CatchUp(clock);
    }

    @Override
    public void processElement(Spend spend, ReadOnlyContext context, Collector<Signal> out)
            throws Exception {
        catchUp.arrived(context.timerService());
        long pane = spend.paneMillis();
        Long known = waiting.get(pane);
        waiting.put(pane, spend.nanos() + (known == null ? 0 : known));
        long reached = Math.max(pane, context.timerService().currentWatermark());
        context.timerService().registerEventTimeTimer(next(reached));
        long now = clock.now(context.timerService());
        Long before = newest.value();
        newest.update(before == null ? pane : Math.max(before, pane));
        live.update(now - newest.value() < LIVE_MILLIS);
        clock.register(context.timerService(), next(now));
    }

    private static long next(long millis) {
        return Pane.startOf(millis) + Pane.MILLIS;
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<Signal> out) throws Exception {
        if (context.timeDomain() == TimeDomain.PROCESSING_TIME) {
            evaluateInProcessingTime(clock.at(time), context, out);
        } else if (look(time, context, out::collect)
                && context.timerService().currentWatermark() != Long.MAX_VALUE) {
            // At the end of a bounded input, the watermark is Long.MAX_VALUE.
            // Processing time may have looked ahead while event time stood still, for days.
            Budget budget = budgets.value();
            long looked = budget == null ? time : Math.max(time, budget.lookedMillis);
            context.timerService().registerEventTimeTimer(next(looked));
        }
    }

    private void evaluateInProcessingTime(long time, OnTimerContext context, Collector<Signal> out)
            throws Exception {
        if (!Boolean.TRUE.equals(live.value())) {
            return;
        }
        if (!catchUp.isDone(context.timerService())) {
            long now = clock.now(context.timerService());
            clock.register(context.timerService(), next(now));
            return;
        }
        long reached = context.timerService().currentWatermark();
        if (reached != Long.MIN_VALUE && reached < time - STILL_MILLIS) {
            look(time, context, signal -> out.collect(signal.inProcessingTime()));
        }
        clock.register(context.timerService(), next(time));
    }

    /** Returns true if the budget must be evaluated again. */
    private boolean look(long time, OnTimerContext context, Consumer<Signal> out) throws Exception {
        Budget known = budgets.value();
        Budget budget = known == null ? new Budget() : known;
        // Processing time may have been ahead of event time, with newer rules.
        long now = Math.max(time, budget.lookedMillis);
        String budgetOf = context.getCurrentKey();
        List<AlertRule> rules = new ArrayList<>(rules(context, AlertType.COST_THRESHOLD, now));
        rules.removeIf(rule -> !Spend.of(rule.match()).equals(budgetOf));
        take(budget, now);
        budget.look(time, now, rules, out);
        if (rules.isEmpty() && !budgetOf.equals(Spend.FLEET)) {
            budgets.clear();
            waiting.clear();
            newest.clear();
            live.clear();
            return false;
        }
        budgets.update(budget);
        return true;
    }

    private void take(Budget budget, long now) throws Exception {
        List<Long> closed = new ArrayList<>();
        for (Map.Entry<Long, Long> pane : waiting.entries()) {
            if (next(pane.getKey()) <= now) {
                budget.spent(pane.getKey(), pane.getValue());
                closed.add(pane.getKey());
            }
        }
        for (Long pane : closed) {
            waiting.remove(pane);
        }
    }
}
