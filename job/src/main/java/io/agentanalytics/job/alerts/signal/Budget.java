package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.contract.alerts.Severity;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The fleet's spend in the current period, exact, and how fast it grows. Each ten seconds' value
 * may be corrected afterwards. Kept in state.
 */
public class Budget {
    private static final long HOUR = 3_600_000;
    private static final long FIVE_MINUTES = 300_000;

    private static final long LONGEST_PERIOD = 32 * 24 * HOUR;

    /** Corrections come at most so late. */
    private static final long CORRECTED_FOR = 3 * HOUR;

    /** Nano-dollars by start of the ten seconds. */
    public Map<Long, Long> panes = new TreeMap<>();

    /** Nano-dollars by start of the hour; as many as the longest period has. */
    public Map<Long, Long> hours = new TreeMap<>();

    public Map<String, Standing> standings = new TreeMap<>();
    public long newest = Long.MIN_VALUE;

    /** How a rule stands in its period: 0 under all, 1 informs, 2 warns, 3 critical. */
    public record Standing(long periodStart, int step) {}

    /** For Flink. */
    public Budget() {}

    /** The spend of ten seconds is, or is now, so much. */
    void spent(long start, long nanos) {
        if (newest != Long.MIN_VALUE && start < newest - CORRECTED_FOR) {
            return;
        }
        Long before = panes.put(start, nanos);
        long more = nanos - (before == null ? 0 : before);
        hours.merge(Math.floorDiv(start, HOUR) * HOUR, more, Long::sum);
        newest = Math.max(newest, start);
        panes.keySet().removeIf(t -> t < newest - CORRECTED_FOR);
        hours.keySet().removeIf(t -> t < newest - LONGEST_PERIOD);
    }

    void look(long now, AlertRule rule, Consumer<Signal> out) {
        // Spend is kept by whole hours.
        long period = Math.max(HOUR, rule.millis("period_seconds") / HOUR * HOUR);
        long start = Math.floorDiv(now - 1, period) * period;
        double budget = rule.get("budget_usd") * CostShift.NANOS_PER_USD;
        long spent = 0;
        for (long nanos : tail(hours, start).values()) {
            spent += nanos;
        }
        int step = step(spent / budget, rule);
        if (step < 2 && burns(spent, budget, now, start + period, rule)) {
            step = 2;
        }
        Standing before = standings.get(rule.ruleId());
        boolean fresh = before == null || before.periodStart() != start;
        int was = before == null || fresh ? 0 : before.step();
        if (before != null && fresh && before.step() > 0) {
            out.accept(signal(Level.CLEARED, before.step(), now, rule, spent, budget));
        }
        if (step > was) {
            out.accept(signal(Level.RAISED, step, now, rule, spent, budget));
        } else if (step == 0 && was > 0) {
            out.accept(signal(Level.CLEARED, was, now, rule, spent, budget));
        }
        standings.put(rule.ruleId(), new Standing(start, step == 0 ? 0 : Math.max(step, was)));
    }

    private static int step(double share, AlertRule rule) {
        if (share >= rule.get("critical_share")) {
            return 3;
        }
        return share >= rule.get("warning_share") ? 2 : share >= rule.get("info_share") ? 1 : 0;
    }

    /** At the pace of the last hour and of the last five minutes, too little will be left. */
    private boolean burns(long spent, double budget, long now, long end, AlertRule rule) {
        double left = budget - spent;
        double enough = rule.get("burn_share") * (end - now);
        return left / pace(now, HOUR) < enough && left / pace(now, FIVE_MINUTES) < enough;
    }

    private double pace(long now, long millis) {
        double sum = 0;
        for (long nanos : tail(panes, now - millis).values()) {
            sum += nanos;
        }
        return sum / millis;
    }

    private static NavigableMap<Long, Long> tail(Map<Long, Long> map, long from) {
        return (map instanceof TreeMap<Long, Long> tree ? tree : new TreeMap<>(map))
                .tailMap(from, true);
    }

    private static Signal signal(
            Level level, int step, long now, AlertRule rule, long spent, double budget) {
        Evidence evidence =
                new Evidence(
                        "usd",
                        spent / CostShift.NANOS_PER_USD,
                        budget / CostShift.NANOS_PER_USD,
                        null,
                        spent / budget,
                        0,
                        rule.millis("period_seconds") / 1000,
                        List.of());
        return Signal.level(level, now, rule, Subject.FLEET, evidence).at(severity(step));
    }

    private static Severity severity(int step) {
        return step == 3 ? Severity.CRITICAL : step == 2 ? Severity.WARNING : Severity.INFO;
    }
}
