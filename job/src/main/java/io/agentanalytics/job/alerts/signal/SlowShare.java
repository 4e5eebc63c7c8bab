package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.contract.alerts.RuleParameter;
import io.agentanalytics.job.model.TaskOutcome;
import io.agentanalytics.job.statistics.Cusum;
import io.agentanalytics.job.statistics.DecayedRate;
import io.agentanalytics.job.statistics.RobustBaseline;
import io.agentanalytics.job.statistics.Wilson;
import java.util.List;

/**
 * Finds that too many of an agent's last tasks are slow, by Wilson's lower bound; a task that runs
 * longer than the limit already is slow before it ends. Kept in state.
 */
public class SlowShare implements Detector {
    private static final int LEAST_USUAL = 5;

    /** Until then every task teaches what is usual, slow or not. */
    private static final int NEW = 30;

    private static final double CHANGED = 0.45;
    private static final double MOST_BASELINE = 0.35;
    private static final double LEAST_BASELINE = 0.03;

    public RobustBaseline usual = new RobustBaseline();

    // An agent begins as one of whose tasks one in twenty is slow.
    public DecayedRate slow = new DecayedRate(1, 20);
    public Cusum cusum = new Cusum();
    public ConditionLevel level = ConditionLevel.CLEARED;

    /** For Flink. */
    public SlowShare() {}

    /**
     * The last tasks of which the duration is known, and those that run.
     *
     * @param slow of both
     */
    private record Tasks(List<RecentTasks.Task> timed, long limit, long running, double slow) {
        double n() {
            return timed.size() + (double) running;
        }
    }

    @Override
    public ConditionLevel level() {
        return level;
    }

    @Override
    public boolean ended(TaskOutcome fact, AgentContext context) {
        if (fact.durationMillis() < 0) {
            return false;
        }
        learn(context.recent().newest(), context.rule());
        return lookAgain(context);
    }

    /** What is usual is not learned while the agent is slow. */
    private void learn(RecentTasks.Task task, AlertRule rule) {
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
        double baseline =
                Math.min(MOST_BASELINE, Math.max(LEAST_BASELINE, share + slow.error(share)));
        return Cusum.bernoulli(isSlow, baseline, CHANGED);
    }

    /** What is slow for this agent: the rule's limit, or its own usual if that is longer. */
    long limitMillis(AlertRule rule) {
        long limit = rule.millis(RuleParameter.LIMIT_SECONDS);
        double factor = rule.get(RuleParameter.USUAL_FACTOR);
        return usual.size() < LEAST_USUAL
                ? limit
                : Math.max(limit, Math.round(factor * Math.exp(usual.median)));
    }

    @Override
    public boolean lookAgain(AgentContext context) {
        AlertRule rule = context.rule();
        Tasks tasks = tasks(context);
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

    private Tasks tasks(AgentContext context) {
        long limit = limitMillis(context.rule());
        long from = context.now() - context.rule().millis(RuleParameter.WINDOW_SECONDS);
        List<RecentTasks.Task> timed =
                context.recent().last(RecentTasks.SIZE, from).stream()
                        .filter(t -> t.durationMillis() >= 0)
                        .toList();
        long running = context.profile().runningLongerThan(limit, context.now());
        double slow = timed.stream().filter(t -> t.durationMillis() > limit).count() + running;
        return new Tasks(timed, limit, running, slow);
    }

    @Override
    public Evidence evidence(AgentContext context) {
        Tasks tasks = tasks(context);
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
                        .build());
    }

    @Override
    public void forget() {
        level = ConditionLevel.CLEARED;
        cusum.reset();
    }
}
