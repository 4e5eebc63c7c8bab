package io.agentanalytics.api.insight;

import io.agentanalytics.contract.TextFormat;
import io.agentanalytics.contract.weights.WeightScope;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Insights about models with a lower cost per success, and about agents that would perform better
 * on another provider.
 */
final class ModelSwitchAdvice {
    /** Minimum number of tasks: fewer cannot show a difference of a few percentage points. */
    static final int MIN_TASKS = 200;

    /**
     * Minimum number of tasks of an agent. It is lower because the agent is compared with the many
     * tasks of its peers.
     */
    private static final int MIN_TASKS_OF_AGENT = FleetOutcomes.MIN_TASKS;

    private static final Comparator<Insight.Served> ORDER =
            Comparator.comparing(Insight.Served::provider).thenComparing(Insight.Served::model);

    private final double per30Days;
    private final Map<String, Map<Insight.Served, Outcomes>> byType = new TreeMap<>();

    /**
     * Outcomes of tasks whose cost is fully known: a lower bound would make a model look cheaper.
     */
    private final Map<String, Map<Insight.Served, Outcomes>> pricedByType = new TreeMap<>();

    /**
     * Outcomes by type and provider, of all agents and of each. An agent's peers are the
     * difference.
     */
    private final Map<String, Map<String, OnProvider>> typeOn = new HashMap<>();

    private final Map<List<String>, OnProvider> agentOn = new HashMap<>();
    private final List<AgentOutcomes> agents;
    private final Present present;

    /**
     * Outcomes on a provider.
     *
     * @param priced those among them whose cost is fully known
     */
    private record OnProvider(Outcomes all, Outcomes priced) {
        static final OnProvider NONE = new OnProvider(Outcomes.NONE, Outcomes.NONE);

        static OnProvider of(AgentOutcomes outcomes) {
            return new OnProvider(outcomes.outcomes(), outcomes.priced());
        }

        OnProvider plus(OnProvider o) {
            return new OnProvider(all.plus(o.all), priced.plus(o.priced));
        }

        OnProvider minus(OnProvider o) {
            return new OnProvider(all.minus(o.all), priced.minus(o.priced));
        }
    }

    /**
     * Groups the outcomes by agent type.
     *
     * @param days number of days that the outcomes cover
     * @param present current condition of the providers; a provider in trouble is never recommended
     */
    ModelSwitchAdvice(FleetOutcomes fleet, double days, Present present) {
        this.agents = fleet.agents();
        this.present = present;
        this.per30Days = 30 / Math.max(days, 1.0 / 24);
        for (AgentOutcomes t : fleet.types()) {
            byType.computeIfAbsent(t.agentType(), type -> new TreeMap<>(ORDER))
                    .merge(t.served(), t.outcomes(), Outcomes::plus);
            pricedByType
                    .computeIfAbsent(t.agentType(), type -> new TreeMap<>(ORDER))
                    .merge(t.served(), t.priced(), Outcomes::plus);
            typeOn.computeIfAbsent(t.agentType(), type -> new TreeMap<>())
                    .merge(t.provider(), OnProvider.of(t), OnProvider::plus);
        }
        for (AgentOutcomes a : agents) {
            agentOn.merge(key(a, a.provider()), OnProvider.of(a), OnProvider::plus);
        }
    }

    private static List<String> key(AgentOutcomes agent, String provider) {
        return List.of(agent.agentType(), agent.agentId(), provider);
    }

    /** Returns the outcomes of the other agents of its type on a provider. */
    private OnProvider peers(AgentOutcomes agent, String provider) {
        return typeOn.getOrDefault(agent.agentType(), Map.of())
                .getOrDefault(provider, OnProvider.NONE)
                .minus(agentOn.getOrDefault(key(agent, provider), OnProvider.NONE));
    }

