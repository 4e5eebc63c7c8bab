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
 * baseline, until it has lasted for a day. Stored in Flink state.
 */
public class ErrorRate implements Detector {
    private static final int LAST = 10;
    private static final int MIN_TO_CLEAR = 8;
    private static final double MIN_BASELINE = 0.75;
    private static final double MAX_BASELINE = 0.97;
    private static final double CHANGED = 0.45;

    /** Baseline of agents that usually fail often; one that nearly always fails keeps its alert. */
    private static final double LEAST_BASELINE = 0.2;

    /** Observations from which the baseline is that of the agent: 58 tasks besides the prior. */
    private static final double KNOWN = 65;

    /** Observations of a change from which it may become the baseline: 50 tasks. */
    private static final double ENOUGH = 44;

    // A new agent starts with a prior of 18 successes in 20 tasks.
    public DecayedRate successes = new DecayedRate(18, 20);
    public Cusum cusum = new Cusum();
    public ConditionLevel level = ConditionLevel.CLEARED;
    public LastingChange change = new LastingChange();

    /** Success rate since the change began. */
    public DecayedRate lately = new DecayedRate();

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
        follow(outcome.succeeded(), context);
        return true;
    }

    /**
     * Adopts the success rate since a change began, if the change has lasted for a day. The rate of
     * a new agent, whose baseline is only the prior, is adopted as soon as it is known.
     */
    private void follow(boolean succeeded, AgentContext context) {
        boolean isNew = successes.n < KNOWN;
        boolean inProgress = cusum.isInProgress();
        boolean changed = inProgress && (isNew || level != ConditionLevel.CLEARED);
        boolean over = !inProgress && share(window(LAST, context)) >= likelyLeast();
        boolean lasts = change.lasts(changed, over, context.now(), RecentTasks.SIZE);
        if (over) {
            lately = new DecayedRate();
        } else if (change.isRunning()) {
            lately.add(succeeded);
        }
        boolean isKnown = lately.n >= ENOUGH && lately.rate() >= LEAST_BASELINE;
        if (isKnown && (lasts || (isNew && inProgress && change.tasks >= RecentTasks.SIZE))) {
            successes = lately;
            lately = new DecayedRate();
            forget();
            change.adopted(context.now());
        }
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
        if (change.isRunning()) {
            lately.replace(before.succeeded(), outcome.succeeded());
        }
        return true;
    }

    private double evidenceOf(boolean succeeded) {
        return Cusum.bernoulli(succeeded, likelyLeast(), CHANGED * factor());
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
        if (enough && share < limit(rule) && cusum.sum >= threshold) {
            return isCertain(rule) && cusum.sum >= rule.get(RuleParameter.CRITICAL_CUSUM)
                    ? ConditionLevel.WORSENED
                    : ConditionLevel.RAISED;
        }
        return level.easedUnless(
                last.size() >= MIN_TO_CLEAR
                        && share >= rule.get(RuleParameter.SUCCESS_AGAIN) * factor());
    }

    private double limit(AlertRule rule) {
        return rule.get(RuleParameter.SUCCESS_BELOW) * factor();
    }

    /** Returns true if the agent is known to succeed more often, so that its failures are new. */
    private boolean isCertain(AlertRule rule) {
        double rate = successes.rate();
        return successes.n >= KNOWN
                && (isLow()
                        || rate - successes.error(rate) >= rule.get(RuleParameter.SUCCESS_BELOW));
    }

    /** Returns true if the agent certainly fails often as a rule. */
    private boolean isLow() {
        double rate = successes.rate();
        return rate + successes.error(rate) < MIN_BASELINE;
    }

    /** Returns the part of each limit that applies to an agent that often fails as a rule. */
    private double factor() {
        return Math.min(1, baseline() / MIN_BASELINE);
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
        return Math.max(least(), usual - successes.error(usual));
    }

    private double least() {
        return isLow() ? LEAST_BASELINE : MIN_BASELINE;
    }

    /** Returns the usual success rate of the agent. */
    double baseline() {
        return Math.min(MAX_BASELINE, Math.max(least(), successes.rate()));
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
                .threshold(limit(context.rule()))
                .baseline(baseline())
                .score(cusum.sum)
                .n(last.size())
                .windowSeconds(context.rule().millis(RuleParameter.WINDOW_SECONDS) / 1000)
                .taskIds(RecentTasks.examples(last, t -> !t.succeeded()))
                .adopted(change.isNew(context))
                .build();
    }

    @Override
    public void forget() {
        level = ConditionLevel.CLEARED;
        cusum.reset();
        change.paused();
    }
}
