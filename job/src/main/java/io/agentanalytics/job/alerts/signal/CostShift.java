package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.NanoDollars;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.contract.alerts.RuleParameter;
import io.agentanalytics.job.model.TaskOutcome;
import io.agentanalytics.job.statistics.Cusum;
import io.agentanalytics.job.statistics.RobustBaseline;
import java.util.ArrayList;
import java.util.List;

/**
 * Detects that an agent's tasks have become more expensive: a CUSUM of the robust z-score of
 * ln(cost), tuned to a shift of a given size and confirmed by the median of the last ten tasks. A
 * change in progress does not update the baseline, until it has lasted for a day. Stored in Flink
 * state.
 */
public class CostShift implements Detector {
    private static final int LAST = 10;

    /**
     * Number of standard errors added to the usual cost: a young baseline must not raise an alert.
     */
    private static final double DOUBT = 1.5;

    /** Maximum z-score of a task: one expensive task alone must not be evidence of a change. */
    private static final double MAX_Z = 3;

    private static final double MAX_CUSUM = 30;

    /** Cost of a task and its contribution to the CUSUM. */
    public record Cost(String taskId, long nanos, double evidence) {}

    /** The last ten tasks with a known cost, in the order in which their costs became known. */
    public List<Cost> last = new ArrayList<>();

    public RobustBaseline usual = new RobustBaseline();
    public Cusum cusum = new Cusum();
    public ConditionLevel level = ConditionLevel.CLEARED;
    public LastingChange change = new LastingChange();

    /** Required by Flink's POJO serializer. */
    public CostShift() {}

    @Override
    public ConditionLevel level() {
        return level;
    }

    @Override
    public boolean ended(TaskOutcome outcome, AgentContext context) {
        if (outcome.costNanos() < 0) {
            return false;
        }
        double ln = ln(outcome.costNanos());
        boolean known = usual.size() >= context.rule().get(RuleParameter.MIN_SAMPLES);
        double before = cusum.sum;
        if (known) {
            cusum.add(evidenceOf(ln, context.rule()), MAX_CUSUM);
        }
        last.add(new Cost(outcome.taskId(), outcome.costNanos(), cusum.sum - before));
        if (last.size() > LAST) {
            last.remove(0);
        }
        if (known) {
            updateLevel(context);
            if (lasts(context)) {
                adopt(context);
                return true;
            }
        }
        if (!known || !cusum.isInProgress()) {
            usual.add(ln);
        }
        return true;
    }

    private boolean lasts(AgentContext context) {
        boolean changed = cusum.isInProgress();
        boolean over = !changed && medianOfLast() <= usual.median;
        return change.lasts(changed, over, context.now(), LAST);
    }

    private void adopt(AgentContext context) {
        usual = new RobustBaseline();
        last.forEach(cost -> usual.add(ln(cost.nanos())));
        forget();
        change.adopted(context.now());
    }

    @Override
    public boolean amended(
            TaskOutcome outcome, RecentTasks.RecentTask before, AgentContext context) {
        if (before.costNanos() < 0) {
            return ended(outcome, context);
        }
        if (outcome.costNanos() < 0 || outcome.costNanos() == before.costNanos()) {
            return false;
        }
        amend(outcome.taskId(), before.costNanos(), outcome.costNanos(), context);
        return true;
    }

    private void amend(String taskId, long before, long nanos, AgentContext context) {
        AlertRule rule = context.rule();
        int at = 0;
        while (at < last.size() && !last.get(at).taskId().equals(taskId)) {
            at++;
        }
        if (usual.size() >= rule.get(RuleParameter.MIN_SAMPLES)) {
            // It is unknown whether an older task lowered the CUSUM, so only a rise is undone.
            double wrong =
                    at < last.size()
                            ? last.get(at).evidence()
                            : Math.max(0, evidenceOf(ln(before), rule));
            double without = Math.max(0, cusum.sum - wrong);
            cusum.sum = without;
            cusum.add(evidenceOf(ln(nanos), rule), MAX_CUSUM);
            amend(at, taskId, nanos, cusum.sum - without);
            updateLevel(context);
        } else {
            amend(at, taskId, nanos, 0);
        }
        if (!cusum.isInProgress()) {
            usual.replace(ln(before), ln(nanos));
        }
    }

    private void amend(int at, String taskId, long nanos, double evidence) {
        if (at < last.size()) {
            last.set(at, new Cost(taskId, nanos, evidence));
        }
    }

    private double evidenceOf(double ln, AlertRule rule) {
        double deviation = usual.spread();
        double z = Math.min(MAX_Z, (ln - usual.likelyMost(DOUBT)) / deviation);
        return Cusum.normal(z, Math.log(rule.get(RuleParameter.SHIFT)) / deviation);
    }

    private void updateLevel(AgentContext context) {
        if (last.isEmpty()) {
            return;
        }
        ConditionLevel before = level;
        level = level(medianOfLast(), context);
        if (before != ConditionLevel.CLEARED && level == ConditionLevel.CLEARED) {
            cusum.recovered();
        }
    }

    private ConditionLevel level(double median, AgentContext context) {
        AlertRule rule = context.rule();
        double more = Math.exp(median) - Math.exp(usual.median);
        if (cusum.sum >= context.threshold(rule.get(RuleParameter.CUSUM))
                && median > usual.median + Math.log(rule.get(RuleParameter.RATIO))
                && more >= rule.get(RuleParameter.MIN_MORE_USD) * NanoDollars.PER_USD) {
            return ConditionLevel.RAISED;
        }
        return level.easedUnless(median < clearAt(rule));
    }

    private double clearAt(AlertRule rule) {
        return usual.median + Math.log(rule.get(RuleParameter.CLEAR_RATIO));
    }

    /**
     * Returns the logarithm of a cost. A free task counts as one nano-dollar, because zero has no
     * logarithm.
     */
    static double ln(long nanos) {
        return Math.log(Math.max(1, nanos));
    }

    private double medianOfLast() {
        float[] values = new float[last.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) ln(last.get(i).nanos());
        }
        return RobustBaseline.median(values);
    }

    @Override
    public Evidence evidence(AgentContext context) {
        double usualUsd = Math.exp(usual.median) / NanoDollars.PER_USD;
        List<String> tasks = new ArrayList<>();
        for (int i = last.size() - 1; i >= 0 && tasks.size() < Evidence.MAX_TASKS; i--) {
            tasks.add(last.get(i).taskId());
        }
        return context.withMove(
                Evidence.of("usd")
                        .value(Math.exp(medianOfLast()) / NanoDollars.PER_USD)
                        .threshold(usualUsd * context.rule().get(RuleParameter.RATIO))
                        .baseline(usualUsd)
                        .score(cusum.sum)
                        .n(last.size())
                        .taskIds(tasks)
                        .adopted(change.isNew(context))
                        .build());
    }

    @Override
    public void forget() {
        level = ConditionLevel.CLEARED;
        cusum.reset();
        change.paused();
    }
}
