package io.agentanalytics.api.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.agentanalytics.contract.PriceBook;
import io.agentanalytics.contract.weights.ProviderCondition;
import io.agentanalytics.contract.weights.RequestPrices;
import io.agentanalytics.contract.weights.RoutingMode;
import io.agentanalytics.contract.weights.StandingBuilder;
import io.agentanalytics.contract.weights.WeightDecision;
import io.agentanalytics.contract.weights.WeightDecision.Recent;
import io.agentanalytics.contract.weights.WeightDecision.Standing;
import io.agentanalytics.contract.weights.WeightDecisionBuilder;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class InsightsTest {
    private static final Present UNKNOWN = new Present(Map.of(), Set.of());
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final PriceBook PRICES = PriceBook.standard();

    /**
     * What six models did on the 500 tasks of SWE-bench Verified with mini-SWE-agent, as published:
     * solved, dollars, and from the single tasks the squares and those of the solved ones.
     */
    private static List<AgentOutcomes> sixModels() {
        return List.of(
                model("anthropic", "claude-4.5-sonnet", 353, 279.16737045, 210.0393531, 178.124067),
                model("anthropic", "claude-4-sonnet", 324, 185.7265839, 104.3231449, 103.7083632),
                model("openai", "gpt-5", 325, 140.19150875, 78.5457533, 71.31122925),
                model("openai", "gpt-5-mini", 299, 17.73853365, 1.1545497, 8.49758425),
                model("gcp.gemini", "gemini-2.5-pro", 268, 144.1860478, 85.1293687, 52.7495428),
                model("gcp.gemini", "gemini-3-pro", 371, 229.97875948, 160.4694001, 152.1109438));
    }

    private static AgentOutcomes model(
            String provider,
            String model,
            long solved,
            double usd,
            double squares,
            double ofSolved) {
        Outcomes outcomes = new Outcomes(500, solved, usd, squares, ofSolved);
        return AgentOutcomesBuilder.builder()
                .agentType("software-engineer")
                .agentId("agent/" + model)
                .provider(provider)
                .model(model)
                .tasks(outcomes.tasks())
                .cost(outcomes.cost())
                .costSquares(outcomes.costSquares())
                .outcomes(outcomes)
                .priced(outcomes)
                .build();
    }

    private static List<Insight> switches() {
        return ofMonth(sixModels()).stream().filter(i -> i.kind().equals("switch_model")).toList();
    }

    /** Returns the insights on a month of agents that exceed no level. */
    private static List<Insight> ofMonth(List<AgentOutcomes> agents) {
        return ofMonth(agents, new Levels(1, 1e9, 1e9, 1));
    }

    private static List<Insight> ofMonth(List<AgentOutcomes> agents, Levels levels) {
        return Insights.of(fleet(agents), List.of(), 30, levels, PRICES, UNKNOWN, NOW);
    }

    private static Insight.Alternative alternative(String from, String to) {
        return switches().stream()
                .filter(i -> i.from().model().equals(from))
                .flatMap(i -> i.alternatives().stream())
                .filter(a -> a.model().equals(to))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void publishedFigures_giveTheExpectedSwitches() {
        assertThat(switches())
                .extracting(i -> i.from().model() + " -> " + i.to().model())
                .containsExactlyInAnyOrder(
                        "claude-4.5-sonnet -> gemini-3-pro", "gemini-2.5-pro -> gpt-5-mini");
    }

    @Test
    void equalSuccessOn500Tasks_doesNotExcludeALoss() {
        Comparison comparison =
                Comparison.of(
                        sixModels().get(1).outcomes(),
                        new Insight.Served("openai", "gpt-5"),
                        sixModels().get(2).outcomes(),
                        false);
        assertThat(comparison.success().value()).isCloseTo(.002, within(1e-9));
        assertThat(comparison.success().low()).isLessThan(-Comparison.MARGIN);
        assertThat(comparison.saving().low()).as("it is significantly cheaper").isPositive();
        assertThat(comparison.verdict()).isEqualTo("cheaper_success_not_proven");
    }

    @Test
    void savingPerSolvedTask_isThePublishedDifference() {
        Insight.Alternative a = alternative("claude-4.5-sonnet", "gemini-3-pro");
        double published = 279.16737045 / 353 - 229.97875948 / 371;
        assertThat(a.savingPerSuccessUsd().value()).isCloseTo(published, within(1e-9));
        assertThat(a.savingPerSuccessUsd().low()).isBetween(0.07, 0.09);
        assertThat(a.successChange().value()).isCloseTo(.742 - .706, within(1e-9));
        assertThat(a.successIsDifferent()).as("3.6 points on 500 tasks").isFalse();
        assertThat(a.verdict()).isEqualTo("cheaper");
    }

    @Test
    void cheaperButUnprovenOrWorse_isReportedButNotAdvised() {
        assertThat(alternative("claude-4.5-sonnet", "gpt-5-mini").verdict())
                .isEqualTo("cheaper_but_worse");
        assertThat(alternative("claude-4.5-sonnet", "gpt-5").verdict())
                .isEqualTo("cheaper_success_not_proven");
        assertThat(alternative("gemini-2.5-pro", "claude-4-sonnet").verdict())
                .isEqualTo("no_significant_difference");
        assertThat(switches()).noneMatch(i -> i.from().model().equals("gpt-5-mini"));
    }

    @Test
    void effectIsScaledToThirtyDays_withItsInterval() {
        Insight insight =
                switches().stream()
                        .filter(i -> i.from().model().equals("gemini-2.5-pro"))
                        .findFirst()
                        .orElseThrow();
        assertThat(insight.savingMonthlyUsd().value())
                .isCloseTo(268 * (144.1860478 / 268 - 17.73853365 / 299), within(1e-6));
        assertThat(insight.savingMonthlyUsd().low())
                .isGreaterThan(0)
                .isLessThan(insight.savingMonthlyUsd().value());
        assertThat(insight.confidence()).isGreaterThan(.999);
    }

    @Test
    void fewTasks_giveNoAdvice() {
        List<AgentOutcomes> few = new ArrayList<>();
        for (AgentOutcomes a : sixModels()) {
            Outcomes o = a.outcomes();
            Outcomes fewer =
                    new Outcomes(
                            199,
                            o.succeeded() * 199 / 500,
                            o.cost() * 199 / 500,
                            o.costSquares() * 199 / 500,
                            o.costOfSuccesses() * 199 / 500);
            few.add(
                    AgentOutcomesBuilder.builder()
                            .agentType(a.agentType())
                            .agentId(a.agentId())
                            .provider(a.provider())
                            .model(a.model())
                            .tasks(fewer.tasks())
                            .cost(fewer.cost())
                            .costSquares(fewer.costSquares())
                            .outcomes(fewer)
                            .priced(fewer)
                            .build());
        }
        assertThat(new ModelSwitchAdvice(fleet(few), 30, UNKNOWN).all())
                .noneMatch(i -> i.kind().equals("switch_model") || i.kind().equals("move_agent"));
    }

    @Test
    void newcombe_asPublished() {
        // Newcombe (1998), table II, (a): 56/70 against 48/80, method 10.
        Interval difference =
                Interval.difference(Interval.ofShare(56, 70), Interval.ofShare(48, 80));
        assertThat(difference.value()).isCloseTo(.2, within(1e-12));
        assertThat(difference.low()).isCloseTo(.0524, within(5e-5));
        assertThat(difference.high()).isCloseTo(.3339, within(5e-5));
    }

    /** All tasks have a request of unknown cost, except some tasks of one of the two models. */
    @Test
    void aPartialCost_provesAnExpensiveModel_butNotACheapOne() {
        Outcomes expensive = new Outcomes(500, 450, 1500, 4600, 1350);
        Outcomes cheap = new Outcomes(500, 450, 50, 5.5, 45);
        AgentOutcomes now = solver("opus", expensive, Outcomes.NONE);
        Levels levels = new Levels(1, 1e9, 1, 1);
        assertThat(ofMonth(List.of(now, solver("mini", cheap, Outcomes.NONE)), levels))
                .extracting(Insight::kind)
                .containsExactly("expensive_tasks");
        assertThat(ofMonth(List.of(now, solver("mini", cheap, cheap)), levels))
                .extracting(Insight::kind)
                .containsExactlyInAnyOrder("expensive_tasks", "switch_model");
    }

    private static AgentOutcomes solver(String model, Outcomes all, Outcomes priced) {
        return AgentOutcomesBuilder.builder()
                .agentType("solver")
                .agentId(model)
                .provider("openai")
                .model(model)
                .tasks(all.tasks())
                .cost(all.cost())
                .costSquares(all.costSquares())
                .outcomes(all)
                .priced(priced)
                .build();
    }

    private static AgentOutcomes agent(String id, String provider, long tasks, long solved) {
        Outcomes o = new Outcomes(tasks, solved, tasks, tasks, solved);
        return AgentOutcomesBuilder.builder()
                .agentType("planner")
                .agentId(id)
                .provider(provider)
                .model("m")
                .tasks(o.tasks())
                .cost(o.cost())
                .costSquares(o.costSquares())
                .outcomes(o)
                .priced(o)
                .build();
    }

    private static FleetOutcomes fleet(List<AgentOutcomes> agents) {
        return new FleetOutcomes(
                agents.stream()
                        .map(agent -> AgentOutcomesBuilder.builder(agent).agentId("").build())
                        .toList(),
                agents,
                true);
    }

    private static List<String> moves(AgentOutcomes... agents) {
        return moves(UNKNOWN, agents);
    }

    private static List<String> moves(Present present, AgentOutcomes... agents) {
        return new ModelSwitchAdvice(fleet(List.of(agents)), 1, present)
                .all().stream()
                        .filter(i -> i.kind().equals("move_agent"))
                        .map(i -> i.agentId() + " -> " + i.to().provider())
                        .toList();
    }

    @Test
    void agentWorseThanItsPeersElsewhere_isAdvisedToMove() {
        AgentOutcomes sick = agent("sick", "openai", 60, 20);
        AgentOutcomes elsewhere = agent("peer", "anthropic", 300, 280);
        assertThat(moves(sick, elsewhere)).containsExactly("sick -> anthropic");
        assertThat(moves(sick, elsewhere, agent("beside", "openai", 300, 280)))
                .as("where its peers do well on its provider, a move would not help")
                .isEmpty();
        assertThat(moves(sick, agent("peer", "anthropic", 300, 110))).as("no better").isEmpty();
        assertThat(moves(agent("sick", "openai", 29, 1), elsewhere)).as("too few").isEmpty();
    }

    /** Comparing each agent with all others would take minutes. */
    @Test
    void aLargeFleetIsComparedInLinearTime() {
        List<AgentOutcomes> agents = new ArrayList<>();
        for (int i = 0; i < 50_000; i++) {
            agents.add(agent("a" + i, i % 2 == 0 ? "openai" : "anthropic", 60, i == 0 ? 20 : 50));
        }
        assertThat(
                        assertTimeoutPreemptively(
                                Duration.ofSeconds(20),
                                () -> moves(agents.toArray(AgentOutcomes[]::new))))
                .as("the others of its provider do well")
                .isEmpty();
    }

    @Test
    void anAgentIsNoPeerOfItself() {
        AgentOutcomes sick = agent("sick", "openai", 600, 20);
        assertThat(moves(sick, agent("sick", "anthropic", 300, 280)))
                .as("its own tasks elsewhere")
                .isEmpty();
        assertThat(
                        moves(
                                sick,
                                agent("sick", "anthropic", 300, 280),
                                agent("p", "anthropic", 199, 199)))
                .as("too few of its peers")
                .isEmpty();
        assertThat(
                        moves(
                                sick,
                                agent("sick", "anthropic", 300, 10),
                                agent("p", "anthropic", 200, 199)))
                .containsExactly("sick -> anthropic");
    }

    private static Present present(
            String scope, String provider, ProviderCondition state, boolean worse, Recent recent) {
        Standing standing =
                StandingBuilder.builder()
                        .state(state)
                        .since(NOW)
                        .requestsPerSecond(1)
                        .n(100)
                        .success(.9)
                        .latencyMs(1000)
                        .costUsd(.01)
                        .costPerSuccessUsd(.02)
                        .valueUsd(.05)
                        .uncertaintyUsd(.01)
                        .limit(1)
                        .reason("why")
                        .recent(recent)
                        .worseThanUsual(worse)
                        .build();
        WeightDecision decision =
                WeightDecisionBuilder.builder()
                        .scope(scope)
                        .version(1)
                        .producedAt(NOW)
                        .validUntil(NOW.plusSeconds(60))
                        .mode(RoutingMode.LIVE)
                        .prices(new RequestPrices(.1, .05, .001))
                        .weights(Map.of(provider, .5))
                        .providers(Map.of(provider, standing))
                        .build();
        return new Present(Map.of(scope, decision), Set.of());
    }

    private static Recent recent(int calls, int failed) {
        return new Recent(120, calls, calls - failed, failed, 0, (calls - failed) / (double) calls);
    }

    /** Ways for a provider to be in trouble now, whatever it did before. */
    private static List<Present> troubles(String provider) {
        return List.of(
                present("global", provider, ProviderCondition.OPEN, false, recent(30, 0)),
                present("global", provider, ProviderCondition.HALF_OPEN, false, recent(30, 0)),
                present("global", provider, ProviderCondition.EXCLUDED, false, recent(30, 0)),
                present(
                        "agent_type:planner",
                        provider,
                        ProviderCondition.EXCLUDED,
                        false,
                        recent(30, 0)),
                present(
                        "agent_type:software-engineer",
                        provider,
                        ProviderCondition.EXCLUDED,
                        false,
                        null),
                present("global", provider, ProviderCondition.CLOSED, true, recent(30, 0)),
                present("global", provider, ProviderCondition.CLOSED, false, recent(30, 9)),
                new Present(Map.of(), Set.of(provider)));
    }

    @Test
    void noMoveIsAdvisedTowardsAProviderInTrouble() {
        AgentOutcomes sick = agent("sick", "openai", 60, 20);
        AgentOutcomes best = agent("peer", "anthropic", 300, 290);
        AgentOutcomes next = agent("another", "gcp.gemini", 300, 280);
        assertThat(moves(sick, best, next)).containsExactly("sick -> anthropic");
        for (Present present : troubles("anthropic")) {
            if (!present.decisions().containsKey("agent_type:software-engineer")) {
                assertThat(moves(present, sick, best, next))
                        .as("%s", present)
                        .containsExactly("sick -> gcp.gemini");
            }
        }
        assertThat(
                        moves(
                                present(
                                        "agent:sick",
                                        "anthropic",
                                        ProviderCondition.EXCLUDED,
                                        false,
                                        null),
                                sick,
                                best,
                                next))
                .containsExactly("sick -> gcp.gemini");
        assertThat(
                        moves(
                                present(
                                        "global",
                                        "anthropic",
                                        ProviderCondition.CLOSED,
                                        false,
                                        recent(177, 1)),
                                sick,
                                best,
                                next))
                .as("one failure of 177 is no trouble")
                .containsExactly("sick -> anthropic");
    }

    @Test
    void noSwitchIsAdvisedTowardsAProviderInTrouble_andTheVerdictNamesIt() {
        for (Present present : troubles("gcp.gemini")) {
            if (present.decisions().containsKey("agent_type:planner")) {
                continue;
            }
            List<Insight> found = new ModelSwitchAdvice(fleet(sixModels()), 30, present).all();
            assertThat(found).as("%s", present).noneMatch(i -> towards(i, "gcp.gemini"));
            assertThat(found)
                    .flatExtracting(Insight::alternatives)
                    .filteredOn(a -> a.provider().equals("gcp.gemini"))
                    .isNotEmpty()
                    .allMatch(a -> a.verdict().equals("in_trouble_now"));
        }
    }

    private static boolean towards(Insight insight, String provider) {
        return insight.to() != null && insight.to().provider().equals(provider);
    }

    @Test
    void pastFailures_areNoReasonToExcludeAProvider() {
        List<ProviderFailures> failed = List.of(new ProviderFailures("openai", 200, 110));
        Present well = present("global", "openai", ProviderCondition.CLOSED, false, recent(60, 0));
        Present failing = present("global", "openai", ProviderCondition.OPEN, true, recent(60, 50));
        assertThat(Insights.of(fleet(List.of()), failed, 1, Levels.STANDARD, PRICES, well, NOW))
                .isEmpty();
        assertThat(Insights.of(fleet(List.of()), failed, 1, Levels.STANDARD, PRICES, failing, NOW))
                .hasSize(1);
    }

    @Test
    void everyFailingProviderIsNamed_withTheCommandThatExcludesIt() {
        List<ProviderFailures> failed =
                List.of(
                        new ProviderFailures("openai", 200, 110),
                        new ProviderFailures("own; reboot", 900, 500));
        assertThat(Insights.of(fleet(List.of()), failed, 1, Levels.STANDARD, PRICES, UNKNOWN, NOW))
                .extracting(Insight::apply)
                .containsExactly(
                        "Follow the provider weights, or exclude it: agent-analytics weights"
                                + " exclude openai.",
                        "Follow the provider weights, or exclude it: agent-analytics weights"
                                + " exclude 'own; reboot'.");
    }

    @Test
    void manyInsightsAboutAgents_hideNoFailingProvider() {
        List<AgentOutcomes> agents = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            agents.add(
                    AgentOutcomesBuilder.builder(agent("a" + i, "openai", 100, 60))
                            .agentType("type" + i)
                            .build());
        }
        List<ProviderFailures> failed = List.of(new ProviderFailures("openai", 200, 110));
        assertThat(Insights.of(fleet(agents), failed, 1, Levels.STANDARD, PRICES, UNKNOWN, NOW))
                .extracting(Insight::kind)
                .contains("failing_provider");
    }

    @Test
    void otherAgentsOfTheTypeAreCountedAndNamed() {
        List<AgentOutcomes> agents =
                List.of(
                        agent("a", "openai", 100, 60),
                        agent("b", "openai", 90, 50),
                        agent("c", "openai", 80, 40));
        Levels levels = new Levels(.25, 1e9, 2, 1);
        assertThat(Insights.of(fleet(agents), List.of(), 1, levels, PRICES, UNKNOWN, NOW))
                .singleElement()
                .extracting(Insight::detail)
                .asString()
                .endsWith(
                        "the threshold is 25 %. The same applies to 2 other agents of type planner:"
                                + " b, c.");
    }

    @Test
    void aFreeModelIsAdvised_withFiniteFigures() {
        AgentOutcomes paid = model("openai", "gpt-5", 325, 140.19150875, 78.5457533, 71.31122925);
        AgentOutcomes free = model("own", "llama", 330, 0, 0, 0);
        List<Insight> found = new ModelSwitchAdvice(fleet(List.of(paid, free)), 30, UNKNOWN).all();
        assertThat(found).hasSize(1);
        assertThat(found.get(0).title()).startsWith("software-engineer: llama costs $0.431 less");
        assertThat(found.get(0).apply())
                .endsWith(
                        "to use llama on own, and exclude openai for them: agent-analytics weights"
                                + " exclude openai --scope agent_type:software-engineer.");
        assertThat(found.get(0).alternatives())
                .singleElement()
                .satisfies(
                        a -> {
                            assertThat(a.costPerSuccessUsd()).isEqualTo(new Interval(0, 0, 0));
                            assertThat(a.verdict()).isEqualTo("cheaper");
                        });
        double published = 140.19150875 / 325;
        assertThat(found.get(0).savingPerSuccessUsd().value()).isCloseTo(published, within(1e-9));
        assertThat(found.get(0).savingPerSuccessUsd().low()).isBetween(.3, published);
    }

    @Test
    void confidenceAgreesWithTheInterval() {
        Interval gain = Interval.difference(Interval.ofShare(280, 300), Interval.ofShare(17, 30));
        assertThat(gain.low()).isPositive();
        assertThat(gain.confidence()).isGreaterThan(.975);
        Interval skewed = new Interval(.3, .01, .9);
        assertThat(skewed.confidence()).isGreaterThan(.975);
        assertThat(new Interval(.3, -.01, .4).confidence()).isBetween(.95, .975);
    }

    @Test
    void levels_applyOnlyWithConfidence() {
        List<AgentOutcomes> agents = List.of(agent("a", "openai", 100, 60));
        assertThat(kinds(agents, new Levels(.25, 1e9, 2, 1))).containsExactly("high_error_rate");
        assertThat(kinds(agents, new Levels(.35, 1e9, 2, 1)))
                .as("40 of 100 is not significantly more than 35 %")
                .isEmpty();
        assertThat(kinds(agents, new Levels(1, 1e9, .99, 1))).containsExactly("expensive_tasks");
        assertThat(
                        Insights.of(
                                fleet(List.of()),
                                List.of(new ProviderFailures("openai", 200, 110)),
                                1,
                                Levels.STANDARD,
                                PRICES,
                                UNKNOWN,
                                NOW))
                .extracting(Insight::kind)
                .containsExactly("failing_provider");
    }

    @Test
    void theMeanCostOfTasks_isALowerBound_whileTheCostOfSomeIsUnknown() {
        AgentOutcomes known = agent("a", "openai", 100, 60);
        AgentOutcomes bound = AgentOutcomesBuilder.builder(known).unpricedTasks(1).build();
        assertThat(titleOfExpensive(known)).startsWith("a spends $");
        assertThat(titleOfExpensive(bound)).startsWith("a spends at least $");
    }

    private static String titleOfExpensive(AgentOutcomes agent) {
        Levels levels = new Levels(1, 1e9, .99, 1);
        return Insights.of(fleet(List.of(agent)), List.of(), 1, levels, PRICES, UNKNOWN, NOW)
                .get(0)
                .title();
    }

    private static List<String> kinds(List<AgentOutcomes> agents, Levels levels) {
        return Insights.of(fleet(agents), List.of(), 1, levels, PRICES, UNKNOWN, NOW).stream()
                .map(Insight::kind)
                .toList();
    }

    private static AgentOutcomes planner(
            String id, String provider, String model, long input, long cached) {
        Outcomes o = new Outcomes(100, 100, 10, 1, 10);
        return AgentOutcomesBuilder.builder()
                .agentType("planner")
                .agentId(id)
                .provider(provider)
                .model(model)
                .tasks(o.tasks())
                .cost(o.cost())
                .costSquares(o.costSquares())
                .outcomes(o)
                .tasksWithInput(o.tasks())
                .inputTokens(input)
                .inputOfCached(input)
                .cachedInputTokens(cached)
                .priced(o)
                .build();
    }

    @Test
    void inputThatPeersCache_isReportedAsASaving() {
        List<AgentOutcomes> agents = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            long cached = i == 0 ? 0 : 60_000_000;
            agents.add(planner("a" + i, "openai", "gpt-5.1", 100_000_000, cached));
        }
        List<Insight> found = ofMonth(agents);
        assertThat(found).extracting(Insight::agentId).containsExactly("a0");
        // 60 million tokens at 1.25 against 0.125 dollars a million.
        assertThat(found.get(0).savingMonthlyUsd().value()).isCloseTo(67.5, within(1e-9));
    }

    @Test
    void aMillionTokensOfManyTasks_areNotOneLongPrompt() {
        List<AgentOutcomes> agents = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            long cached = i == 0 ? 0 : 60_000_000;
            agents.add(planner("a" + i, "anthropic", "claude-sonnet-4-5", 100_000_000, cached));
        }
        List<Insight> found = ofMonth(agents);
        // 60 million tokens at 3 against 0.3 dollars a million, not at 6 against 0.6.
        assertThat(found.get(0).savingMonthlyUsd().value()).isCloseTo(162, within(1e-9));
    }

    /** Not reported is not the same as not cached: there is nothing to advise. */
    @Test
    void anAgentThatReportsNoCachedInput_isNotComparedByIt() {
        List<AgentOutcomes> agents = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            long cached = i == 0 ? 0 : 80_000_000;
            agents.add(planner("a" + i, "openai", "gpt-5.1", 100_000_000, cached));
        }
        assertThat(ofMonth(agents)).extracting(Insight::agentId).containsExactly("a0");
        agents.set(0, AgentOutcomesBuilder.builder(agents.get(0)).inputOfCached(0).build());
        assertThat(ofMonth(agents)).isEmpty();
    }

    @Test
    void promptsFarLongerThanPeers_areReportedAsASaving() {
        List<AgentOutcomes> agents = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            long input = i == 0 ? 300_000_000 : 100_000_000 + i;
            agents.add(planner("a" + i, "openai", "gpt-5.1", input, input / 5));
        }
        List<Insight> found = ofMonth(agents);
        assertThat(found)
                .extracting(insight -> insight.kind() + " " + insight.agentId())
                .containsExactly("shorten_context a0");
        // 200 million tokens, a fifth of them at 0.125 and the rest at 1.25 dollars a million.
        assertThat(found.get(0).savingMonthlyUsd().value()).isCloseTo(205, within(.001));
    }

    /** Seven agents report the tokens of 40 of 100 tasks: their prompts are as long. */
    @Test
    void theLengthOfPrompts_isThatOfTasksThatReportTokens() {
        List<AgentOutcomes> agents = new ArrayList<>();
        agents.add(planner("a0", "openai", "gpt-5.1", 400_000_000, 80_000_000));
        for (int i = 1; i < 8; i++) {
            AgentOutcomes few = planner("a" + i, "openai", "gpt-5.1", 160_000_000, 32_000_000);
            agents.add(AgentOutcomesBuilder.builder(few).tasksWithInput(40).build());
        }
        assertThat(ofMonth(agents)).isEmpty();
    }

    @Test
    void forecast_isTheSpendAndTheMeanOfCompleteDays() {
        Map<LocalDate, Forecast.Spend> days = new TreeMap<>();
        LocalDate first = LocalDate.parse("2026-11-17");
        double[] usd = {3, 10, 12, 8, 10, 5};
        for (int i = 0; i < usd.length; i++) {
            days.put(first.plusDays(i), new Forecast.Spend(BigDecimal.valueOf(usd[i]), i));
        }
        Forecast forecast = Forecast.of(days, first, NOW);
        assertThat(forecast.spentUsd()).isEqualByComparingTo("48");
        assertThat(forecast.unpricedRequests()).isEqualTo(1 + 2 + 3 + 4 + 5);
        assertThat(forecast.days()).as("the first and today are not complete").isEqualTo(4);
        // 8.5 days of 10 dollars are left; s = sqrt(8/3), t(3) = 3.182.
        assertThat(forecast.expectedUsd()).isEqualByComparingTo("133.00");
        double half = 3.182 * Math.sqrt(8.0 / 3) * Math.sqrt(8.5 + 8.5 * 8.5 / 4);
        assertThat(forecast.highUsd().doubleValue()).isCloseTo(133 + half, within(.01));
        assertThat(Forecast.of(Map.of(), null, NOW).expectedUsd()).isNull();
    }
}
