package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.BudgetPeriod;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.contract.alerts.RuleParameter;
import io.agentanalytics.contract.alerts.Severity;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The spend of the fleet, or of what a rule is limited to, and how each rule about it stands in its
 * period. Kept in state.
 */
public class Budget {
    /**
     * Time zones differ by multiples of a quarter of an hour, so every period is of whole cells.
     */
    static final long CELL = 300_000;

    private static final int CELLS = (int) (32 * 86_400_000L / CELL);

    /** A correction within this part of a share does not take back what was told. */
    private static final double STAY = 0.95;

    private static final long NEVER = Long.MIN_VALUE;

    /** Nano-dollars by five minutes: a ring of 32 days, longer than any period. */
    public long[] cells = new long[CELLS];

    /** Number of the newest cell since 1970. */
    public long newest = NEVER;

    public Map<String, Reading> readings = new TreeMap<>();

    /** Until when it was evaluated, by event time or the clock: time never goes back. */
    public long lookedMillis = NEVER;

    /**
     * How a rule stands.
     *
     * @param usd the budget it was evaluated with
     * @param reached by shares alone: 0 under all, 1 informs, 2 warns, 3 critical
     * @param told what was told: the same, or 2 while the budget burns
     * @param burnedMillis when the pace was last too high
     */
    @RecordBuilder
    public record Reading(
            AlertRule rule,
            long start,
            long end,
            double usd,
            int reached,
            int told,
            boolean burns,
            long burnedMillis) {}

    /** For Flink. */
    public Budget() {}

    /** Spend has changed by so much at a time. */
    void spent(long timeMillis, long nanos) {
        long cell = Math.floorDiv(timeMillis, CELL);
        if (newest == NEVER) {
            newest = cell;
        }
        for (newest = Math.max(newest, cell - CELLS); newest < cell; ) {
            cells[index(++newest)] = 0;
        }
        if (cell > newest - CELLS) { // events that are older are refused at the door
            cells[index(cell)] += nanos;
        }
    }

    private static int index(long cell) {
        return (int) Math.floorMod(cell, (long) CELLS);
    }

    /** Spend of whole cells, nano-dollars. */
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
     * Evaluates the rules about this spend; alerts of rules that no longer apply to it end.
     *
     * @param timeMillis of the signals, in the order of events
     * @param now what to evaluate at; never before an earlier one
     */
    void look(long timeMillis, long now, List<AlertRule> rules, Consumer<Signal> out) {
        lookedMillis = now;
        for (Reading gone : List.copyOf(readings.values())) {
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
            Reading before = readings.get(rule.ruleId());
            Reading after = reading(now, rule, before);
            tell(timeMillis, rule, before, after, out);
            readings.put(rule.ruleId(), after);
        }
    }

    private Reading reading(long now, AlertRule rule, @Nullable Reading known) {
        double usd = rule.get(RuleParameter.BUDGET_USD);
        // A pane that ends at midnight is the old day's.
        BudgetPeriod.Span period = BudgetPeriod.of(rule).at(now - 1);
        Reading before =
                known != null && known.start() == period.start() && known.usd() == usd
                        ? known
                        : ReadingBuilder.builder()
                                .rule(rule)
                                .start(period.start())
                                .end(period.end())
                                .usd(usd)
                                .burnedMillis(NEVER)
                                .build();
        double share = sum(period.start(), period.end()) / nanos(usd);
        int stays = Math.min(before.reached(), step(share / STAY, rule));
        int reached = Math.max(step(share, rule), stays);
        Burn burn = new Burn(this, period, nanos(usd), rule, now);
        long burned = burn.isTooFast() ? now : before.burnedMillis();
        boolean burns = burned == now || before.burns() && !burn.hasCalmed(burned);
        int told = Math.max(reached, burns ? 2 : 0);
        return ReadingBuilder.builder()
                .rule(rule)
                .start(period.start())
                .end(period.end())
                .usd(usd)
                .reached(reached)
                .told(told)
                .burns(burns)
                .burnedMillis(burned)
                .build();
    }

    private static double nanos(double usd) {
        return usd * CostShift.NANOS_PER_USD;
    }

    private static int step(double share, AlertRule rule) {
        if (share >= rule.get(RuleParameter.CRITICAL_SHARE)) {
            return 3;
        }
        return share >= rule.get(RuleParameter.WARNING_SHARE)
                ? 2
                : share >= rule.get(RuleParameter.INFO_SHARE) ? 1 : 0;
    }

    /** A new period, another budget and a lower step end what was told and begin anew. */
    private void tell(
            long timeMillis,
            AlertRule rule,
            @Nullable Reading before,
            Reading after,
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
            out.accept(present.as(Signal.Kind.MEASURED, timeMillis));
        }
    }

    private Signal signal(ConditionLevel level, int step, long timeMillis, AlertRule rule, Reading at) {
        double spent = sum(at.start(), at.end()) / CostShift.NANOS_PER_USD;
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