    List<Insight> all() {
        List<Insight> insights = new ArrayList<>();
        byType.forEach(
                (type, choices) ->
                        choices.forEach((served, now) -> switchOf(type, served, now, insights)));
        agents.forEach(agent -> moveOf(agent, insights));
        return insights;
    }

    private void switchOf(String type, Insight.Served from, Outcomes now, List<Insight> insights) {
        if (now.tasks() < MIN_TASKS || now.succeeded() == 0 || now.cost() == 0) {
            return;
        }
        List<Comparison> others = new ArrayList<>();
        pricedByType
                .getOrDefault(type, Map.of())
                .forEach(
                        (served, outcomes) -> {
                            if (!served.equals(from)
                                    && outcomes.tasks() >= MIN_TASKS
                                    && outcomes.succeeded() > 0) {
                                others.add(
                                        Comparison.of(
                                                now,
                                                served,
                                                outcomes,
                                                present.isAgainst(type, null, served.provider())));
                            }
                        });
        others.sort(Comparator.comparingDouble((Comparison c) -> -c.saving().value()));
        others.stream()
                .filter(Comparison::isAdvised)
                .findFirst()
                .ifPresent(best -> insights.add(switchTo(type, from, now, best, others)));
    }

    private Insight switchTo(
            String type,
            Insight.Served from,
            Outcomes now,
            Comparison best,
            List<Comparison> others) {
        Insight.Served to = best.other();
        return InsightBuilder.builder()
                .id("switch_model/%s/%s/%s".formatted(type, from.provider(), from.model()))
                .kind("switch_model")
                .title(
                        "%s: %s costs %s less for each solved task than %s"
                                .formatted(
                                        type,
                                        to.model(),
                                        TextFormat.usd(best.saving().value()),
                                        from.model()))
                .detail(costsOf(from, now, best))
                .agentType(type)
                .from(from)
                .to(to)
                .savingPerSuccessUsd(best.saving())
                .savingMonthlyUsd(best.saving().times(now.succeeded() * per30Days))
                .successChange(best.success())
                .confidence(best.saving().confidence())
                .tasks(new Insight.InsightEvidence(now.tasks(), best.outcomes().tasks()))
                .alternatives(others.stream().map(ModelSwitchAdvice::alternative).toList())
                .apply(howToSwitch(type, from, to))
                .build();
    }

    private static String costsOf(Insight.Served from, Outcomes now, Comparison best) {
        return "A solved task costs %s with %s and %s with %s. %s"
                .formatted(
                        TextFormat.usd(now.costPerSuccess().value()),
                        from.model(),
                        TextFormat.usd(best.outcomes().costPerSuccess().value()),
                        best.other().model(),
                        successOf(best));
    }

    private static String successOf(Comparison best) {
        return best.success().excludesZero()
                ? "Its success rate is higher: %s.".formatted(points(best.success()))
                : "Its success rate does not differ significantly: %s."
                        .formatted(points(best.success()));
    }

    private static String howToSwitch(String type, Insight.Served from, Insight.Served to) {
        if (from.provider().equals(to.provider())) {
            return "Configure agents of type %s to use %s.".formatted(type, to.model());
        }
        String command = WeightsCommands.exclude(from.provider(), WeightScope.ofAgentType(type));
        return "Configure agents of type %s to use %s on %s, and exclude %s for them: %s."
                .formatted(type, to.model(), to.provider(), from.provider(), command);
    }

    private static Insight.Alternative alternative(Comparison c) {
        return AlternativeBuilder.builder()
                .provider(c.other().provider())
                .model(c.other().model())
                .tasks(c.outcomes().tasks())
                .success(c.outcomes().success())
                .costPerSuccessUsd(c.outcomes().costPerSuccess())
                .savingPerSuccessUsd(c.saving())
                .successChange(c.success())
                .successIsDifferent(c.success().excludesZero())
                .verdict(c.verdict())
                .build();
    }

