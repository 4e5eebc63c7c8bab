package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.Evidence;
import java.util.List;

/**
 * Finds that too many of an agent's last tasks are slow, by Wilson's lower bound; a task that runs
 * longer than the limit already is slow before it ends. Kept in state.
 */
public class SlowShare {
    private static final int LEAST_USUAL = 5;

    /** Until then every task teaches what is usual, slow or not. */
    private static final int NEW = 30;

    private static final double MEMORY = 0.995;
    private static final double IN_PROGRESS = 3;
    private static final double CHANGED = 0.45;
    private static final double MOST_BASELINE = 0.35;
    private static final double LEAST_BASELINE = 0.03;

    public Usual usual = new Usual();

    // An agent begins as one of whose tasks one in twenty is slow.
    public double slow = 1;
    public double tasks = 20;
    public double cusum;
    public Level level = Level.CLEARED;

    /** For Flink. */
    public SlowShare() {}

    /** Takes in the newest task; what is usual is not learned while the agent is slow. */
    void learn(RecentTasks.Task task, AlertRule rule) {
        boolean isSlow = task.durationMillis() > limitMillis(rule);
        cusum =
                Math.max(
                        0,
                        cusum
                                + (isSlow
                                        ? evidenceOfSlow()
                                        : Math.log((1 - CHANGED) / (1 - baseline()))));
        if (cusum < IN_PROGRESS) {
            slow = slow * MEMORY + (isSlow ? 1 : 0);
            tasks = tasks * MEMORY + 1;
        }
        if (usual.size() < NEW || level.compareTo(Level.RAISED) < 0) {
            usual.add(Math.log(Math.max(1, task.durationMillis())));
        }
    }

    private double baseline() {
        double share = slow / tasks;
        return Math.min(
                MOST_BASELINE,
                Math.max(LEAST_BASELINE, share + Math.sqrt(share * (1 - share) / tasks)));
    }

    private double evidenceOfSlow() {
        return Math.log(CHANGED / baseline());
    }

    /** What is slow for this agent: the rule's limit, or its own usual if that is longer. */
    long limitMillis(AlertRule rule) {
        long limit = rule.millis("limit_seconds");
        return usual.size() < LEAST_USUAL
                ? limit
                : Math.max(limit, Math.round(rule.get("usual_factor") * Math.exp(usual.median)));
    }

    /**
     * Looks at the last tasks as of now.
     *
     * @param running how many tasks have been running longer than the limit
     */
    Level look(RecentTasks recent, long running, long now, AlertRule rule) {
        List<RecentTasks.Task> last = timed(recent, now, rule);
        long limit = limitMillis(rule);
        double n = last.size() + (double) running;
        double slow = last.stream().filter(t -> t.durationMillis() > limit).count() + running;
        if (n >= rule.get("min_samples")
                && Statistics.wilsonLower(slow, n, Statistics.Z) > rule.get("share")
                && cusum + running * evidenceOfSlow()
                        >= Statistics.evidenceAt(rule.get("cusum"), recent.perHour())) {
            level = Level.RAISED;
        } else if (level != Level.CLEARED) {
            level = n == 0 || slow / n <= rule.get("clear_share") ? Level.CLEARED : Level.EASED;
            if (level == Level.CLEARED) {
                cusum = Math.min(cusum, 2);
            }
        }
        return level;
    }

    private static List<RecentTasks.Task> timed(RecentTasks recent, long now, AlertRule rule) {
        return recent.last(RecentTasks.SIZE, now - rule.millis("window_seconds")).stream()
                .filter(t -> t.durationMillis() >= 0)
                .toList();
    }

    Evidence evidence(RecentTasks recent, long running, long now, AlertRule rule) {
        List<RecentTasks.Task> last = timed(recent, now, rule);
        long limit = limitMillis(rule);
        double slow = last.stream().filter(t -> t.durationMillis() > limit).count() + running;
        long n = last.size() + running;
        return new Evidence(
                "share",
                n == 0 ? null : slow / n,
                rule.get("share"),
                null,
                limit / 1000.0,
                n,
                rule.millis("window_seconds") / 1000,
                RecentTasks.examples(last, t -> t.durationMillis() > limit));
    }
}
