package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.contract.alerts.RuleParameter;
import io.agentanalytics.job.model.TaskOutcome;
import io.agentanalytics.job.statistics.Cusum;
import io.agentanalytics.job.statistics.DecayedRate;
import java.util.List;

/**
 * Detects a drop of an agent's success rate: a CUSUM of a change from the agent's own baseline to
 * about even odds, confirmed by the last ten tasks. A change in progress does not update the
 * baseline. Stored in Flink state.
 */
public class ErrorRate implements Detector {
    private static final int LAST = 10;
    private static final int MIN_TO_CLEAR = 8;
    private static final double MIN_BASELINE = 0.75;
    private static final double MAX_BASELINE = 0.97;
    private static final double CHANGED = 0.45;

    // A new agent starts with a prior of 18 successes in 20 tasks.
    public DecayedRate successes = new DecayedRate(18, 20);
    public Cusum cusum = new Cusum();
    public ConditionLevel level = ConditionLevel.CLEARED;

    /** Required by Flink's POJO serializer. */
    public ErrorRate() {}

    @Override
    public ConditionLevel level() {
        return level;
    }

    @Override
    public boolean ended(TaskOutcome outcome, AgentContext context) {
        cusum.add(evidenceOf(outcome.succeeded()));
        updateLevel(context);
        if (!cusum.isInProgress()) {
            successes.add(outcome.succeeded());
        }
        return true;
    }

    /** Applies a later verdict. */
    @Override
    public boolean amended(
            TaskOutcome outcome, RecentTasks.RecentTask before, AgentContext context) {
        if (outcome.succeeded() == before.succeeded()) {
            return false;
        }
        // It is unknown whether a success lowered the CUSUM, so only a rise is undone.
        cusum.add(-Math.max(0, evidenceOf(before.succeeded())));
        cusum.add(evidenceOf(outcome.succeeded()));
        updateLevel(context);
        if (!cusum.isInProgress()) {
            successes.replace(before.succeeded(), outcome.succeeded());
        }
        return true;
    }

    private double evidenceOf(boolean succeeded) {
        return Cusum.bernoulli(succeeded, likelyLeast(), CHANGED);
    }

    private void updateLevel(AgentContext context) {
        ConditionLevel before = level;
        level = level(context);
        if (before != ConditionLevel.CLEARED && level == ConditionLevel.CLEARED) {
            cusum.recovered();
        }
    }

    private ConditionLevel level(AgentContext context) {
        AlertRule rule = context.rule();
        List<RecentTasks.RecentTask> last = window(LAST, context);
        double share = share(last);
        boolean enough =
                window(RecentTasks.SIZE, context).size() >= rule.get(RuleParameter.MIN_SAMPLES);
        double threshold = context.threshold(rule.get(RuleParameter.CUSUM));
        if (enough && share < rule.get(RuleParameter.SUCCESS_BELOW) && cusum.sum >= threshold) {
            return cusum.sum >= rule.get(RuleParameter.CRITICAL_CUSUM)
                    ? ConditionLevel.WORSENED
                    : ConditionLevel.RAISED;
        }
        return level.easedUnless(
                last.size() >= MIN_TO_CLEAR && share >= rule.get(RuleParameter.SUCCESS_AGAIN));
    }

    private static List<RecentTasks.RecentTask> window(int most, AgentContext context) {
        long from =
                context.recent().newest().timeMillis()
                        - context.rule().millis(RuleParameter.WINDOW_SECONDS);
        return context.recent().last(most, from);
    }

    private static double share(List<RecentTasks.RecentTask> tasks) {
        return tasks.stream().filter(RecentTasks.RecentTask::succeeded).count()
                / (double) tasks.size();
    }

    /** Returns the baseline minus its standard error: a young baseline must not raise an alert. */
    private double likelyLeast() {
        double usual = baseline();
        return Math.max(MIN_BASELINE, usual - successes.error(usual));
    }

    /** Returns the usual success rate of the agent. */
    double baseline() {
        return Math.min(MAX_BASELINE, Math.max(MIN_BASELINE, successes.rate()));
    }

    @Override
    public Subject subject(AgentContext context) {
        Subject agent = context.subject();
        return Subject.agent(
                agent.agentId(), agent.agentType(), context.recent().providerOfFailures());
    }

    @Override
    public Evidence evidence(AgentContext context) {
        List<RecentTasks.RecentTask> last = window(LAST, context);
        return Evidence.of("share")
                .value(share(last))
                .threshold(context.rule().get(RuleParameter.SUCCESS_BELOW))
                .baseline(baseline())
                .score(cusum.sum)
                .n(last.size())
                .windowSeconds(context.rule().millis(RuleParameter.WINDOW_SECONDS) / 1000)
                .taskIds(RecentTasks.examples(last, t -> !t.succeeded()))
                .build();
    }

    @Override
    public void forget() {
        level = ConditionLevel.CLEARED;
        cusum.reset();
    }
}
