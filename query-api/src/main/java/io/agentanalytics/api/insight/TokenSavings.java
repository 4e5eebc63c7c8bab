package io.agentanalytics.api.insight;

import io.agentanalytics.contract.Price;
import io.agentanalytics.contract.PriceBook;
import io.agentanalytics.contract.TextFormat;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Insights about input tokens. Compares an agent with the agents of its type on the same model, and
 * finds input that could be read from the cache and prompts that are unusually long. Amounts are in
 * dollars of the price book; the interval is the interquartile range of the peers.
 */
final class TokenSavings {
    private static final int MIN_TASKS = 30;
    private static final int MIN_PEERS = 5;
    private static final double PICOS = 1e12;

    /** Minimum difference in the share of cached input. */
    private static final double MIN_SHARE = 0.05;

    /** Minimum prompt length relative to the peers: a slightly longer prompt may be justified. */
    private static final double LONGER = 1.5;

    /** Minimum saving per month; a smaller saving is not worth the effort. */
    private static final double MIN_USD = 5;

    private static final String KEEP_BEGINNING =
            "Keep the beginning of its prompts the same from call to call, and mark it as"
                    + " cacheable.";

    private static final String SHORTEN =
            "Look at the contents of its prompts: summarise long histories, drop tool results"
                    + " that are not used any more; then compare the cost of a solved task.";

    private final double per30Days;
    private final PriceBook prices;
    private final Instant now;
    private final List<Insight> insights = new ArrayList<>();

    TokenSavings(double per30Days, PriceBook prices, Instant now) {
        this.per30Days = per30Days;
        this.prices = prices;
        this.now = now;
    }

    List<Insight> all(List<AgentOutcomes> agents) {
        Map<String, List<AgentOutcomes>> peers = new HashMap<>();
        for (AgentOutcomes agent : agents) {
            if (agent.inputTokens() > 0 && agent.tasksWithInput() >= MIN_TASKS) {
                peers.computeIfAbsent(
                                agent.agentType() + '\n' + agent.model(), k -> new ArrayList<>())
                        .add(agent);
            }
        }
        for (List<AgentOutcomes> group : peers.values()) {
            if (group.size() >= MIN_PEERS) {
                Interval length = quartiles(group, TokenSavings::perTask);
                group.forEach(agent -> context(agent, length));
            }
            List<AgentOutcomes> reporting =
                    group.stream().filter(agent -> agent.inputOfCached() > 0).toList();
            if (reporting.size() >= MIN_PEERS) {
                Interval cached = quartiles(reporting, TokenSavings::cachedShare);
                reporting.forEach(agent -> cached(agent, cached));
            }
        }
        return insights;
    }

    /** Returns the median with the lower and upper quartile. */
    private static Interval quartiles(
            List<AgentOutcomes> group, ToDoubleFunction<AgentOutcomes> of) {
        List<AgentOutcomes> sorted = group.stream().sorted(Comparator.comparingDouble(of)).toList();
        return new Interval(
                of.applyAsDouble(sorted.get(sorted.size() / 2)),
                of.applyAsDouble(sorted.get(sorted.size() / 4)),
                of.applyAsDouble(sorted.get(sorted.size() * 3 / 4)));
    }

    /** Returns the share of cached input. If it is unknown, it is 1, at which input costs least. */
    private static double cachedShare(AgentOutcomes agent) {
        return agent.inputOfCached() == 0
                ? 1
                : (double) agent.cachedInputTokens() / agent.inputOfCached();
    }

    private static double perTask(AgentOutcomes agent) {
        return (double) agent.inputTokens() / agent.tasksWithInput();
    }

    private void cached(AgentOutcomes agent, Interval usual) {
        Price price = prices.price(agent.provider(), agent.model(), now);
        double own = cachedShare(agent);
        if (price == null || own > usual.value() - MIN_SHARE) {
            return;
        }
        double perToken = (price.input() - price.cachedInput()) / PICOS;
        double perShare = agent.inputOfCached() * perToken * per30Days;
        Interval saving =
                new Interval(usual.value() - own, usual.low() - own, usual.high() - own)
                        .times(perShare);
        if (saving.low() >= MIN_USD) {
            insights.add(
                    insight("cache_input", agent, saving)
                            .title(
                                    "%s reads %s of its input from the cache, its peers %s"
                                            .formatted(
                                                    agent.agentId(),
                                                    TextFormat.percent(own),
                                                    TextFormat.percent(usual.value())))
                            .detail(detail(agent, "at list prices that is", saving))
                            .apply(KEEP_BEGINNING)
                            .build());
        }
    }

    private void context(AgentOutcomes agent, Interval usual) {
        Price price = prices.price(agent.provider(), agent.model(), now);
        double own = perTask(agent);
        if (price == null || own < LONGER * usual.value() || own <= usual.high()) {
            return;
        }
        double cached = cachedShare(agent);
        double usd = (price.input() * (1 - cached) + price.cachedInput() * cached) / PICOS;
        double perToken = agent.tasksWithInput() * usd * per30Days;
        Interval saving =
                new Interval(own - usual.value(), own - usual.high(), own - usual.low())
                        .times(perToken);
        if (saving.low() >= MIN_USD) {
            insights.add(
                    insight("shorten_context", agent, saving)
                            .title(
                                    TextFormat.format(
                                            "%s reads %,.0f input tokens per task, its peers %,.0f",
                                            agent.agentId(), own, usual.value()))
                            .detail(
                                    detail(
                                            agent,
                                            "at list prices, with what it reads from the cache,"
                                                    + " that is",
                                            saving))
                            .apply(SHORTEN)
                            .build());
        }
    }

    private static InsightBuilder insight(String kind, AgentOutcomes agent, Interval saving) {
        return agent.insight(kind)
                .savingMonthlyUsd(saving)
                .confidence(saving.confidence())
                .tasks(new Insight.InsightEvidence(agent.tasks(), 0));
    }

    private static String detail(AgentOutcomes agent, String at, Interval saving) {
        return "The median of agents of type %s on %s; %s %s in 30 days."
                .formatted(agent.agentType(), agent.model(), at, TextFormat.usd(saving.value()));
    }
}
