package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.job.model.TaskOutcome;
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
    static final long FORGET_MILLIS = 86_400_000;

    private static final long KEEP_MILLIS = 48 * 3_600_000;
    private static final long KEEP_NEW_MILLIS = 2 * 3_600_000;
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
        return observations < KNOWN_FROM ? KEEP_NEW_MILLIS : KEEP_MILLIS;
    }

    void started(TaskOutcome fact) {
        running.values().removeIf(start -> start < fact.timeMillis() - FORGET_MILLIS);
        if (running.size() < MAX_RUNNING) {
            running.putIfAbsent(fact.taskId(), fact.timeMillis());
        }
    }

    void ended(TaskOutcome fact) {
        running.remove(fact.taskId());
        agentType = TaskOutcome.knownType(agentType, fact.agentType());
        if (withoutOutcome.remove(fact.taskId()) == null) {
            count(fact);
        }
        if (fact.succeeded() || fact.failed()) {
            recent.add(fact);
            if (fact.costNanos() < 0) {
                await(fact, withoutCost);
            }
        } else {
            await(fact, withoutOutcome);
        }
    }

    private void count(TaskOutcome fact) {
        tasks++;
        if (!fact.provider().isEmpty()) {
            providers.replaceAll((name, use) -> use * MEMORY);
            providers.merge(fact.provider(), 1.0, Double::sum);
            providers.values().removeIf(use -> use < 0.01);
            if (providers.size() > MAX_PROVIDERS) {
                providers.remove(least());
            }
        }
    }

    private static void await(TaskOutcome fact, Map<String, Long> awaited) {
        if (awaited.size() == MAX_AWAITED) {
            long old = fact.timeMillis() - AWAITED_MILLIS;
            awaited.values().removeIf(ended -> ended < old);
        }
        if (awaited.size() < MAX_AWAITED) {
            awaited.put(fact.taskId(), fact.timeMillis());
        }
    }

    /** Returns true if the task was counted before its success or failure was known. */
    boolean isOutcomeNew(TaskOutcome fact) {
        return (fact.succeeded() || fact.failed()) && withoutOutcome.containsKey(fact.taskId());
    }

    /**
     * Updates a task that was already counted.
     *
     * @return the task as known before; null if it is not among the recent tasks and its cost was
     *     known
     */
    RecentTasks.@Nullable RecentTask amended(TaskOutcome fact) {
        RecentTasks.RecentTask before = recent.amend(fact);
        boolean hadNoCost = withoutCost.containsKey(fact.taskId());
        if (hadNoCost && fact.costNanos() >= 0) {
            withoutCost.remove(fact.taskId());
        }
        return before == null && hadNoCost ? RecentTasks.withoutUsage(fact) : before;
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
     * been running for 20 times the limit is stuck or lost and says nothing about the current speed
     * of the agent.
     */
    long runningLongerThan(long millis, long now) {
        return running.values().stream()
                .filter(start -> now - start > millis && now - start <= AGES * millis)
                .count();
    }
}
