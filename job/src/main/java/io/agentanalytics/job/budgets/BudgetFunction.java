package io.agentanalytics.job.budgets;

import io.agentanalytics.contract.alerts.BudgetPeriod;
import io.agentanalytics.contract.budgets.Budget;
import io.agentanalytics.contract.budgets.BudgetStatus;
import io.agentanalytics.job.model.BudgetSetting;
import io.agentanalytics.job.model.Dimension;
import io.agentanalytics.job.state.StateMap;
import io.agentanalytics.job.state.Versions;
import io.agentanalytics.job.time.ScaledClock;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the status of a budget: half a second after a change at the latest, and every 30
 * seconds. Periods begin in processing time, as does the stopping of work.
 */
@SuppressWarnings("NullAway.Init") // Flink calls open() first
final class BudgetFunction
        extends KeyedCoProcessFunction<String, BudgetChange, BudgetSetting, BudgetRecord> {
    private static final long serialVersionUID = 1L;
    private static final long INTERVAL_MILLIS = 500;

    /** Cells kept: 32 days, which is longer than any period. */
    private static final long CELLS_KEPT = 32 * SpendForecast.DAY_CELLS;

    /** Status of current and past periods, for the history. */
    static final OutputTag<BudgetStatus> ROWS =
            new OutputTag<>("budget-rows", TypeInformation.of(BudgetStatus.class));

    private final ScaledClock clock;
    private final ArrayList<Dimension> dimensions;
    private transient ValueState<BudgetAccount> accounts;
    private transient MapState<Long, Long> cells;
    private transient MapState<Long, Long> unpriced;
    private transient Versions versions;

    BudgetFunction(ScaledClock clock, List<Dimension> dimensions) {
        this.clock = clock;
        this.dimensions = new ArrayList<>(dimensions);
    }

    @Override
    public void open(OpenContext context) {
        versions = new Versions();
        accounts =
                getRuntimeContext()
                        .getState(new ValueStateDescriptor<>("account", BudgetAccount.class));
        cells =
                getRuntimeContext()
                        .getMapState(new MapStateDescriptor<>("cells", Types.LONG, Types.LONG));
        unpriced =
                getRuntimeContext()
                        .getMapState(new MapStateDescriptor<>("unpriced", Types.LONG, Types.LONG));
    }

    @Override
    public void processElement1(BudgetChange change, Context context, Collector<BudgetRecord> out)
            throws Exception {
        BudgetAccount account = account();
        BudgetChange counted = count(change);
        account.add(counted);
        correct(account, counted, context);
        publish(account, context, out);
    }

    /**
     * Adds the spend to its cell. A bill for a call that came before the budget counted does not
     * make another call known.
     */
    private BudgetChange count(BudgetChange change) throws Exception {
        if (change.spentNanos() != 0) {
            cells.put(change.cell(), change.spentNanos() + number(cells, change.cell()));
        }
        if (change.unpriced() == 0) {
            return change;
        }
        long before = number(unpriced, change.cell());
        long after = Math.max(0, before + change.unpriced());
        unpriced.put(change.cell(), after);
        return BudgetChangeBuilder.builder(change).unpriced(after - before).build();
    }

    private static long number(MapState<Long, Long> of, long cell) throws Exception {
        Long known = of.get(cell);
        return known == null ? 0 : known;
    }

    /** A late bill changes a period that is over. */
    private void correct(BudgetAccount account, BudgetChange change, Context context)
            throws Exception {
        Budget budget = account.budget;
        long time = change.cell() * BudgetAccount.CELL_MILLIS;
        boolean isSpend = change.spentNanos() != 0 || change.unpriced() != 0;
        if (budget == null || !isSpend || time >= account.periodStart) {
            return;
        }
        BudgetPeriod.Span period = budget.calendar().at(time);
        long now = clock.now(context.timerService());
        context.output(ROWS, past(account, budget, period, now));
    }

    private BudgetStatus past(
            BudgetAccount account, Budget budget, BudgetPeriod.Span period, long now)
            throws Exception {
        raiseVersion(account, budget.budgetId(), now);
        long from = BudgetAccount.cell(period.start());
        long to = BudgetAccount.cell(period.end());
        return account.past(budget, period, now, sum(cells, from, to), sum(unpriced, from, to));
    }

    private void raiseVersion(BudgetAccount account, String budgetId, long now) {
        account.version = versions.next(budgetId, account.version, now);
    }

    private long spent(long from, long to) throws Exception {
        return sum(cells, from, to);
    }

    private static long sum(MapState<Long, Long> of, long from, long to) throws Exception {
        long sum = 0;
        for (long cell = from; cell < to; cell++) {
            sum += number(of, cell);
        }
        return sum;
    }

    @Override
    public void processElement2(BudgetSetting setting, Context context, Collector<BudgetRecord> out)
            throws Exception {
        BudgetAccount account = account();
        Budget budget = setting.budget();
        if (budget == null) {
            long now = clock.now(context.timerService());
            raiseVersion(account, setting.budgetId(), now);
            out.collect(new BudgetRecord(setting.budgetId(), account.version, null));
            account.budget = null;
            forget();
            save(account);
            return;
        }
        if (account.define(budget, clock.at(setting.sinceMillis()))) {
            forget();
        }
        account.publishedMillis = 0;
        publish(account, context, out);
    }

    private BudgetAccount account() throws Exception {
        BudgetAccount known = accounts.value();
        return known == null ? new BudgetAccount() : known;
    }

    private void save(BudgetAccount account) throws Exception {
        if (account.isOver()) {
            accounts.clear();
            forget();
        } else {
            accounts.update(account);
        }
    }

    private void forget() {
        cells.clear();
        unpriced.clear();
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<BudgetRecord> out)
            throws Exception {
        BudgetAccount account = accounts.value();
        if (account != null) {
            publish(account, context, out);
        }
    }

    /** Publishes a status if one is due, and registers the timer for the next one. */
    private void publish(BudgetAccount account, Context context, Collector<BudgetRecord> out)
            throws Exception {
        Budget budget = account.budget;
        if (budget != null) {
            var timers = context.timerService();
            long processingTime = timers.currentProcessingTime();
            begin(account, budget, clock.at(processingTime), context);
            long age = processingTime - account.publishedMillis;
            boolean wentBack = age < 0;
            if (wentBack
                    || age
                            >= (account.changed
                                    ? INTERVAL_MILLIS
                                    : BudgetAccount.HEARTBEAT_MILLIS)) {
                emit(account, budget, clock.at(processingTime), context, out);
                account.publishedMillis = processingTime;
                account.changed = false;
            } else if (account.changed) {
                timers.registerProcessingTimeTimer(account.publishedMillis + INTERVAL_MILLIS);
            }
            long beat =
                    (processingTime / BudgetAccount.HEARTBEAT_MILLIS + 1)
                            * BudgetAccount.HEARTBEAT_MILLIS;
            timers.registerProcessingTimeTimer(beat);
        }
        save(account);
    }

    private void begin(BudgetAccount account, Budget budget, long now, Context context)
            throws Exception {
        BudgetPeriod.Span last = new BudgetPeriod.Span(account.periodStart, account.periodEnd);
        account.advance(budget, now, this::spent, (from, to) -> sum(unpriced, from, to));
        if (last.end() > 0 && last.start() != account.periodStart) {
            context.output(ROWS, past(account, budget, last, now));
            long oldest = BudgetAccount.cell(now) - CELLS_KEPT;
            new StateMap<>(cells).keySet().removeIf(cell -> cell < oldest);
            new StateMap<>(unpriced).keySet().removeIf(cell -> cell < oldest);
        }
    }

    private void emit(
            BudgetAccount account,
            Budget budget,
            long now,
            Context context,
            Collector<BudgetRecord> out)
            throws Exception {
        raiseVersion(account, budget.budgetId(), now);
        BudgetStatus status = account.status(budget, now, this::spent, problem(budget));
        out.collect(new BudgetRecord(status.budgetId(), status.version(), status));
        context.output(ROWS, status);
    }

    private @Nullable String problem(Budget budget) {
        for (String tag : budget.tags()) {
            if (!Dimension.tags(dimensions).contains(tag)) {
                return "'%s' is not a dimension; start the job with --dimensions %s."
                        .formatted(tag, Dimension.optionWith(dimensions, tag));
            }
        }
        return null;
    }
}
