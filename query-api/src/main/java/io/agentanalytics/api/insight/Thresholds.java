package io.agentanalytics.api.insight;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.PriceBook;
import io.agentanalytics.contract.TaskEventBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Advice about what is beyond a level, and about input that could come from the cache. */
final class Thresholds {
    private static final int LEAST_TASKS = 30;
    private static final int LEAST_REQUESTS = 100;
    private static final int LEAST_PEERS = 5;
    private static final int NAMED = 5;
    private static final long MILLION = 1_000_000;

    /** Less in a month is not worth anybody's time. */
    private static final double LEAST_USD = 5;

    private final Levels levels;
    private final double per30Days;
    private final Instant now;
    private final PriceBook prices = PriceBook.standard();
    private final List<Insight> insights = new ArrayList<>();

    Thresholds(Levels levels, double days, Instant now) {
        this.levels = levels;
        this.per30Days = 30 / Math.max(days, 1.0 / 24);
        this.now = now;
    }

    List<Insight> all(List<AgentOutcomes> agents, List<ProviderFailures> providers) {
        for (AgentOutcomes agent : agents) {
            if (agent.outcomes().tasks() >= LEAST_TASKS) {
                failing(agent);
                slow(agent);
                dear(agent);
            }
        }
        for (ProviderFailures provider : providers) {
            failing(provider);
        }
        cached(agents);
        return byType(insights);
    }

