package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.job.model.TaskOutcome;
import io.agentanalytics.job.time.Day;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** State of an agent that all rules share. Stored in Flink state. */
public class AgentProfile {
    /**
     * Maximum number of tracked running tasks. An agent with more of them at a time is evaluated by
     * the endings of its tasks.
     */
    static final int MAX_RUNNING = 1000;

    private static final int AGES = 20;

    /** Retention of running tasks, equal to that of unfinished tasks in the rest of the job. */
    static final long FORGET_MILLIS = Day.MILLIS;

    /** Longer than a week, so that baselines survive a holiday. */
    private static final long KEEP_MILLIS = 14 * Day.MILLIS;

    /** Longer than a day, so that agents that run some tasks once a day get baselines. */
    private static final long KEEP_FEW_MILLIS = 26 * 3_600_000;

    /** Agents with a new id for each task need no baseline. */
    private static final long KEEP_NEW_MILLIS = 2 * 3_600_000;

    private static final int NEW_BELOW = 3;

    private static final int KNOWN_FROM = 30;

    private static final double MEMORY = 0.98;
    private static final int MAX_PROVIDERS = 16;

    /**
     * Maximum number of tasks whose cost is awaited, and of tasks whose outcome is awaited. The
     * late cost or outcome of any other task updates no baseline.
     */
    private static final int MAX_AWAITED = 64;

    private static final long AWAITED_MILLIS = 5 * 60_000;

    public String agentType = "";
    public RecentTasks recent = new RecentTasks();

    /** Start times (epoch ms) of running tasks, by task id. */
    public Map<String, Long> running = new HashMap<>();

    /** Use of each provider by the agent; it decays with every task. */
    public Map<String, Double> providers = new HashMap<>();

    /** End times (epoch ms) of tasks that were counted before their cost was known, by task id. */
    public Map<String, Long> withoutCost = new HashMap<>();

    /**
     * End times (epoch ms) of tasks that were counted before their outcome was known, by task id.
     */
    public Map<String, Long> withoutOutcome = new HashMap<>();

    public long lastMillis = Long.MIN_VALUE;
    public long nextVisit;
    public long cappedMillis;
    public long tasks;

    /** Required by Flink's POJO serializer. */
    public AgentProfile() {}

    /** Returns the retention of an agent without tasks, which is short with little history. */
    static long keepMillis(long observations) {
        if (observations < NEW_BELOW) {
            return KEEP_NEW_MILLIS;
        }
        return observations < KNOWN_FROM ? KEEP_FEW_MILLIS : KEEP_MILLIS;
    }

    void started(TaskOutcome outcome) {
        running.values().removeIf(start -> start < outcome.timeMillis() - FORGET_MILLIS);
        if (running.size() < MAX_RUNNING) {
            running.putIfAbsent(outcome.taskId(), outcome.timeMillis());
        }
    }

    void ended(TaskOutcome outcome) {
        running.remove(outcome.taskId());
        agentType = TaskOutcome.knownType(agentType, outcome.agentType());
        if (withoutOutcome.remove(outcome.taskId()) == null) {
            count(outcome);
        }
        if (outcome.succeeded() || outcome.failed()) {
            recent.add(outcome);
            if (outcome.costNanos() < 0) {
                await(outcome, withoutCost);
            }
        } else {
            await(outcome, withoutOutcome);
        }
    }

    private void count(TaskOutcome outcome) {
        tasks++;
        if (!outcome.provider().isEmpty()) {
            providers.replaceAll((name, use) -> use * MEMORY);
            providers.merge(outcome.provider(), 1.0, Double::sum);
            providers.values().removeIf(use -> use < 0.01);
            if (providers.size() > MAX_PROVIDERS) {
                providers.remove(least());
            }
        }
    }

    private static void await(TaskOutcome outcome, Map<String, Long> awaited) {
        if (awaited.size() == MAX_AWAITED) {
            long old = outcome.timeMillis() - AWAITED_MILLIS;
            awaited.values().removeIf(ended -> ended < old);
        }
        if (awaited.size() < MAX_AWAITED) {
            awaited.put(outcome.taskId(), outcome.timeMillis());
        }
    }

    /** Returns true if the task was counted before its success or failure was known. */
    boolean isOutcomeNew(TaskOutcome outcome) {
        return (outcome.succeeded() || outcome.failed())
                && withoutOutcome.containsKey(outcome.taskId());
    }

    /**
     * Updates a task that was already counted.
     *
     * @return the task as known before; null if it is not among the recent tasks and its cost was
     *     known
     */
    RecentTasks.@Nullable RecentTask amended(TaskOutcome outcome) {
        RecentTasks.RecentTask before = recent.amend(outcome);
        boolean hadNoCost = withoutCost.containsKey(outcome.taskId());
        if (hadNoCost && outcome.costNanos() >= 0) {
            withoutCost.remove(outcome.taskId());
        }
        return before == null && hadNoCost ? RecentTasks.withoutUsage(outcome) : before;
    }

    private String least() {
        return providers.entrySet().stream()
                .min(Map.Entry.<String, Double>comparingByValue().thenComparing(Map.Entry::getKey))
                .orElseThrow()
                .getKey();
    }

    /** Returns the provider of more than half of the agent's work, or an empty string. */
    String mainProvider() {
        double all = providers.values().stream().mapToDouble(Double::doubleValue).sum();
        for (Map.Entry<String, Double> provider : providers.entrySet()) {
            if (provider.getValue() > all / 2) {
                return provider.getKey();
            }
        }
        return "";
    }

    /**
     * Returns the number of tasks that have been running longer than the limit. A task that has
     * been running for 20 times the limit is stuck or lost and is no evidence of the current speed
     * of the agent.
     */
    long runningLongerThan(long millis, long now) {
        return running.values().stream()
                .filter(start -> now - start > millis && now - start <= AGES * millis)
                .count();
    }
}
