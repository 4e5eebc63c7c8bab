package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.NanoDollars;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.contract.alerts.RuleParameter;
import io.agentanalytics.job.model.TaskOutcome;
import io.agentanalytics.job.time.Day;
import java.util.Arrays;

/**
 * Detects an improvement of an agent over the last day against the seven days before, in success,
 * duration or cost, by the z-score of the difference of two means. Stored in Flink state.
 */
public class Improvement implements Detector {
    private static final long HOUR = 3_600_000;
    private static final int DAYS = 8;
    private static final String[] UNITS = {"share", "seconds", "usd"};

    // Each day is one row: n, sum and sum of squares of success, duration (s) and cost (USD).
    private static final int WIDTH = 9;

    public double[] sums = new double[DAYS * WIDTH];
    public long day = Long.MIN_VALUE;
    public long looked = Long.MIN_VALUE;
    public ConditionLevel level = ConditionLevel.CLEARED;
    public int better = -1;

    /** Required by Flink's POJO serializer. */
    public Improvement() {}

    @Override
    public ConditionLevel level() {
        return level;
    }

    /** Evaluates once per hour. */
    @Override
    public boolean ended(TaskOutcome outcome, AgentContext context) {
        turnTo(Math.floorDiv(outcome.timeMillis(), Day.MILLIS));
        add(0, outcome.succeeded() ? 1 : 0);
        // A task that fails may fail fast.
        if (outcome.durationMillis() >= 0 && outcome.succeeded()) {
            add(1, outcome.durationMillis() / 1000.0);
        }
        // A lower bound of the cost would look like an improvement.
        if (outcome.costNanos() >= 0 && outcome.unpriced() == 0 && outcome.succeeded()) {
            add(2, outcome.costNanos() / NanoDollars.PER_USD);
        }
        long hour = Math.floorDiv(outcome.timeMillis(), HOUR);
        if (hour != looked) {
            looked = hour;
            better = firstBetter(context.rule());
            level = better >= 0 ? ConditionLevel.RAISED : ConditionLevel.CLEARED;
        }
        return true;
    }

    /** Applies a later verdict. */
    @Override
    public boolean amended(
            TaskOutcome outcome, RecentTasks.RecentTask before, AgentContext context) {
        long of = Math.floorDiv(before.timeMillis(), Day.MILLIS);
        if (outcome.succeeded() == before.succeeded() || of > day || of <= day - DAYS) {
            return false;
        }
        int change = outcome.succeeded() ? 1 : -1;
        sums[row(of) + 1] += change;
        sums[row(of) + 2] += change;
        return true;
    }

    private void turnTo(long today) {
        if (day == Long.MIN_VALUE) {
            day = today;
        }
        for (; day < today; day++) {
            int row = row(day + 1);
            Arrays.fill(sums, row, row + WIDTH, 0);
            if (today - day > DAYS) {
                day = today - DAYS;
            }
        }
    }

    private static int row(long day) {
        return (int) Math.floorMod(day, (long) DAYS) * WIDTH;
    }

    private void add(int measure, double value) {
        int at = row(day) + 3 * measure;
        sums[at]++;
        sums[at + 1] += value;
        sums[at + 2] += value * value;
    }

    private int firstBetter(AlertRule rule) {
        double[] successNow = total(0, true);
        double[] successBefore = total(0, false);
        if (mean(successBefore) - mean(successNow) > deviation(0, successNow, successBefore)) {
            return -1;
        }
        for (int measure = 0; measure < UNITS.length; measure++) {
            double[] now = total(measure, true);
            double[] before = total(measure, false);
            double least = rule.get(RuleParameter.MIN_SAMPLES);
            double gain = (mean(now) - mean(before)) * (measure == 0 ? 1 : -1);
            if (now[0] >= least
                    && before[0] >= least
                    && gain
                            > rule.get(RuleParameter.CONFIDENCE_Z)
                                    * deviation(measure, now, before)) {
                return measure;
            }
        }
        return -1;
    }

    /** Returns the totals of today, or of the days before. */
    private double[] total(int measure, boolean today) {
        double[] total = new double[3];
        for (int d = 0; d < DAYS; d++) {
            if ((d == 0) == today) {
                int at = row(day - d) + 3 * measure;
                for (int i = 0; i < 3; i++) {
                    total[i] += sums[at + i];
                }
            }
        }
        return total;
    }

    private static double mean(double[] s) {
        return s[1] / s[0];
    }

    /** Returns the standard error of the difference of two means. */
    private static double deviation(int measure, double[] a, double[] b) {
        return Math.sqrt(variance(measure, a) / a[0] + variance(measure, b) / b[0]);
    }

    /** Rates of success are those of Agresti and Coull, because that of few tasks may be 100 %. */
    private static double variance(int measure, double[] s) {
        if (measure == 0) {
            double rate = (s[1] + 2) / (s[0] + 4);
            return rate * (1 - rate);
        }
        return Math.max(0, s[2] / s[0] - mean(s) * mean(s));
    }

    @Override
    public Evidence evidence(AgentContext context) {
        int measure = Math.max(0, better);
        double[] now = total(measure, true);
        return Evidence.of(UNITS[measure])
                .value(mean(now))
                .baseline(mean(total(measure, false)))
                .n((long) now[0])
                .windowSeconds(Day.MILLIS / 1000)
                .taskIds(
                        RecentTasks.examples(
                                context.recent().tasks, RecentTasks.RecentTask::succeeded))
                .build();
    }

    @Override
    public void forget() {
        level = ConditionLevel.CLEARED;
    }
}
