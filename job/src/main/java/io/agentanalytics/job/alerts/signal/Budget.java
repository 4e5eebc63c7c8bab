package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.NanoDollars;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.BudgetPeriod;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.contract.alerts.RuleParameter;
import io.agentanalytics.contract.alerts.Severity;
import io.agentanalytics.job.time.Day;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Spend of the fleet, or of the labels that a rule is limited to, and the status of each budget
 * rule in its period. Stored in Flink state.
 */
public class Budget {
    /**
     * Cell width. Time zone offsets are multiples of 15 minutes, so every period has whole cells.
     */
    static final long CELL = 300_000;

    private static final int CELLS = (int) (32 * Day.MILLIS / CELL);

    /** Hysteresis: a correction lowers a step only below this fraction of the step's share. */
    private static final double STAY = 0.95;

    private static final long NEVER = Long.MIN_VALUE;

    /** Nano-dollars per five-minute cell: a ring of 32 days, which is longer than any period. */
    public long[] cells = new long[CELLS];

    /** Number of the newest cell, counted from the epoch. */
    public long newest = NEVER;

    public Map<String, BudgetReading> readings = new TreeMap<>();

    /**
     * Time (epoch ms) of the last evaluation, in event time or processing time; never decreases.
     */
    public long lookedMillis = NEVER;

    /**
     * Status of a budget rule.
     *
     * @param usd budget at the time of the evaluation
     * @param reached step by spend share alone: 0 below all shares, 1 info, 2 warning, 3 critical
     * @param told published step: {@code reached}, but at least 2 while the burn rate is too high
     * @param burnedMillis time (epoch ms) at which the burn rate was last too high
     */
    @RecordBuilder
    public record BudgetReading(
            AlertRule rule,
            long start,
            long end,
            double usd,
            int reached,
            int told,
            boolean burns,
            long burnedMillis) {
        static BudgetReading atBeginning(AlertRule rule, BudgetPeriod.Span period, double usd) {
            return BudgetReadingBuilder.builder()
                    .rule(rule)
                    .start(period.start())
                    .end(period.end())
                    .usd(usd)
                    .burnedMillis(NEVER)
                    .build();
        }
    }

    /** Required by Flink's POJO serializer. */
    public Budget() {}

    /** Adds a change of spend at a point in time. */
    void spent(long timeMillis, long nanos) {
        long cell = Math.floorDiv(timeMillis, CELL);
        if (newest == NEVER) {
            newest = cell;
        }
        for (newest = Math.max(newest, cell - CELLS); newest < cell; ) {
            cells[index(++newest)] = 0;
        }
        if (cell > newest - CELLS) { // older events are rejected at ingest
            cells[index(cell)] += nanos;
        }
    }

    private static int index(long cell) {
        return (int) Math.floorMod(cell, (long) CELLS);
    }

    /** Returns the spend of whole cells in nano-dollars. */
    long sum(long fromMillis, long toMillis) {
        long sum = 0;
        long first = Math.max(Math.floorDiv(fromMillis, CELL), newest - CELLS + 1);
        long last = Math.min(Math.floorDiv(toMillis - 1, CELL), newest);
        for (long cell = first; newest != NEVER && cell <= last; cell++) {
            sum += cells[index(cell)];
        }
        return sum;
    }

    /**
     * Evaluates the rules about this spend. Alerts of rules that no longer apply to it end.
     *
     * @param timeMillis time (epoch ms) of the emitted signals
     * @param now time of the evaluation (epoch ms); never before an earlier evaluation
     */
    void look(long timeMillis, long now, List<AlertRule> rules, Consumer<Signal> out) {
        lookedMillis = now;
        for (BudgetReading gone : List.copyOf(readings.values())) {
            String id = gone.rule().ruleId();
            if (rules.stream().noneMatch(rule -> rule.ruleId().equals(id))) {
                readings.remove(id);
                if (gone.told() > 0) {
                    AlertRule rule = gone.rule().endingAtOnce();
                    out.accept(signal(ConditionLevel.CLEARED, gone.told(), timeMillis, rule, gone));
                }
            }
        }
        for (AlertRule rule : rules) {
            BudgetReading before = readings.get(rule.ruleId());
            BudgetReading after = reading(now, rule, before);
            emit(timeMillis, rule, before, after, out);
            readings.put(rule.ruleId(), after);
        }
    }

