package io.agentanalytics.api.insight;

import io.agentanalytics.contract.PriceBook;
import io.agentanalytics.contract.TextFormat;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Insights about exceeded thresholds and about tokens: one per kind and agent type, and one per
 * failing provider.
 */
final class LevelAdvice {
    private static final int MIN_TASKS = 30;
    private static final int MIN_REQUESTS = 100;
    private static final int NAMED = 5;

    private final Levels levels;
    private final double per30Days;
    private final PriceBook prices;
    private final Present present;
    private final Instant now;
    private final List<Insight> insights = new ArrayList<>();

    LevelAdvice(Levels levels, double days, PriceBook prices, Present present, Instant now) {
        this.levels = levels;
        this.present = present;
        this.per30Days = 30 / Math.max(days, 1.0 / 24);
        this.prices = prices;
        this.now = now;
    }

    List<Insight> all(List<AgentOutcomes> agents, List<ProviderFailures> providers) {
        for (AgentOutcomes agent : agents) {
            if (agent.outcomes().tasks() >= MIN_TASKS) {
                failing(agent);
            }
            if (agent.tasks() >= MIN_TASKS) {
                slow(agent);
                expensiveTasks(agent);
            }
        }
        insights.addAll(new TokenSavings(per30Days, prices, now).all(agents));
        List<Insight> all = new ArrayList<>();
        providers.stream().map(this::failing).filter(Objects::nonNull).forEach(all::add);
        all.addAll(byType(insights));
        return all;
    }

    /**
     * Merges the insights of one agent type into the one with the most evidence, which lists the
     * other agents.
     */
    private static List<Insight> byType(List<Insight> all) {
        Map<String, List<Insight>> groups = new LinkedHashMap<>();
        for (Insight insight : all) {
            groups.computeIfAbsent(
                            insight.kind() + '\n' + insight.agentType(), k -> new ArrayList<>())
                    .add(insight);
        }
        return groups.values().stream().map(LevelAdvice::together).toList();
    }

    private static Insight together(List<Insight> group) {
        Insight first = group.get(0);
        for (Insight insight : group) {
            first = insight.tasks().now() > first.tasks().now() ? insight : first;
        }
        String named = first.agentId();
        String others =
                group.stream()
                        .map(Insight::agentId)
                        .filter(id -> id != null && !id.equals(named))
                        .distinct()
                        .limit(NAMED)
                        .collect(Collectors.joining(", "));
        if (others.isEmpty()) {
            return first;
        }
        long more = group.stream().map(Insight::agentId).distinct().count() - 1;
        return first.withDetail(
                "%s The same applies to %s of type %s: %s%s."
                        .formatted(
                                first.detail(),
                                TextFormat.count(more, "other agent"),
                                first.agentType(),
                                others,
                                more > NAMED ? ", …" : ""));
    }

    private void failing(AgentOutcomes agent) {
        Outcomes o = agent.outcomes();
        Interval failures = Interval.ofShare(o.tasks() - o.succeeded(), o.tasks());
        if (failures.low() > levels.errorRate()) {
            Interval beyond = beyond(failures.value(), levels.errorRate(), o.tasks());
            insights.add(
                    agent.insight("high_error_rate")
                            .title(
                                    "%s fails in %s of its tasks on %s"
                                            .formatted(
                                                    agent.agentId(),
                                                    TextFormat.percent(failures.value()),
                                                    agent.provider()))
                            .detail(
                                    "At least %s at 95 %% confidence; the threshold is %s."
                                            .formatted(
                                                    TextFormat.percent(failures.low()),
                                                    TextFormat.percent(levels.errorRate())))
                            .confidence(beyond.confidence())
                            .tasks(new Insight.InsightEvidence(o.tasks(), 0))
                            .apply(
                                    "Open its failed tasks and group them by error type; compare"
                                            + " with its peers.")
                            .build());
        }
    }

    private void slow(AgentOutcomes agent) {
        double n = Math.max(1, agent.timed());
        double mean = agent.durationMillis() / n;
        double variance = agent.durationSquares() / n - mean * mean;
        Interval beyond = Interval.of(mean - levels.responseMillis(), variance / n);
        if (agent.timed() >= MIN_TASKS && beyond.low() > 0) {
            insights.add(
                    agent.insight("slow_responses")
                            .title(
                                    TextFormat.format(
                                            "%s takes %.0f s per task on %s",
                                            agent.agentId(), mean / 1000, agent.provider()))
                            .detail(
                                    TextFormat.format(
                                            "The threshold is %.0f s.",
                                            levels.responseMillis() / 1000))
                            .confidence(beyond.confidence())
                            .tasks(new Insight.InsightEvidence(agent.timed(), 0))
                            .apply(
                                    "See whether calls or pauses take the time; a faster model, or"
                                            + " fewer calls per task.")
                            .build());
        }
    }

    private void expensiveTasks(AgentOutcomes agent) {
        double n = agent.tasks();
        double mean = agent.cost() / n;
        double variance = agent.costSquares() / n - mean * mean;
        Interval beyond = Interval.of(mean - levels.taskUsd(), variance / n);
        if (beyond.low() > 0) {
            insights.add(
                    agent.insight("expensive_tasks")
                            .title(
                                    "%s spends %s%s per task on %s"
                                            .formatted(
                                                    agent.agentId(),
                                                    agent.unpricedTasks() > 0 ? "at least " : "",
                                                    TextFormat.usd(mean),
                                                    agent.model()))
                            .detail(
                                    "The threshold is %s per task."
                                            .formatted(TextFormat.usd(levels.taskUsd())))
                            .confidence(beyond.confidence())
                            .tasks(new Insight.InsightEvidence(agent.tasks(), 0))
                            .apply(
                                    "Try a cheaper model on a part of its tasks and compare the"
                                            + " cost of a solved one.")
                            .build());
        }
    }

    private @Nullable Insight failing(ProviderFailures p) {
        if (p.requests() < MIN_REQUESTS || present.isWell(p.provider())) {
            return null; // A problem that has ended is no reason to exclude a provider.
        }
        Interval failures = Interval.ofShare(p.failed(), p.requests());
        if (failures.low() <= levels.providerFailureRate()) {
            return null;
        }
        Interval beyond = beyond(failures.value(), levels.providerFailureRate(), p.requests());
        return InsightBuilder.builder()
                .id("failing_provider/" + p.provider())
                .kind("failing_provider")
                .title(
                        "%s fails %s of its requests"
                                .formatted(p.provider(), TextFormat.percent(failures.value())))
                .detail(
                        ("Caused by the provider: server errors, time-outs, lost connections. The"
                                        + " threshold is %s.")
                                .formatted(TextFormat.percent(levels.providerFailureRate())))
                .from(new Insight.Served(p.provider(), ""))
                .confidence(beyond.confidence())
                .tasks(new Insight.InsightEvidence(p.requests(), 0))
                .alternatives(List.of())
                .apply(
                        "Follow the provider weights, or exclude it: %s."
                                .formatted(WeightsCommands.exclude(p.provider(), null)))
                .build();
    }

    /** Returns the difference between a share of n and a threshold. */
    private static Interval beyond(double share, double threshold, double n) {
        return Interval.of(share - threshold, share * (1 - share) / n);
    }
}
