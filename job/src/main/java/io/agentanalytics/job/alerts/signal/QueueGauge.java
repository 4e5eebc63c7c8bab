package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.Evidence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The waiting tasks of an agent type, every ten seconds: how many, how many usually, and how long
 * working them off takes at the present pace. Kept in state.
 */
public class QueueGauge {
    private static final int PACE_PANES = 30;
    private static final double PANE_SECONDS = 10;

    /** What is usual is learned from one pane a minute. */
    private static final int PANES_A_SAMPLE = 6;

    private static final int USUAL_SAMPLES = 128;

    /** Half an hour: a queue that begins long is not long as usual. */
    private static final int LEAST_SAMPLES = 30;

    private static final double USUAL_SHARE = 0.95;

    public long pending;
    public long lastMillis;
    public List<Long> started = new ArrayList<>();
    public float[] usual = {};
    public int next;
    public int panes;
    public Map<String, Level> levels = new HashMap<>();

    /** By rule id. */
    public Map<String, Measuring> measuring = new HashMap<>();

    /** For Flink. */
    public QueueGauge() {}

    /** Ten seconds are over. */
    void turn(long now, long pendingChange, long startedNow) {
        if (now - lastMillis > PANE_SECONDS * 1000) {
            started.clear(); // the pace of hours ago is none
        }
        lastMillis = now;
        pending += pendingChange;
        started.add(startedNow);
        if (started.size() > PACE_PANES) {
            started.remove(0);
        }
        if (panes++ % PANES_A_SAMPLE == 0 && levels.isEmpty()) {
            sample();
        }
    }

    private void sample() {
        if (usual.length < USUAL_SAMPLES) {
            usual = java.util.Arrays.copyOf(usual, usual.length + 1);
            usual[usual.length - 1] = pending;
        } else {
            usual[next] = pending;
            next = (next + 1) % usual.length;
        }
    }

    void look(String agentType, long now, AlertRule rule, Consumer<Signal> out) {
        if (!rule.matches("", agentType, "")) {
            levels.remove(rule.ruleId());
            levels.remove(rule.ruleId() + WATCHED);
            return;
        }
        double limit = Math.max(rule.get("pending"), rule.get("usual_factor") * usualP95());
        double pace = started.stream().mapToLong(Long::longValue).sum();
        double drainSeconds = pending * started.size() * PANE_SECONDS / pace;
        boolean high = pending >= limit;
        Level before = levels.getOrDefault(rule.ruleId(), Level.CLEARED);
        Level level =
                high && drainSeconds > rule.get("drain_seconds") ? Level.RAISED : Level.CLEARED;
        levels.put(rule.ruleId(), level);
        if (level == Level.CLEARED) {
            levels.remove(rule.ruleId());
        }
        Subject subject = Subject.agentType(agentType);
        Evidence evidence =
                new Evidence(
                        "tasks",
                        (double) pending,
                        limit,
                        (double) usualP95(),
                        Double.isFinite(drainSeconds) ? drainSeconds : null,
                        started.stream().mapToLong(Long::longValue).sum(),
                        (long) (started.size() * PANE_SECONDS),
                        List.of());
        Measuring said = measuring.computeIfAbsent(rule.ruleId(), id -> new Measuring());
        Signals.moved(before, level, now, rule, subject, () -> evidence, said, out);
        note(high, now, rule, subject, evidence, out);
    }

    /** For the pattern: somebody starts something, and there is still much to do. */
    private void note(
            boolean high,
            long now,
            AlertRule rule,
            Subject subject,
            Evidence evidence,
            Consumer<Signal> out) {
        boolean working = started.get(started.size() - 1) > 0;
        if (high || levels.containsKey(rule.ruleId() + WATCHED)) {
            if (working || !high) {
                out.accept(Signal.of(Signal.Kind.NOTED, now, rule, subject, idle(evidence, false)));
                levels.remove(rule.ruleId() + WATCHED);
                if (!levels.containsKey(rule.ruleId())) {
                    // The pattern may have raised it although the pace never did.
                    out.accept(Signal.level(Level.CLEARED, now, rule, subject, evidence));
                }
            }
            if (high && !levels.containsKey(rule.ruleId() + WATCHED)) {
                out.accept(Signal.of(Signal.Kind.NOTED, now, rule, subject, idle(evidence, true)));
                levels.put(rule.ruleId() + WATCHED, Level.RAISED);
            }
        }
    }

    private static final String WATCHED = "/watched";

    private static Evidence idle(Evidence e, boolean waiting) {
        return new Evidence(
                e.unit(),
                e.value(),
                e.threshold(),
                e.baseline(),
                waiting ? 1.0 : 0.0,
                e.n(),
                e.windowSeconds(),
                List.of());
    }

    private float usualP95() {
        if (usual.length < LEAST_SAMPLES) {
            return 0;
        }
        float[] sorted = usual.clone();
        java.util.Arrays.sort(sorted);
        return sorted[(int) Math.min(sorted.length - 1L, (long) (USUAL_SHARE * sorted.length))];
    }

    /** Nothing to remember: no queue, and too little seen to call anything usual. */
    boolean isNew() {
        return isCalm() && usual.length < LEAST_SAMPLES;
    }

    /** Rules that are no longer evaluated leave nothing raised. */
    void retain(Set<String> active) {
        measuring.keySet().retainAll(active);
        levels.keySet()
                .removeIf(key -> !active.contains(key) && !active.contains(withoutMark(key)));
    }

    private static String withoutMark(String key) {
        return key.endsWith(WATCHED) ? key.substring(0, key.length() - WATCHED.length()) : key;
    }

    boolean isCalm() {
        return pending <= 0 && levels.isEmpty();
    }
}