    /** One for all agents of a type: the surest, which names the others. */
    private static List<Insight> byType(List<Insight> all) {
        Map<String, List<Insight>> groups = new LinkedHashMap<>();
        for (Insight insight : all) {
            groups.computeIfAbsent(
                            insight.kind() + '\n' + insight.agentType(), k -> new ArrayList<>())
                    .add(insight);
        }
        return groups.values().stream().map(Thresholds::together).toList();
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
                "%s So do %d more of type %s: %s%s."
                        .formatted(
                                first.detail(),
                                more,
                                first.agentType(),
                                others,
                                more > NAMED ? ", …" : ""));
    }

    private void failing(AgentOutcomes agent) {
        Outcomes o = agent.outcomes();
        Interval failures = Interval.ofShare(o.tasks() - o.succeeded(), o.tasks());
        if (failures.low() > levels.errorRate()) {
            add(
                    "high_error_rate",
                    agent,
                    "%s fails in %s %% of its tasks on %s"
                            .formatted(
                                    agent.agentId(),
                                    Switches.percent(failures.value()),
                                    agent.provider()),
                    "At least %s %% at 95 %% confidence; advice begins at %s %%."
                            .formatted(
                                    Switches.percent(failures.low()),
                                    Switches.percent(levels.errorRate())),
                    beyond(
                            failures.value(),
                            levels.errorRate(),
                            variance(failures.value(), o.tasks())),
                    "Open its failed tasks and group them by error type; compare with its peers.");
        }
    }

    private void slow(AgentOutcomes agent) {
        double n = Math.max(1, agent.timed());
        double mean = agent.durationMillis() / n;
        Interval beyond =
                beyond(
                        mean,
                        levels.responseMillis(),
                        (agent.durationSquares() / n - mean * mean) / n);
        if (agent.timed() >= LEAST_TASKS && beyond.low() > 0) {
            add(
                    "slow_responses",
                    agent,
                    "%s takes %.0f s a task on %s"
                            .formatted(agent.agentId(), mean / 1000, agent.provider()),
                    "Advice begins at %.0f s.".formatted(levels.responseMillis() / 1000),
                    beyond,
                    "See whether calls or pauses take the time; a faster model, or fewer calls a task.");
        }
    }

    private void dear(AgentOutcomes agent) {
        Outcomes o = agent.outcomes();
        double n = o.tasks();
        double mean = o.cost() / n;
        Interval beyond = beyond(mean, levels.taskUsd(), (o.costSquares() / n - mean * mean) / n);
        if (beyond.low() > 0) {
            add(
                    "dear_tasks",
                    agent,
                    "%s spends $%s a task on %s"
                            .formatted(agent.agentId(), Switches.usd(mean), agent.model()),
                    "Advice begins at $%s a task.".formatted(Switches.usd(levels.taskUsd())),
                    beyond,
                    "Try a cheaper model on a part of its tasks and compare the cost of a solved one.");
        }
    }

    private void failing(ProviderFailures p) {
        if (p.requests() < LEAST_REQUESTS) {
            return;
        }
        Interval failures = Interval.ofShare(p.failed(), p.requests());
        if (failures.low() > levels.providerFailureRate()) {
            insights.add(
                    new Insight(
                            "failing_provider/" + p.provider(),
                            "failing_provider",
                            "%s fails %s %% of its requests"
                                    .formatted(p.provider(), Switches.percent(failures.value())),
                            "By its own doing: server errors, time-outs, lost connections. Advice begins at %s %%."
                                    .formatted(Switches.percent(levels.providerFailureRate())),
                            null,
                            null,
                            new Insight.Served(p.provider(), ""),
                            null,
                            null,
                            null,
                            null,
                            beyond(
                                            failures.value(),
                                            levels.providerFailureRate(),
                                            variance(failures.value(), p.requests()))
                                    .confidence(),
                            new Insight.Evidence(p.requests(), 0),
                            List.of(),
                            "Follow the provider weights, or leave it out: scripts/weights set, with {\"scope\": \"global\", \"excluded\": [\"%s\"]}."
                                    .formatted(p.provider())));
        }
    }

    private static double variance(double share, double n) {
        return share * (1 - share) / n;
    }

    private static Interval beyond(double value, double level, double variance) {
        return Interval.of(value - level, variance);
    }

    private void add(
            String kind,
            AgentOutcomes agent,
            String title,
            String detail,
            Interval beyond,
            String apply) {
        add(kind, agent, title, detail, null, beyond.confidence(), apply);
    }

    private void add(
            String kind,
            AgentOutcomes agent,
            String title,
            String detail,
            @Nullable Interval saving,
            double confidence,
            String apply) {
        insights.add(
                new Insight(
                        "%s/%s/%s".formatted(kind, agent.agentId(), agent.provider()),
                        kind,
                        title,
                        detail,
                        agent.agentType(),
                        agent.agentId(),
                        agent.served(),
                        null,
                        null,
                        saving,
                        null,
                        confidence,
                        new Insight.Evidence(agent.outcomes().tasks(), 0),
                        List.of(),
                        apply));
    }

    /** Agents whose input comes from the cache less than with three quarters of their peers. */
    private void cached(List<AgentOutcomes> agents) {
        Map<String, List<AgentOutcomes>> peers = new HashMap<>();
        for (AgentOutcomes agent : agents) {
            if (agent.inputTokens() > 0 && agent.outcomes().tasks() >= LEAST_TASKS) {
                peers.computeIfAbsent(
                                agent.agentType() + '\n' + agent.model(), k -> new ArrayList<>())
                        .add(agent);
            }
        }
        for (List<AgentOutcomes> group : peers.values()) {
            if (group.size() < LEAST_PEERS) {
                continue;
            }
            List<AgentOutcomes> sorted =
                    group.stream().sorted(Comparator.comparingDouble(Thresholds::share)).toList();
            Interval usual =
                    new Interval(
                            share(sorted.get(sorted.size() / 2)),
                            share(sorted.get(sorted.size() / 4)),
                            share(sorted.get(sorted.size() * 3 / 4)));
            sorted.stream().filter(a -> share(a) < usual.low()).forEach(a -> cached(a, usual));
        }
    }

    private static double share(AgentOutcomes agent) {
        return (double) agent.cachedInputTokens() / agent.inputTokens();
    }

    /**
     * @param usual median and quartiles of its peers
     */
    private void cached(AgentOutcomes agent, Interval usual) {
        long fresh = price(agent, 0);
        long read = price(agent, MILLION);
        if (fresh < 0 || read < 0) {
            return;
        }
        double own = share(agent);
        double perShare =
                (double) agent.inputTokens() / MILLION * ((fresh - read) / 1e9) * per30Days;
        Interval saving =
                new Interval(usual.value() - own, usual.low() - own, usual.high() - own)
                        .times(perShare);
        if (saving.low() >= LEAST_USD) {
            add(
                    "cache_input",
                    agent,
                    "%s reads %s %% of its input from the cache, its peers %s %%"
                            .formatted(
                                    agent.agentId(),
                                    Switches.percent(share(agent)),
                                    Switches.percent(usual.value())),
                    "The median of agents of type %s on %s; at list prices that is $%s in 30 days."
                            .formatted(
                                    agent.agentType(), agent.model(), Switches.usd(saving.value())),
                    saving,
                    saving.confidence(),
                    "Keep the beginning of its prompts the same from call to call, and mark it as cacheable.");
        }
    }

    /** List price of a million input tokens, so many of them cached; nano-dollars. */
    private long price(AgentOutcomes agent, long cached) {
        return prices.costNanos(
                new TaskEventBuilder(EventType.LLM_CALL, "price", now, "price", agent.agentId())
                        .on(agent.provider(), agent.model())
                        .tokens(MILLION, cached, 0, 0, 0)
                        .build());
    }
}