    /**
     * Recommends a move if an agent performs worse than its peers on other providers, while its
     * peers on the same provider perform no better.
     */
    private void moveOf(AgentOutcomes agent, List<Insight> insights) {
        Outcomes own = agent.outcomes();
        if (own.tasks() < MIN_TASKS_OF_AGENT) {
            return;
        }
        Outcomes beside = peers(agent, agent.provider()).all();
        boolean alone = beside.tasks() < MIN_TASKS_OF_AGENT;
        if (!alone && Interval.difference(beside.success(), own.success()).low() > 0) {
            return; // Its peers on this provider perform well, so that a move would not help.
        }
        Map<String, Outcomes> elsewhere = new TreeMap<>();
        for (String provider : typeOn.getOrDefault(agent.agentType(), Map.of()).keySet()) {
            if (!provider.equals(agent.provider())) {
                elsewhere.put(provider, peers(agent, provider).all());
            }
        }
        elsewhere.entrySet().stream()
                .filter(e -> e.getValue().tasks() >= MIN_TASKS)
                .filter(e -> !present.isAgainst(agent.agentType(), agent.agentId(), e.getKey()))
                .max(Comparator.comparingDouble(e -> e.getValue().success().low()))
                .ifPresent(
                        best -> {
                            Interval gain =
                                    Interval.difference(best.getValue().success(), own.success());
                            if (gain.low() > 0) {
                                insights.add(move(agent, best.getKey(), best.getValue(), gain));
                            }
                        });
    }

    private static String outcomesOf(
            AgentOutcomes agent, String provider, Outcomes there, Outcomes priced) {
        return ("It solves %s of its tasks on %s; others of type %s solve %s on %s, "
                        + "at %s per solved task (here: %s).")
                .formatted(
                        TextFormat.percent(agent.outcomes().success().value()),
                        agent.provider(),
                        agent.agentType(),
                        TextFormat.percent(there.success().value()),
                        provider,
                        costPerSuccess(priced),
                        costPerSuccess(agent.priced()));
    }

    private Insight move(AgentOutcomes agent, String provider, Outcomes there, Interval gain) {
        Outcomes here = agent.priced();
        Outcomes priced = peers(agent, provider).priced();
        boolean comparable = here.succeeded() > 0 && priced.succeeded() > 0;
        return InsightBuilder.builder()
                .id(idOfMove(agent))
                .kind("move_agent")
                .title(
                        "%s succeeds less on %s than its peers on %s"
                                .formatted(agent.agentId(), agent.provider(), provider))
                .detail(outcomesOf(agent, provider, there, priced))
                .agentType(agent.agentType())
                .agentId(agent.agentId())
                .from(agent.served())
                .to(new Insight.Served(provider, ""))
                .savingPerSuccessUsd(
                        comparable
                                ? Comparison.of(here, agent.served(), priced, false).saving()
                                : null)
                .successChange(gain)
                .confidence(gain.confidence())
                .tasks(new Insight.InsightEvidence(agent.outcomes().tasks(), there.tasks()))
                .alternatives(List.of())
                .apply(howToMove(agent))
                .build();
    }

    private static String idOfMove(AgentOutcomes agent) {
        return "move_agent/%s/%s/%s/%s"
                .formatted(agent.agentType(), agent.agentId(), agent.provider(), agent.model());
    }

    private static String howToMove(AgentOutcomes agent) {
        String command =
                WeightsCommands.exclude(agent.provider(), WeightScope.ofAgent(agent.agentId()));
        return "Let weights move it: %s. Or exclude %s for this agent: %s."
                .formatted(WeightsCommands.MOVE_AGENTS, agent.provider(), command);
    }

    private static String costPerSuccess(Outcomes outcomes) {
        return outcomes.succeeded() == 0 ? "-" : TextFormat.usd(outcomes.costPerSuccess().value());
    }

    private static String points(Interval change) {
        return TextFormat.format(
                "%+.1f points (95 %%: %+.1f to %+.1f)",
                100 * change.value(), 100 * change.low(), 100 * change.high());
    }
}
