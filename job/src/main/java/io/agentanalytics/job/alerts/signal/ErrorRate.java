package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.Evidence;
import java.util.List;

/**
 * Finds a fall of an agent's success rate: a CUSUM of the log likelihood ratio between its own
 * baseline and even odds (Page, Biometrika 1954), and what the last ten tasks say. A change in
 * progress does not teach the baseline. Kept in state.
 */
public class ErrorRate {
    private static final int LAST = 10;

    private static final int LEAST_TO_CLEAR = 8;

    /** Above, the baseline rests. */
    private static final double IN_PROGRESS = 3;

    private static final double AFTER_RECOVERY = 2;
    private static final double MEMORY = 0.995;
    private static final double LEAST_BASELINE = 0.75;
    private static final double MOST_BASELINE = 0.97;
    private static final double CHANGED = 0.45;

    // An agent begins as one that succeeds in 18 of 20.
    public double successes = 18;
    public double tasks = 20;
    public double cusum;
    public Level level = Level.CLEARED;

    /** For Flink. */
    public ErrorRate() {}

    /** Takes in the newest of the tasks. */
    Level feed(RecentTasks recent, AlertRule rule) {
        RecentTasks.Task task = recent.tasks.get(recent.tasks.size() - 1);
        double usual = likelyLeast();
        double evidence =
                task.succeeded()
                        ? Math.log(CHANGED / usual)
                        : Math.log((1 - CHANGED) / (1 - usual));
        cusum = Math.max(0, cusum + evidence);
        List<RecentTasks.Task> last = window(recent, rule);
        Level before = level;
        level = level(recent, last, rule);
        if (before != Level.CLEARED && level == Level.CLEARED) {
            cusum = Math.min(cusum, AFTER_RECOVERY);
        }
        if (cusum < IN_PROGRESS) {
            successes = successes * MEMORY + (task.succeeded() ? 1 : 0);
            tasks = tasks * MEMORY + 1;
        }
        return level;
    }

    private Level level(RecentTasks recent, List<RecentTasks.Task> last, AlertRule rule) {
        double share = share(last);
        int inWindow = recent.last(RecentTasks.SIZE, from(recent, rule)).size();
        boolean enough = inWindow >= rule.get("min_samples");
        double evidence = Statistics.evidenceAt(rule.get("cusum"), recent.perHour());
        if (enough && share < rule.get("success_below") && cusum >= evidence) {
            return cusum >= rule.get("critical_cusum") ? Level.WORSENED : Level.RAISED;
        }
        boolean over = last.size() >= LEAST_TO_CLEAR && share >= rule.get("success_again");
        if (over || level == Level.CLEARED) {
            return Level.CLEARED;
        }
        return Level.EASED;
    }

    private static long from(RecentTasks recent, AlertRule rule) {
        RecentTasks.Task newest = recent.tasks.get(recent.tasks.size() - 1);
        return newest.timeMillis() - rule.millis("window_seconds");
    }

    private static List<RecentTasks.Task> window(RecentTasks recent, AlertRule rule) {
        return recent.last(LAST, from(recent, rule));
    }

    private static double share(List<RecentTasks.Task> tasks) {
        return tasks.stream().filter(RecentTasks.Task::succeeded).count() / (double) tasks.size();
    }

    /** Less its own standard error: a young baseline must not accuse. */
    private double likelyLeast() {
        double usual = baseline();
        return Math.max(LEAST_BASELINE, usual - Math.sqrt(usual * (1 - usual) / tasks));
    }

    /** The success rate that is usual for this agent. */
    double baseline() {
        return Math.min(MOST_BASELINE, Math.max(LEAST_BASELINE, successes / tasks));
    }

    Evidence evidence(RecentTasks recent, AlertRule rule) {
        List<RecentTasks.Task> last = window(recent, rule);
        return new Evidence(
                "share",
                share(last),
                rule.get("success_below"),
                baseline(),
                cusum,
                last.size(),
                rule.millis("window_seconds") / 1000,
                RecentTasks.examples(last, t -> !t.succeeded()));
    }
}
