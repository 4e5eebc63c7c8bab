package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.Evidence;
import java.util.List;

/**
 * Finds that too many of an agent's last tasks are slow, by Wilson's lower bound; a task that runs
 * longer than the limit already is slow before it ends. Kept in state.
 */
public class SlowShare {
    private static final int LEAST_USUAL = 30;

    public Rolling usual = new Rolling();
    public Level level = Level.CLEARED;

    /** For Flink. */
    public SlowShare() {}

    /** Takes the newest task's duration as usual, unless the agent is slow at present. */
    void learn(RecentTasks.Task task) {
        if (level.compareTo(Level.RAISED) < 0) {
            usual.add(task.durationMillis());
        }
    }

    /** What is slow for this agent: the rule's limit, or its own usual if that is longer. */
    long limitMillis(AlertRule rule) {
        long limit = rule.millis("limit_seconds");
        return usual.size() < LEAST_USUAL
                ? limit
                : Math.max(limit, Math.round(rule.get("usual_factor") * usual.median()));
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
                && Statistics.wilsonLower(slow, n, Statistics.Z) > rule.get("share")) {
            level = Level.RAISED;
        } else if (level != Level.CLEARED) {
            level = n == 0 || slow / n <= rule.get("clear_share") ? Level.CLEARED : Level.EASED;
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
