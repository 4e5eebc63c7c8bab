package io.agentanalytics.job.budgets;

import io.agentanalytics.contract.alerts.Alert;
import io.agentanalytics.contract.alerts.AlertState;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.contract.alerts.Severity;
import io.agentanalytics.contract.alerts.TreeEvidence;
import io.agentanalytics.contract.budgets.BudgetState;
import io.agentanalytics.contract.budgets.BudgetStatus;
import io.agentanalytics.contract.budgets.BudgetStatusBuilder;
import io.agentanalytics.job.time.ScaledClock;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Publishes the status of a budget without room for each runaway tree that is to be stopped, and
 * repeats it every 30 seconds: clients that enforce budgets stop the tree as well, and continue
 * when the job is down. An alert that ends, is acknowledged or silenced lets the work continue.
 */
@SuppressWarnings("NullAway.Init") // Flink calls open() first
final class TreeStops extends KeyedProcessFunction<String, Alert, BudgetRecord> {
    private static final long serialVersionUID = 1L;
    private static final String SESSION = "session";
    private static final String ROOT = "root_task_id";

    private final ScaledClock clock;
    private transient ValueState<Alert> stopping;
    private transient ValueState<Long> newest;

    TreeStops(ScaledClock clock) {
        this.clock = clock;
    }

    /** Returns true for alerts that may stop a tree. */
    static boolean concerns(Alert alert) {
        return alert.type() == AlertType.RUNAWAY_TREE;
    }

    @Override
    public void open(OpenContext context) {
        stopping =
                getRuntimeContext().getState(new ValueStateDescriptor<>("stopping", Alert.class));
        newest = getRuntimeContext().getState(new ValueStateDescriptor<>("version", Types.LONG));
    }

    @Override
    public void processElement(Alert alert, Context context, Collector<BudgetRecord> out)
            throws Exception {
        if (stops(alert)) {
            stopping.update(alert);
            publish(alert, context, out);
            remind(context);
        } else if (stopping.value() != null) {
            stopping.clear();
            out.collect(new BudgetRecord(id(alert), version(now(context)), null));
            newest.clear();
        }
    }

    private static boolean stops(Alert alert) {
        TreeEvidence tree = alert.evidence().tree();
        return tree != null
                && tree.enforced()
                && alert.state() == AlertState.FIRING
                && alert.severity() == Severity.CRITICAL
                && !alert.shadow()
                && alert.acknowledgedBy() == null
                && alert.silencedBy() == null;
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<BudgetRecord> out)
            throws Exception {
        Alert alert = stopping.value();
        if (alert != null) {
            publish(alert, context, out);
            remind(context);
        }
    }

    private static void remind(Context context) {
        var timers = context.timerService();
        long beat = timers.currentProcessingTime() / BudgetAccount.HEARTBEAT_MILLIS + 1;
        timers.registerProcessingTimeTimer(beat * BudgetAccount.HEARTBEAT_MILLIS);
    }

    private void publish(Alert alert, Context context, Collector<BudgetRecord> out)
            throws Exception {
        TreeEvidence tree = alert.evidence().tree();
        if (tree != null) {
            long now = now(context);
            long version = version(now);
            newest.update(version);
            out.collect(new BudgetRecord(id(alert), version, status(alert, tree, version, now)));
        }
    }

    /** Returns the next version, which grows even if the clock was set back. */
    private long version(long now) throws Exception {
        Long last = newest.value();
        return last == null ? now : Math.max(last + 1, now);
    }

    private long now(Context context) {
        return clock.now(context.timerService());
    }

    /** Returns an id that no budget can have. */
    private static String id(Alert alert) {
        return "runaway_tree:" + alert.fingerprint();
    }

    private static BudgetStatus status(Alert alert, TreeEvidence tree, long version, long now) {
        BigDecimal spent = tree.usd() == null ? BigDecimal.ZERO : tree.usd();
        Instant until = Instant.ofEpochMilli(now + BudgetAccount.VALID_MILLIS);
        return BudgetStatusBuilder.builder()
                .budgetId(id(alert))
                .version(version)
                .producedAt(Instant.ofEpochMilli(now))
                .validUntil(until)
                .match(match(tree))
                .period(BudgetStatus.OF_TREE)
                .timeZone("UTC")
                .periodStart(alert.startsAt())
                .periodEnd(until)
                .softUsd(spent)
                .hardUsd(spent)
                .enforce(true)
                .state(BudgetState.HARD)
                .spentUsd(spent)
                .unpricedRequests(tree.unpriced())
                .reservedUsd(BigDecimal.ZERO)
                .reservedHighUsd(BigDecimal.ZERO)
                .tasksInFlight(tree.running())
                .reason(reason(alert, tree))
                .build();
    }

    private static Map<String, String> match(TreeEvidence tree) {
        String session = tree.session();
        return session == null ? Map.of(ROOT, tree.rootTaskId()) : Map.of(SESSION, session);
    }

    private static String reason(Alert alert, TreeEvidence tree) {
        return ("Task tree '%s' is stopped by the alert rule '%s'. %s If this work is intended,"
                        + " acknowledge the alert.")
                .formatted(tree.rootTaskId(), alert.ruleId(), alert.description());
    }
}
