package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.Evidence;
import java.util.List;

/**
 * Finds that an agent's tasks have become dear: a CUSUM of the robust z of ln cost, tuned to a
 * shift of given size, confirmed by the median of the last ten. A change in progress does not teach
 * what is usual. Kept in state.
 */
public class CostShift {
    static final double NANOS_PER_USD = 1e9;
    private static final int LAST = 10;

    /** How much of its uncertainty the usual cost is given: a young baseline must not accuse. */
    private static final double DOUBT = 1.5;

    private static final double IN_PROGRESS = 3;
    private static final double AFTER_RECOVERY = 2;

    /** One dear task alone must not be evidence of a change. */
    private static final double MOST_Z = 3;

    private static final double MOST_CUSUM = 30;
    private static final double LEAST_DEVIATION = 0.25;

    public Usual usual = new Usual();
    public double cusum;
    public Level level = Level.CLEARED;

    /** For Flink. */
    public CostShift() {}

    /** Takes in the newest of the tasks, whose cost is known. */
    Level feed(RecentTasks recent, AlertRule rule) {
        double ln = ln(recent.tasks.get(recent.tasks.size() - 1));
        if (usual.size() < rule.get("min_samples")) {
            usual.add(ln);
            return level;
        }
        double deviation = Math.max(usual.deviation, LEAST_DEVIATION);
        double z = Math.min(MOST_Z, (ln - usual.likelyMost(DOUBT)) / deviation);
        double shift = Math.log(rule.get("shift")) / deviation;
        cusum = Math.min(MOST_CUSUM, Math.max(0, cusum + shift * (z - shift / 2)));
        double median = medianOfLast(recent);
        Level before = level;
        level = level(median, Statistics.evidenceAt(rule.get("cusum"), recent.perHour()), rule);
        if (before != Level.CLEARED && level == Level.CLEARED) {
            cusum = Math.min(cusum, AFTER_RECOVERY);
        }
        if (cusum < IN_PROGRESS) {
            usual.add(ln);
        }
        return level;
    }

    private Level level(double median, double evidence, AlertRule rule) {
        double more = Math.exp(median) - Math.exp(usual.median);
        if (cusum >= evidence
                && median > usual.median + Math.log(rule.get("ratio"))
                && more >= rule.get("min_more_usd") * NANOS_PER_USD) {
            return Level.RAISED;
        }
        return level == Level.CLEARED || median < clearAt(rule) ? Level.CLEARED : Level.EASED;
    }

    private double clearAt(AlertRule rule) {
        return usual.median + Math.log(rule.get("clear_ratio"));
    }

    /** A free task counts as one nano-dollar: its logarithm must exist. */
    static double ln(RecentTasks.Task task) {
        return Math.log(Math.max(1, task.costNanos()));
    }

    private static List<RecentTasks.Task> known(RecentTasks recent) {
        List<RecentTasks.Task> known =
                recent.tasks.stream().filter(t -> t.costNanos() >= 0).toList();
        return known.subList(Math.max(0, known.size() - LAST), known.size());
    }

    private static double medianOfLast(RecentTasks recent) {
        List<RecentTasks.Task> last = known(recent);
        float[] values = new float[last.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) ln(last.get(i));
        }
        return Usual.median(values);
    }

    Evidence evidence(RecentTasks recent, AlertRule rule) {
        List<RecentTasks.Task> last = known(recent);
        double usualUsd = Math.exp(usual.median) / NANOS_PER_USD;
        return new Evidence(
                "usd",
                Math.exp(medianOfLast(recent)) / NANOS_PER_USD,
                usualUsd * rule.get("ratio"),
                usualUsd,
                cusum,
                last.size(),
                0,
                RecentTasks.examples(last, t -> true));
    }
}