    private BudgetReading reading(long now, AlertRule rule, @Nullable BudgetReading known) {
        double usd = rule.get(RuleParameter.BUDGET_USD);
        // A pane that ends at midnight belongs to the previous day.
        BudgetPeriod.Span period = BudgetPeriod.of(rule).at(now - 1);
        BudgetReading fresh = BudgetReading.atBeginning(rule, period, usd);
        BudgetReading before =
                known != null && known.start() == fresh.start() && known.usd() == usd
                        ? known
                        : fresh;
        double share = sum(period.start(), period.end()) / (double) nanos(usd);
        int stays = Math.min(before.reached(), step(share / STAY, rule));
        int reached = Math.max(step(share, rule), stays);
        Burn burn = new Burn(this, period, nanos(usd), rule, now);
        long burned = burn.isTooFast() ? now : before.burnedMillis();
        boolean burns = burned == now || (before.burns() && !burn.hasCalmed(burned));
        int published = Math.max(reached, burns ? 2 : 0);
        return BudgetReadingBuilder.builder(fresh)
                .reached(reached)
                .told(published)
                .burns(burns)
                .burnedMillis(burned)
                .build();
    }

    private static long nanos(double usd) {
        return Math.round(usd * NanoDollars.PER_USD);
    }

    private static int step(double share, AlertRule rule) {
        if (share >= rule.get(RuleParameter.CRITICAL_SHARE)) {
            return 3;
        }
        return share >= rule.get(RuleParameter.WARNING_SHARE)
                ? 2
                : share >= rule.get(RuleParameter.INFO_SHARE) ? 1 : 0;
    }

    /**
     * Emits the change of the published step. A new period, a new budget and a lower step clear the
     * previous alert and start a new one.
     */
    private void emit(
            long timeMillis,
            AlertRule rule,
            @Nullable BudgetReading before,
            BudgetReading after,
            Consumer<Signal> out) {
        int was = before == null ? 0 : before.told();
        boolean same =
                before != null && before.start() == after.start() && before.usd() == after.usd();
        if (was > 0 && (!same || after.told() < was)) {
            boolean goesOn = after.told() > 0 || !same;
            AlertRule ending = goesOn ? rule.endingAtOnce() : rule;
            out.accept(signal(ConditionLevel.CLEARED, was, timeMillis, ending, after));
            was = 0;
        }
        if (after.told() > was) {
            out.accept(signal(ConditionLevel.RAISED, after.told(), timeMillis, rule, after));
        } else if (after.told() > 0) {
            Signal present = signal(ConditionLevel.RAISED, after.told(), timeMillis, rule, after);
            out.accept(present.as(SignalKind.MEASURED, timeMillis));
        }
    }

    private Signal signal(
            ConditionLevel level, int step, long timeMillis, AlertRule rule, BudgetReading at) {
        double spent = sum(at.start(), at.end()) / NanoDollars.PER_USD;
        Evidence evidence =
                Evidence.of("usd")
                        .value(spent)
                        .threshold(at.usd())
                        .score(spent / at.usd())
                        .windowSeconds((at.end() - at.start()) / 1000)
                        .build();
        return Signal.level(level, timeMillis, rule, Subject.spend(rule.match()), evidence)
                .at(severity(step));
    }

    private static Severity severity(int step) {
        return step == 3 ? Severity.CRITICAL : step == 2 ? Severity.WARNING : Severity.INFO;
    }
}
