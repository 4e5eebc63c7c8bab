package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.job.model.TaskOutcome;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is remembered of an agent for all rules. Kept in state. */
public class AgentProfile {
    /** More are not told apart: an agent of so many tasks at a time is watched by its endings. */
    static final int MAX_RUNNING = 1000;

    private static final int AGES = 20;
    private static final long FORGET_MILLIS = 86_400_000;
    private static final double MEMORY = 0.98;
    private static final int MAX_PROVIDERS = 16;

    /** As many as are awaited for their cost; others teach nothing when it comes. */
    private static final int MAX_WITHOUT_COST = 64;

    private static final long COST_MILLIS = 5 * 60_000;

    public String agentType = "";
    public RecentTasks recent = new RecentTasks();

    /** When running tasks started, by task id. */
    public Map<String, Long> running = new HashMap<>();

    /** How much the agent uses each provider, fading by task. */
    public Map<String, Double> providers = new HashMap<>();

    /** Tasks counted before their cost was known, and when they ended. */
    public Map<String, Long> withoutCost = new HashMap<>();

    public long lastMillis = Long.MIN_VALUE;
    public long nextVisit;
    public long cappedMillis;
    public long tasks;

    /** For Flink. */
    public AgentProfile() {}

    void started(TaskOutcome fact) {
        running.values().removeIf(start -> start < fact.timeMillis() - FORGET_MILLIS);
        if (running.size() < MAX_RUNNING) {
            running.putIfAbsent(fact.taskId(), fact.timeMillis());
        }
    }

    void ended(TaskOutcome fact) {
        running.remove(fact.taskId());
        agentType = TaskOutcome.knownType(agentType, fact.agentType());
        tasks++;
        if (!fact.provider().isEmpty()) {
            providers.replaceAll((name, use) -> use * MEMORY);
            providers.merge(fact.provider(), 1.0, Double::sum);
            providers.values().removeIf(use -> use < 0.01);
            if (providers.size() > MAX_PROVIDERS) {
                providers.remove(least());
            }
        }
        if (fact.succeeded() || fact.failed()) {
            recent.add(fact);
            awaitCost(fact);
        }
    }

    private void awaitCost(TaskOutcome fact) {
        if (fact.costNanos() >= 0) {
            return;
        }
        if (withoutCost.size() == MAX_WITHOUT_COST) {
            long old = fact.timeMillis() - COST_MILLIS;
            withoutCost.values().removeIf(ended -> ended < old);
        }
        if (withoutCost.size() < MAX_WITHOUT_COST) {
            withoutCost.put(fact.taskId(), fact.timeMillis());
        }
    }

    /**
     * More has become known of a task that was counted.
     *
     * @return what was known before; null if it is none of the last and its cost was known
     */
    RecentTasks.@Nullable Task amended(TaskOutcome fact) {
        RecentTasks.Task before = recent.amend(fact);
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

    /** The provider of more than half of its work, or empty. */
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
     * How many tasks have been running longer than the limit. One that has for ages is stuck or
     * lost: it says nothing about how slow the agent is now.
     */
    long runningLongerThan(long millis, long now) {
        return running.values().stream()
                .filter(start -> now - start > millis && now - start <= AGES * millis)
                .count();
    }
}
