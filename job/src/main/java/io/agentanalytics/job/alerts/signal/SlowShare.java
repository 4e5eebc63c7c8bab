package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.Wilson;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.contract.alerts.RuleParameter;
import io.agentanalytics.job.model.TaskOutcome;
import io.agentanalytics.job.statistics.Cusum;
import io.agentanalytics.job.statistics.DecayedRate;
import io.agentanalytics.job.statistics.RobustBaseline;
import java.util.List;

/**
 * Detects that too many of an agent's recent tasks are slow, by Wilson's lower bound. A running
 * task above the limit counts as slow before it ends. Stored in Flink state.
 */
public class SlowShare implements Detector {
    private static final int MIN_USUAL = 5;
    private static final int LAST = 10;

    /** Number of tasks up to which every task updates the baseline, slow or not. */
    private static final int NEW = 30;

    private static final double CHANGED = 0.45;
    private static final double MAX_BASELINE = 0.35;
    private static final double MIN_BASELINE = 0.03;

    public RobustBaseline usual = new RobustBaseline();

    // A new agent starts with a prior of 1 slow task in 20.
    public DecayedRate slow = new DecayedRate(1, 20);
    public Cusum cusum = new Cusum();
    public ConditionLevel level = ConditionLevel.CLEARED;
    public LastingChange change = new LastingChange();

    /** Required by Flink's POJO serializer. */
    public SlowShare() {}

    /**
     * Recent tasks with a known duration, and running tasks above the limit.
     *
     * @param slow number of slow tasks among both
     */
    private record TimedTasks(
            List<RecentTasks.RecentTask> timed, long limit, long running, double slow) {
        double n() {
            return timed.size() + (double) running;
        }

        double share() {
            return slow / Math.max(1, n());
        }
    }

    @Override
    public ConditionLevel level() {
        return level;
    }

    @Override
    public boolean ended(TaskOutcome outcome, AgentContext context) {
        if (outcome.durationMillis() < 0) {
            return false;
        }
        learn(context.recent().newest(), context.rule());
        if (lasts(context)) {
            adopt(context);
        }
        return reevaluate(context);
    }

    private boolean lasts(AgentContext context) {
        boolean changed = cusum.isInProgress();
        double rate = slow.rate();
        boolean over = !changed && lately(context).share() <= rate + slow.error(rate);
        return change.lasts(changed, over, context.now(), LAST);
    }

    /** Recent tasks, and how many of them are slow. */
    private TimedTasks lately(AgentContext context) {
        List<RecentTasks.RecentTask> timed =
                context.recent().last(RecentTasks.SIZE, Long.MIN_VALUE).stream()
                        .filter(t -> t.durationMillis() >= 0)
                        .toList();
        long limit = limitMillis(context.rule());
        long slowOnes = timed.stream().filter(t -> t.durationMillis() > limit).count();
        return new TimedTasks(timed, limit, 0, slowOnes);
    }

    private void adopt(AgentContext context) {
        List<RecentTasks.RecentTask> timed = lately(context).timed();
        usual = new RobustBaseline();
        timed.subList(Math.max(0, timed.size() - LAST), timed.size())
                .forEach(t -> usual.add(Math.log(Math.max(1, t.durationMillis()))));
        slow = new DecayedRate(1, 20);
        forget();
        change.adopted(context.now());
    }

    /** Updates the baselines; a slow phase does not update them. */
    private void learn(RecentTasks.RecentTask task, AlertRule rule) {
        boolean isSlow = task.durationMillis() > limitMillis(rule);
        cusum.add(evidence(isSlow));
        if (!cusum.isInProgress()) {
            slow.add(isSlow);
        }
        if (usual.size() < NEW || level.compareTo(ConditionLevel.RAISED) < 0) {
            usual.add(Math.log(Math.max(1, task.durationMillis())));
        }
    }

    private double evidence(boolean isSlow) {
        double share = slow.rate();
        double baseline = Math.min(MAX_BASELINE, Math.max(MIN_BASELINE, share + slow.error(share)));
        return Cusum.bernoulli(isSlow, baseline, CHANGED);
    }

    /**
     * Returns the limit above which a task of this agent is slow: the limit of the rule, or a
     * multiple of the agent's usual duration if that is longer.
     */
    long limitMillis(AlertRule rule) {
        long limit = rule.millis(RuleParameter.LIMIT_SECONDS);
        double factor = rule.get(RuleParameter.USUAL_FACTOR);
        return usual.size() < MIN_USUAL
                ? limit
                : Math.max(limit, Math.round(factor * Math.exp(usual.median)));
    }

    @Override
    public boolean reevaluate(AgentContext context) {
        AlertRule rule = context.rule();
        TimedTasks tasks = tasks(context);
        if (tasks.n() >= rule.get(RuleParameter.MIN_SAMPLES)
                && Wilson.lower(tasks.slow, tasks.n()) > rule.get(RuleParameter.SHARE)
                && cusum.sum + tasks.running * evidence(true)
                        >= context.threshold(rule.get(RuleParameter.CUSUM))) {
            level = ConditionLevel.RAISED;
        } else if (level != ConditionLevel.CLEARED) {
            boolean over =
                    tasks.n() == 0 || tasks.slow / tasks.n() <= rule.get(RuleParameter.CLEAR_SHARE);
            level = over ? ConditionLevel.CLEARED : ConditionLevel.EASED;
            if (over) {
                cusum.recovered();
            }
        }
        return true;
    }

    private TimedTasks tasks(AgentContext context) {
        long limit = limitMillis(context.rule());
        long from = context.now() - context.rule().millis(RuleParameter.WINDOW_SECONDS);
        List<RecentTasks.RecentTask> timed =
                context.recent().last(RecentTasks.SIZE, from).stream()
                        .filter(t -> t.durationMillis() >= 0)
                        .toList();
        // The limit of an agent that is not known yet may be far below its usual duration.
        long running =
                usual.size() < MIN_USUAL
                        ? 0
                        : context.profile().runningLongerThan(limit, context.now());
        double slow = timed.stream().filter(t -> t.durationMillis() > limit).count() + running;
        return new TimedTasks(timed, limit, running, slow);
    }

    @Override
    public Evidence evidence(AgentContext context) {
        TimedTasks tasks = tasks(context);
        return context.withMove(
                Evidence.of("share")
                        .value(tasks.n() == 0 ? null : tasks.slow / tasks.n())
                        .threshold(context.rule().get(RuleParameter.SHARE))
                        .score(tasks.limit / 1000.0)
                        .n((long) tasks.n())
                        .windowSeconds(context.rule().millis(RuleParameter.WINDOW_SECONDS) / 1000)
                        .taskIds(
                                RecentTasks.examples(
                                        tasks.timed, t -> t.durationMillis() > tasks.limit))
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
