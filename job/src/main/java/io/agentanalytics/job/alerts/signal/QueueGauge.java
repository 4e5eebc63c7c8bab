package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.Pane;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.contract.alerts.RuleParameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Backlog of an agent type, updated every ten seconds: the number of waiting tasks, its usual
 * value, and the time to drain the backlog at the current rate. Stored in Flink state.
 */
public class QueueGauge {
    private static final int PACE_PANES = 30;

    /** Minimum number of panes for a rate: a minute. */
    private static final int MIN_PACE_PANES = 6;

    /** Number of panes per sample of the baseline: one sample per minute. */
    private static final int PANES_PER_SAMPLE = 6;

    private static final int USUAL_SAMPLES = 128;

    /**
     * Minimum number of samples, half an hour: a backlog present from the start is not a baseline.
     */
    private static final int MIN_SAMPLES = 30;

    private static final double USUAL_SHARE = 0.95;

    public long pending;
    public long lastMillis;
    public List<Long> started = new ArrayList<>();
    public float[] usual = {};
    public int next;
    public int panes;
    public Map<String, ConditionLevel> levels = new HashMap<>();

    /** Ids of rules with a pattern that has observed a large backlog. */
    public List<String> watched = new ArrayList<>();

    /** Keyed by rule id. */
    public Map<String, Measuring> measuring = new HashMap<>();

    /** Required by Flink's POJO serializer. */
    public QueueGauge() {}

    /** Applies the changes of one ten-second pane. */
    void add(long now, long pendingChange, long startedNow) {
        if (now - lastMillis > Pane.MILLIS) {
            started.clear(); // an outdated rate is not the current rate
        }
        lastMillis = now;
        pending += pendingChange;
        started.add(startedNow);
        if (started.size() > PACE_PANES) {
            started.remove(0);
        }
        if (panes++ % PANES_PER_SAMPLE == 0 && isUsual()) {
            sample();
        }
    }

    /**
     * Returns true unless there is a backlog. While tasks are started, a large number of waiting
     * tasks is no backlog: a queue that always holds that many would otherwise never be usual.
     */
    private boolean isUsual() {
        List<Long> lately =
                started.subList(Math.max(0, started.size() - MIN_PACE_PANES), started.size());
        return levels.isEmpty()
                && (watched.isEmpty() || lately.stream().anyMatch(tasks -> tasks > 0));
    }

    private void sample() {
        if (usual.length < USUAL_SAMPLES) {
            usual = Arrays.copyOf(usual, usual.length + 1);
            usual[usual.length - 1] = pending;
        } else {
            usual[next] = pending;
            next = (next + 1) % usual.length;
        }
    }

    void evaluate(String agentType, long now, AlertRule rule, Consumer<Signal> out) {
        Subject subject = Subject.agentType(agentType);
        if (!rule.matches("", agentType, "")) {
            boolean watching = watched.remove(rule.ruleId());
            if (levels.remove(rule.ruleId()) != null || watching) {
                out.accept(Signal.level(ConditionLevel.CLEARED, now, rule, subject, Evidence.NONE));
            }
            return;
        }
        BacklogMeasurement backlog = backlog(rule);
        ConditionLevel level =
                backlog.isLarge()
                                && backlog.hasRate()
                                && backlog.drainSeconds() > rule.get(RuleParameter.DRAIN_SECONDS)
                        ? ConditionLevel.RAISED
                        : ConditionLevel.CLEARED;
        ConditionLevel before = ConditionLevel.replace(levels, rule.ruleId(), level);
        Measuring said = measuring.computeIfAbsent(rule.ruleId(), id -> new Measuring());
        Evidence evidence = backlog.evidence();
        new Signals(now, rule, subject, out).moved(before, level, said, () -> evidence);
        note(backlog.isLarge(), now, rule, subject, evidence, out);
    }

    private BacklogMeasurement backlog(AlertRule rule) {
        double usualPending = usualP95();
        double limit =
                Math.max(
                        rule.get(RuleParameter.PENDING),
                        rule.get(RuleParameter.USUAL_FACTOR) * usualPending);
        long startedTasks = started.stream().mapToLong(Long::longValue).sum();
        return new BacklogMeasurement(
                pending, limit, usualPending, startedTasks, (long) started.size() * Pane.SECONDS);
    }

    /**
     * Measurement of the backlog.
     *
     * @param limit number of waiting tasks from which the backlog is large
     * @param started number of tasks started in the last {@code seconds}
     */
    private record BacklogMeasurement(
            long pending, double limit, double usual, long started, long seconds) {
        boolean isLarge() {
            return pending >= limit;
        }

        /** Returns the time to drain the backlog; not finite if no task was started. */
        double drainSeconds() {
            return pending * (double) seconds / started;
        }

        /** Returns true if the rate was measured: a burst is no backlog before workers react. */
        boolean hasRate() {
            return seconds >= MIN_PACE_PANES * (long) Pane.SECONDS;
        }

        Evidence evidence() {
            double drain = drainSeconds();
            return Evidence.of("tasks")
                    .value((double) pending)
                    .threshold(limit)
                    .baseline(usual)
                    .score(Double.isFinite(drain) ? drain : null)
                    .n(started)
                    .windowSeconds(seconds)
                    .build();
        }
    }

    /**
     * Emits observations of a large backlog for the pattern, and interruptions when tasks start.
     */
    private void note(
            boolean high,
            long now,
            AlertRule rule,
            Subject subject,
            Evidence evidence,
            Consumer<Signal> out) {
        boolean working = started.get(started.size() - 1) > 0;
        if (high || watched.contains(rule.ruleId())) {
            if (working || !high) {
                out.accept(Signal.of(SignalKind.INTERRUPTED, now, rule, subject, evidence));
                watched.remove(rule.ruleId());
                if (!levels.containsKey(rule.ruleId())) {
                    // The pattern may have raised the alert although the drain time never did.
                    out.accept(Signal.level(ConditionLevel.CLEARED, now, rule, subject, evidence));
                }
            }
            if (high && !watched.contains(rule.ruleId())) {
                out.accept(Signal.of(SignalKind.OBSERVED, now, rule, subject, evidence));
                watched.add(rule.ruleId());
            }
        }
    }

    private float usualP95() {
        if (usual.length < MIN_SAMPLES) {
            return 0;
        }
        float[] sorted = usual.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.min(sorted.length - 1L, (long) (USUAL_SHARE * sorted.length))];
    }

    /**
     * Returns true if there is no state to keep: no backlog, and too few samples for a baseline.
     */
    boolean isNew() {
        return isCalm() && usual.length < MIN_SAMPLES;
    }

    /** Drops the state of rules that are no longer evaluated. */
    void retain(Set<String> active) {
        measuring.keySet().retainAll(active);
        levels.keySet().retainAll(active);
        watched.retainAll(active);
    }

    private boolean isQuiet() {
        return levels.isEmpty() && watched.isEmpty();
    }

    boolean isCalm() {
        return pending <= 0 && isQuiet();
    }
}
