package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.Evidence;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds that an agent's tasks have become expensive: a CUSUM of the robust z of ln cost, tuned to a
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

    /** One expensive task alone must not be evidence of a change. */
    private static final double MOST_Z = 3;

    private static final double MOST_CUSUM = 30;
    private static final double LEAST_DEVIATION = 0.25;

    /** What a task cost, and by how much it changed the evidence. */
    public record Cost(String taskId, long nanos, double evidence) {}

    /** The last ten tasks whose cost is known, in the order in which it became known. */
    public List<Cost> last = new ArrayList<>();

    public Usual usual = new Usual();
    public double cusum;
    public Level level = Level.CLEARED;

    /** For Flink. */
    public CostShift() {}

    /** Takes in what a task cost, as soon as that is known. */
    Level feed(String taskId, long nanos, RecentTasks recent, AlertRule rule) {
        double ln = ln(nanos);
        boolean known = usual.size() >= rule.get("min_samples");
        double before = cusum;
        if (known) {
            cusum = Math.min(MOST_CUSUM, Math.max(0, cusum + evidenceOf(ln, rule)));
        }
        last.add(new Cost(taskId, nanos, cusum - before));
        if (last.size() > LAST) {
            last.remove(0);
        }
        if (!known) {
            usual.add(ln);
            return level;
        }
        look(recent, rule);
        if (cusum < IN_PROGRESS) {
            usual.add(ln);
        }
        return level;
    }

    /** A task turns out to have cost something else than what was taken in. */
    Level amend(String taskId, long before, long nanos, RecentTasks recent, AlertRule rule) {
        int at = 0;
        while (at < last.size() && !last.get(at).taskId().equals(taskId)) {
            at++;
        }
        if (usual.size() >= rule.get("min_samples")) {
            // Of an older task it is not known whether it spoke against a change.
            double wrong =
                    at < last.size()
                            ? last.get(at).evidence()
                            : Math.max(0, evidenceOf(ln(before), rule));
            double without = Math.max(0, cusum - wrong);
            cusum = Math.min(MOST_CUSUM, Math.max(0, without + evidenceOf(ln(nanos), rule)));
            amend(at, taskId, nanos, cusum - without);
            look(recent, rule);
        } else {
            amend(at, taskId, nanos, 0);
        }
        if (cusum < IN_PROGRESS) {
            usual.replace(ln(before), ln(nanos));
        }
        return level;
    }

    private void amend(int at, String taskId, long nanos, double evidence) {
        if (at < last.size()) {
            last.set(at, new Cost(taskId, nanos, evidence));
        }
    }

    private double evidenceOf(double ln, AlertRule rule) {
        double deviation = Math.max(usual.deviation, LEAST_DEVIATION);
        double z = Math.min(MOST_Z, (ln - usual.likelyMost(DOUBT)) / deviation);
        double shift = Math.log(rule.get("shift")) / deviation;
        return shift * (z - shift / 2);
    }

    private void look(RecentTasks recent, AlertRule rule) {
        if (last.isEmpty()) {
            return;
        }
        Level before = level;
        double evidence = Statistics.evidenceAt(rule.get("cusum"), recent.perHour());
        level = level(medianOfLast(), evidence, rule);
        if (before != Level.CLEARED && level == Level.CLEARED) {
            cusum = Math.min(cusum, AFTER_RECOVERY);
        }
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
    static double ln(long nanos) {
        return Math.log(Math.max(1, nanos));
    }

    private double medianOfLast() {
        float[] values = new float[last.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) ln(last.get(i).nanos());
        }
        return Usual.median(values);
    }

    Evidence evidence(AlertRule rule) {
        double usualUsd = Math.exp(usual.median) / NANOS_PER_USD;
        List<String> tasks = new ArrayList<>();
        for (int i = last.size() - 1; i >= 0 && tasks.size() < Evidence.MAX_TASKS; i--) {
            tasks.add(last.get(i).taskId());
        }
        return new Evidence(
                "usd",
                Math.exp(medianOfLast()) / NANOS_PER_USD,
                usualUsd * rule.get("ratio"),
                usualUsd,
                cusum,
                last.size(),
                0,
                tasks);
    }
}
