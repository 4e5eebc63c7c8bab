package io.agentanalytics.job.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.agentanalytics.contract.weights.ProviderCondition;
import io.agentanalytics.contract.weights.RoutingPolicy;
import io.agentanalytics.contract.weights.RoutingPolicyBuilder;
import io.agentanalytics.contract.weights.RoutingSettings;
import io.agentanalytics.contract.weights.WeightDecision.Standing;
import io.agentanalytics.job.model.ProviderRequest;
import io.agentanalytics.job.model.RequestOutcome;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class WeightPolicyTest {
    private final PolicyState state = new PolicyState();
    private RoutingSettings settings = RoutingSettings.STANDARD;
    private double now;
    private int tasks;

    /** One request in this many has a reported start. */
    private int oneStartIn = 1;

    private WeightPolicy policy() {
        return new WeightPolicy(state, settings);
    }

    private WeightPolicy.PolicyShares decide() {
        return policy().decide(Requests.at(now));
    }

    private double share(String provider) {
        return decide().weights().getOrDefault(provider, 0.0);
    }

    /** A second of four requests at each provider, some of which fail. */
    private void second(Random random, Map<String, Double> failing, Map<String, Double> usd) {
        usd.forEach(
                (provider, cost) -> {
                    for (int i = 0; i < 4; i++) {
                        boolean fails = random.nextDouble() < failing.getOrDefault(provider, .01);
                        String task = "task " + tasks++;
                        policy().take(
                                        Requests.started(provider, task, now - 1),
                                        Requests.at(now - 1));
                        policy().take(
                                        Requests.ended(
                                                provider,
                                                task,
                                                now,
                                                fails
                                                        ? RequestOutcome.PROVIDER_ERROR
                                                        : RequestOutcome.OK,
                                                Math.exp(.3 * random.nextGaussian()),
                                                cost),
                                        Requests.at(now));
                    }
                });
        now++;
        if ((int) now % 5 == 0) {
            decide();
        }
    }

    private void seconds(int n, Map<String, Double> failing) {
        Random random = new Random(7 + tasks);
        for (int i = 0; i < n; i++) {
            second(random, failing, Map.of("cheap", .01, "costly", .03));
        }
    }

    @Test
    void cheaperProviderOfEqualQuality_getsTheTraffic() {
        seconds(60, Map.of());
        assertThat(share("cheap")).isGreaterThan(.95);
        assertThat(decide().weights().values().stream().mapToDouble(w -> w).sum())
                .isCloseTo(1, within(1e-12));
    }

    /** Answers of a provider that is free and ten times as fast. */
    private void answersOfFree(int n) {
        for (int i = 0; i < n; i++) {
            policy().take(
                            Requests.ended(
                                    "free", "free " + tasks++, now, RequestOutcome.OK, .1, 0),
                            Requests.at(now));
        }
    }

    @Test
    void aNewProvider_getsTheTrafficOnlyAsItsAnswersIncrease() {
        seconds(60, Map.of());
        answersOfFree(1);
        double one = share("free");
        assertThat(one).as("one request of eighty in ten seconds").isBetween(.01, .015);
        answersOfFree(4);
        assertThat(share("free")).as("five answers").isBetween(4.5 * one, 5 * one);
        assertThat(decide().standings().get("free").reason()).isEqualTo("New; answers so far: 5.");
        answersOfFree(15);
        assertThat(share("free")).as("twenty answers").isGreaterThan(.95);
    }

    @Test
    void aProviderPinnedToZero_leavesAllTrafficToNewProviders() {
        seconds(60, Map.of());
        settings = with(routing(Map.of("cheap", 0.0, "costly", 0.0), null, null));
        answersOfFree(1);

        assertThat(share("free")).isEqualTo(1);
        assertThat(share("cheap")).isZero();
    }

    @Test
    void aNewProvider_isLimitedByTheTrafficBeforeAPause() {
        seconds(60, Map.of());
        answersOfFree(1);
        for (int i = 0; i < 12 * 60; i++) {
            now += 60;
            decide();
        }
        assertThat(share("free")).as("half a day without traffic").isBetween(.015, .02);
    }

    @Test
    void aNewProvider_getsOnlyWhatTheOthersCannotTake() {
        seconds(60, Map.of());
        answersOfFree(1);
        settings = with(routing(null, null, .4));
        assertThat(share("cheap")).isCloseTo(.4, within(1e-9));
        assertThat(share("costly")).isCloseTo(.4, within(1e-9));
        assertThat(share("free")).isCloseTo(.2, within(1e-9));
    }

    @Test
    void aNewProvider_leavesTheRestToAPinnedOneThatWorks() {
        seconds(60, Map.of());
        answersOfFree(1);
        settings = with(routing(Map.of("cheap", .8), List.of("costly"), null));
        WeightPolicy.PolicyShares decided = decide();
        assertThat(decided.weights().get("free")).isBetween(.01, .015);
        assertThat(decided.weights().get("cheap"))
                .isCloseTo(1 - decided.weights().get("free"), within(1e-9));
        answersOfFree(20);
        assertThat(share("free")).isCloseTo(.2, within(1e-9));
    }

    @Test
    void aNewProvider_getsTheTrafficAtOnce_ifAllOthersFail() {
        seconds(60, Map.of());
        answersOfFree(1);
        seconds(4, Map.of("cheap", 1.0, "costly", 1.0));
        assertThat(share("free")).isGreaterThan(.95);
    }

    @Test
    void failingProvider_isDrainedAtOnce_andUsedAgainAfterRecovery() {
        seconds(60, Map.of());
        seconds(4, Map.of("cheap", 1.0));
        assertThat(share("cheap")).as("sixteen failures").isLessThan(.02);
        assertThat(decide().standings().get("cheap").state()).isEqualTo(ProviderCondition.OPEN);
        seconds(120, Map.of("cheap", 1.0));
        seconds(90, Map.of());
        assertThat(share("cheap")).as("healthy again for 90 seconds").isGreaterThan(.8);
    }

    /** Calls of a client that hides failed attempts; they take half a second. */
    private void calls(String provider, int n, RequestOutcome outcome) {
        for (int i = 0; i < n; i++) {
            policy().take(
                            Requests.afterRetries(
                                    Requests.ended(
                                            provider, "call " + tasks++, now, outcome, .5, .01)),
                            Requests.at(now));
        }
    }

    @Test
    void callsThatSucceedAfterRetries_doNotHideFailedAttempts() {
        seconds(60, Map.of());
        for (int i = 0; i < 6; i++) {
            calls("cheap", 100, RequestOutcome.OK);
            seconds(1, Map.of("cheap", 1.0));
        }
        assertThat(share("cheap")).isLessThan(.02);
        assertThat(decide().standings().get("cheap").reason()).doesNotContain("hide");
    }

    @Test
    void callsAfterRetries_countWhereNoClientReportsAttempts() {
        for (int i = 0; i < 60; i++, now++) {
            calls("cheap", 4, RequestOutcome.OK);
            calls("costly", 4, RequestOutcome.OK);
        }
        assertThat(decide().standings().get("cheap").reason()).contains("do not report attempts");
        calls("cheap", 20, RequestOutcome.PROVIDER_ERROR);
        assertThat(share("cheap")).isLessThan(.02);
    }

    @Test
    void firstSignOfAnOutage_isUrgent() {
        seconds(60, Map.of());
        assertThat(policy().isUrgent()).isFalse();
        for (int i = 0; i < 12; i++) {
            policy().take(
                            Requests.ended("cheap", "bad " + i, now, RequestOutcome.TIMEOUT, .5, 0),
                            Requests.at(now));
        }
        assertThat(policy().isUrgent()).isTrue();
        decide();
        assertThat(policy().isUrgent()).as("a decision was made").isFalse();
    }

    @ParameterizedTest
    @EnumSource(names = "NEUTRAL")
    void errorsOfTheRequest_leaveTheWeightsUnchanged(RequestOutcome outcome) {
        seconds(60, Map.of());
        WeightPolicy.PolicyShares before = decide();
        for (int i = 0; i < 500; i++) {
            policy().take(
                            Requests.ended("cheap", "agent's " + i, now, outcome, 1, 0),
                            Requests.at(now));
        }
        assertThat(policy().isUrgent()).isFalse();
        assertThat(decide().weights()).isEqualTo(before.weights());
    }

    @Test
    void hang_isDetectedBeforeAnyRequestEnds() {
        seconds(60, Map.of());
        double began = now;
        while (share("cheap") > .1 && now < began + 60) {
            for (int i = 0; i < 4; i++) {
                policy().take(Requests.started("cheap", "hangs " + tasks++, now), Requests.at(now));
            }
            now++;
        }
        assertThat(now - began).isLessThan(20);
        assertThat(decide().standings().get("cheap").reason()).startsWith("Hangs:");
    }

    @Test
    void quota_movesAllTrafficInOneDecision_andBackAtItsReset() {
        seconds(60, Map.of());
        double before = share("cheap");
        policy().take(
                        Requests.refused("cheap", "agent", now, RequestOutcome.QUOTA, now + 90),
                        Requests.at(now));
        assertThat(policy().isUrgent()).isTrue();
        assertThat(share("cheap")).isZero();
        assertThat(share("costly")).isEqualTo(1);
        assertThat(decide().standings().get("cheap").reason()).startsWith("Its quota is used up");
        now += 89;
        assertThat(share("cheap")).isZero();
        now += 2;
        assertThat(share("cheap")).isCloseTo(before, within(.05));
    }

    @Test
    void credentialsOfOneAgent_doNotCloseAProviderForAll() {
        seconds(60, Map.of());
        policy().take(
                        Requests.refused("cheap", "misconfigured", now, RequestOutcome.AUTH, -1),
                        Requests.at(now));
        assertThat(share("cheap")).isZero();
        now += 5;
        policy().take(
                        Requests.by(
                                Requests.ended("cheap", "other", now, RequestOutcome.OK, 1, .01),
                                "another"),
                        Requests.at(now));
        assertThat(share("cheap")).as("another agent succeeds").isGreaterThan(.9);
        policy().take(
                        Requests.refused("cheap", "third", now, RequestOutcome.AUTH, -1),
                        Requests.at(now));
        assertThat(share("cheap")).as("it was sent before the success").isGreaterThan(.9);
        now += 30;
        policy().take(
                        Requests.refused("cheap", "misconfigured", now, RequestOutcome.AUTH, -1),
                        Requests.at(now));
        assertThat(share("cheap")).as("only its own credentials fail").isGreaterThan(.9);
        policy().take(
                        Requests.refused("cheap", "another", now, RequestOutcome.AUTH, -1),
                        Requests.at(now));
        assertThat(share("cheap")).as("now those of another agent fail, too").isZero();
    }

    @Test
    void noProviderLeft_theLeastBadIsUsed() {
        seconds(60, Map.of());
        for (String provider : List.of("cheap", "costly")) {
            policy().take(
                            Requests.refused(
                                    provider, "agent", now, RequestOutcome.QUOTA, now + 90),
                            Requests.at(now));
        }
        assertThat(share("cheap")).isGreaterThan(.9);
    }

    @Test
    void refusals_changeTheCapacity_notTheHealth() {
        seconds(60, Map.of());
        double refused = 0;
        for (int i = 0; i < 300; i++) {
            double cheap = share("cheap");
            for (int k = 0; k < 10; k++) {
                String provider = k < Math.round(10 * cheap) ? "cheap" : "costly";
                boolean over = provider.equals("cheap") && k >= 4;
                refused += over && i >= 200 ? 1 : 0;
                String task = "task " + tasks++;
                policy().take(Requests.started(provider, task, now), Requests.at(now));
                RequestOutcome outcome = over ? RequestOutcome.RATE_LIMIT : RequestOutcome.OK;
                policy().take(
                                Requests.ended(
                                        provider,
                                        task,
                                        now + .9,
                                        outcome,
                                        .9,
                                        provider.equals("cheap") ? .01 : .03),
                                Requests.at(now + .9));
            }
            now++;
        }
        Standing standing = decide().standings().get("cheap");
        assertThat(standing.success()).isGreaterThan(.95);
        assertThat(standing.cap()).as("it accepts four per second").isBetween(2.5, 4.9);
        assertThat(standing.state()).isEqualTo(ProviderCondition.CAPPED);
        assertThat(refused / 1000).as("share of the last 1000 requests").isLessThan(.03);
    }

    /** A second of calls; {@code refusing} refuses more than {@code takes} per second. */
    private int second(Map<String, Integer> calls, String refusing, int takes) {
        int refused = 0;
        for (var each : calls.entrySet()) {
            for (int i = 0; i < each.getValue(); i++) {
                boolean over = each.getKey().equals(refusing) && i >= takes;
                refused += over ? 1 : 0;
                double at = now + i * .1;
                String task = "task " + tasks++;
                ProviderRequest end =
                        Requests.ended(
                                each.getKey(),
                                task,
                                at + .05,
                                over ? RequestOutcome.RATE_LIMIT : RequestOutcome.OK,
                                .05,
                                .01);
                if (tasks % oneStartIn == 0) {
                    policy().take(Requests.started(each.getKey(), task, at), Requests.at(at));
                } else {
                    end = Requests.withoutStart(end);
                }
                policy().take(end, Requests.at(at + .05));
            }
        }
        now++;
        if (policy().isUrgent() || (int) now % 5 == 0) {
            decide();
        }
        return refused;
    }

    private Standing standing(String provider) {
        return decide().standings().get(provider);
    }

    /** As observed live: agents that follow no weights cause refusals, whatever the router does. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, Integer.MAX_VALUE})
    void refusalsThatTheRouterDoesNotCause_doNotCloseAProvider_andAreForgotten(int oneStart) {
        oneStartIn = oneStart;
        Map<String, Integer> calls = Map.of("anthropic", 3, "gemini", 1, "openai", 6);
        int refused = 0;
        for (int i = 0; i < 300; i++) {
            refused += second(calls, "anthropic", 2);
            if (i > 90) {
                Standing standing = standing("anthropic");
                assertThat(standing.cap()).as("two per second are accepted").isBetween(1.7, 2.9);
            }
        }
        assertThat(refused).isEqualTo(300);
        assertThat(standing("anthropic").reason())
                .startsWith("Refused ")
                .contains(" calls in the last 2 min; takes about ");
        for (int i = 0; i < 65; i++) {
            second(calls, "", 0);
        }
        assertThat(standing("anthropic").cap())
                .as("three per second are accepted without refusals")
                .isGreaterThan(2.9);
        for (int i = 0; i < 180; i++) {
            second(calls, "", 0);
        }
        assertThat(standing("anthropic").cap()).as("forgotten in minutes").isNull();
        for (String provider : List.of("openai", "gemini")) {
            policy().take(
                            Requests.refused(provider, "a", now, RequestOutcome.QUOTA, now + 90),
                            Requests.at(now));
        }
        assertThat(share("anthropic")).as("at the next decision").isEqualTo(1);
    }

    @Test
    void reasonAndCounts_referToTheSameCalls() {
        seconds(60, Map.of());
        seconds(10, Map.of("cheap", 1.0));
        Standing standing = standing("cheap");
        assertThat(standing.recent().seconds()).isEqualTo(120);
        assertThat(standing.recent().calls()).isEqualTo(280);
        assertThat(standing.recent().failed()).isBetween(40, 50);
        assertThat(standing.recent().success())
                .isCloseTo(standing.recent().succeeded() / 280.0, within(1e-12));
        assertThat(standing.reason())
                .startsWith(
                        "Failed %d of 280 calls in the last 2 min"
                                .formatted(standing.recent().failed()));
        now += 130;
        assertThat(standing("cheap").recent().success()).as("unknown, not zero").isNull();
    }

    @Test
    void slowCalls_areNotReportedAsFailed() {
        seconds(60, Map.of());
        double began = now;
        while (standing("cheap").state() != ProviderCondition.OPEN && now < began + 60) {
            for (int i = 0; i < 4; i++) {
                policy().take(Requests.started("cheap", "slow " + tasks++, now), Requests.at(now));
            }
            now++;
        }
        Standing standing = standing("cheap");
        assertThat(standing.recent().failed()).isLessThan(8);
        assertThat(standing.reason())
                .matches(
                        "Hangs: \\d+ calls wait for an answer; failed %d of %d calls in the last 2 min\\."
                                .formatted(standing.recent().failed(), standing.recent().calls()));
    }

    @Test
    void successOfTheAgentThatWasRefused_endsThePause() {
        seconds(20, Map.of());
        for (int i = 0; i < 8; i++) {
            policy().take(
                            Requests.refused("cheap", "only", now, RequestOutcome.AUTH, -1),
                            Requests.at(now));
            now += 601;
            assertThat(standing("cheap").state())
                    .as("no pause is longer than ten minutes")
                    .isNotEqualTo(ProviderCondition.OPEN);
        }
        policy().take(
                        Requests.refused("cheap", "only", now, RequestOutcome.AUTH, -1),
                        Requests.at(now));
        now += 5;
        policy().take(
                        Requests.by(
                                Requests.ended("cheap", "good", now, RequestOutcome.OK, 1, .01),
                                "only"),
                        Requests.at(now));
        assertThat(standing("cheap").state()).isNotEqualTo(ProviderCondition.OPEN);
        policy().take(
                        Requests.refused("cheap", "only", now, RequestOutcome.AUTH, -1),
                        Requests.at(now));
        now += 61;
        assertThat(standing("cheap").state())
                .as("starts again with one minute")
                .isNotEqualTo(ProviderCondition.OPEN);
    }

    private static RoutingSettings with(RoutingPolicy policy) {
        return RoutingSettings.STANDARD.with(policy);
    }

    private static RoutingPolicy routing(
            Map<String, Double> pinned, List<String> excluded, Double maxShare) {
        return RoutingPolicyBuilder.builder()
                .scope("global")
                .pinned(pinned)
                .excluded(excluded)
                .maxShare(maxShare)
                .build();
    }

    @Test
    void settingsOfTheOperator_areApplied() {
        seconds(60, Map.of());
        settings = with(routing(Map.of("costly", .3), null, null));
        assertThat(share("costly")).isCloseTo(.3, within(1e-12));
        assertThat(share("cheap")).isCloseTo(.7, within(1e-12));
        settings = with(routing(null, List.of("cheap"), null));
        assertThat(share("cheap")).isZero();
        assertThat(share("costly")).isEqualTo(1);
        settings = with(routing(null, null, .6));
        assertThat(share("cheap")).isCloseTo(.6, within(1e-9));
        assertThat(share("costly")).isCloseTo(.4, within(1e-9));
        settings = with(routing(Map.of("costly", .3), List.of("cheap"), null));
        assertThat(share("costly")).as("pinned, and no other provider left").isEqualTo(1);
        settings = with(routing(Map.of("nobody", .5), null, null));
        assertThat(share("cheap")).as("an unknown provider gets no traffic").isGreaterThan(.9);
    }

    @Test
    void thePriceOfAFailure_changesTheShares() {
        Random random = new Random(5);
        for (int i = 0; i < 90; i++) {
            second(random, Map.of("cheap", .1), Map.of("cheap", .01, "costly", .02));
        }
        settings = with(priced(.01));
        assertThat(share("cheap")).as("failures are cheap").isGreaterThan(.5);
        settings = with(priced(1));
        assertThat(share("cheap")).as("failures are expensive").isLessThan(.05);
    }

    private static RoutingPolicy priced(double failure) {
        return RoutingPolicyBuilder.builder()
                .scope("global")
                .failureUsd(failure)
                .successUsd(.05)
                .build();
    }

    @Test
    void oldRequests_updateTheBaseline_notTheCurrentState() {
        for (int i = 0; i < 200; i++) {
            policy().learn(
                            Requests.ended("cheap", "old " + i, -1000, RequestOutcome.OK, 1, .01),
                            Requests.at(now));
        }
        assertThat(policy().isUrgent()).isFalse();
        Standing standing = decide().standings().get("cheap");
        assertThat(standing.success()).isGreaterThan(.99);
        assertThat(standing.costUsd()).isCloseTo(.01, within(.002));
        assertThat(state.rate).as("none of them is current traffic").isLessThan(.01);
    }

    @Test
    void aTimedOutRequest_isCountedOnce() {
        seconds(60, Map.of());
        for (int i = 0; i < 3; i++) {
            policy().take(Requests.started("cheap", "slow " + i, now), Requests.at(now));
        }
        double begin = now;
        while (now < begin + 200) {
            second(new Random(1), Map.of(), Map.of("costly", .03));
        }
        ProviderState cheap = state.providers.get("cheap");
        double failures = cheap.evidence.bad + cheap.evidence.freshBad;
        for (int i = 0; i < 3; i++) {
            policy().take(
                            Requests.ended(
                                    "cheap", "slow " + i, now, RequestOutcome.TIMEOUT, 200, 0),
                            Requests.at(now));
        }
        assertThat(cheap.evidence.bad + cheap.evidence.freshBad).isEqualTo(failures);
    }

    @Test
    void severalAgentsWithBadCredentials_closeAProviderOnceEach() {
        seconds(20, Map.of());
        for (int round = 0; round < 6; round++) {
            String bad = "bad " + round % 2;
            policy().take(
                            Requests.refused("cheap", bad, now, RequestOutcome.AUTH, -1),
                            Requests.at(now));
            boolean open = decide().standings().get("cheap").state() == ProviderCondition.OPEN;
            assertThat(open).as("refusal %d", round).isEqualTo(round < 2);
            now += 1;
            policy().take(
                            Requests.by(
                                    Requests.ended(
                                            "cheap",
                                            "good " + round,
                                            now + .9,
                                            RequestOutcome.OK,
                                            .5,
                                            .01),
                                    "good"),
                            Requests.at(now + 1));
            now += 2;
        }
    }

    @Test
    void aResetInThePast_closesForAMinute_alsoAfterManyRefusals() {
        seconds(20, Map.of());
        for (int i = 0; i < 7; i++) {
            policy().take(
                            Requests.refused(
                                    "cheap",
                                    "agent",
                                    now + i / 10.0,
                                    RequestOutcome.QUOTA,
                                    now - 1),
                            Requests.at(now + i / 10.0));
        }
        now += 62;
        assertThat(decide().standings().get("cheap").state()).isNotEqualTo(ProviderCondition.OPEN);
    }

    @Test
    void anExcludedProviderWithoutRequests_hasAWeightOfZero() {
        settings =
                settings.with(
                        RoutingPolicyBuilder.builder()
                                .scope("global")
                                .excluded(List.of("mistral"))
                                .build());
        seconds(20, Map.of());
        assertThat(decide().weights()).containsEntry("mistral", 0.0);
    }

    @Test
    void anExcludedProviderIsNotForgotten() {
        seconds(20, Map.of());
        settings = with(routing(null, List.of("cheap"), null));
        now += 2 * 86_400;
        Random random = new Random(1);
        second(random, Map.of(), Map.of("costly", .03, "new", .03));
        WeightPolicy.PolicyShares decided = decide();
        assertThat(decided.standings().get("cheap").state()).isEqualTo(ProviderCondition.EXCLUDED);
        settings = with(routing(null, null, null));
        assertThat(decide().standings()).doesNotContainKey("cheap");
    }

    @Test
    void aStartDuringAnOutage_knowsTheBaseline_inAnyOrderOfReading() {
        for (int i = 0; i < 40; i++) {
            RequestOutcome bad = RequestOutcome.PROVIDER_ERROR;
            policy().take(Requests.ended("sick", "now " + i, i, bad, .5, 0), Requests.at(i));
            policy().take(
                            Requests.ended("well", "well " + i, i, RequestOutcome.OK, 1, .02),
                            Requests.at(i));
            for (int past = 0; past < 200 && i < 20; past++) {
                // Healthy for ten minutes, then failing for two.
                RequestOutcome then = i < 17 ? RequestOutcome.OK : bad;
                policy().learn(
                                Requests.ended("sick", "past " + i + past, -300, then, 1, .01),
                                Requests.at(i));
            }
        }
        now = 40;
        Standing sick = decide().standings().get("sick");
        assertThat(sick.state()).isEqualTo(ProviderCondition.OPEN);
        // The usual rate of failures is 15 %.
        assertThat(sick.reason())
                .matches("Failed 40 of 40 calls in the last 2 min, usually 1\\d %\\.");
    }

    @Test
    void aProviderThatNeverWorked_isDrained_andReportedAsFailing() {
        seconds(60, Map.of("cheap", 1.0));
        Standing standing = decide().standings().get("cheap");
        assertThat(standing.state()).isEqualTo(ProviderCondition.OPEN);
        assertThat(standing.reason()).startsWith("Failed ");
    }

    @Test
    void manyRequestsPerSecond_areSampled_andHangsAreDetected() {
        Random random = new Random(11);
        for (int i = 0; i < 60; i++) {
            for (int k = 0; k < 400; k++) {
                String task = "task " + tasks++;
                double start = now + k / 400.0;
                policy().take(Requests.started("cheap", task, start), Requests.at(start));
                policy().take(
                                Requests.ended(
                                        "cheap",
                                        task,
                                        start + .2,
                                        RequestOutcome.OK,
                                        .2 * Math.exp(.3 * random.nextGaussian()),
                                        .01),
                                Requests.at(start + .2));
                if (k % 40 == 0) {
                    policy().take(
                                    Requests.ended(
                                            "costly",
                                            "d" + tasks,
                                            start,
                                            RequestOutcome.OK,
                                            1,
                                            .03),
                                    Requests.at(start));
                }
            }
            now++;
            decide();
        }
        OutstandingRequests flights = state.providers.get("cheap").flights;
        assertThat(flights.oneIn).isGreaterThan(16);
        double began = now;
        while (share("cheap") > .1 && now < began + 60) {
            for (int k = 0; k < 400; k++) {
                policy().take(
                                Requests.started("cheap", "hangs " + tasks++, now + k / 400.0),
                                Requests.at(now + k / 400.0));
            }
            now++;
            assertThat(flights.flights.size()).as("bounded").isLessThan(1200);
        }
        assertThat(now - began).isLessThan(20);
    }

    @Test
    void theNumberOfProviders_isBounded() {
        for (int i = 0; i < 500; i++) {
            policy().take(
                            Requests.ended("p" + i, "t" + i, now, RequestOutcome.OK, 1, .01),
                            Requests.at(now));
        }
        assertThat(decide().weights()).hasSizeLessThanOrEqualTo(50);
        now += 90_000;
        assertThat(decide().weights()).as("a day without requests").isNotEmpty();
        policy().take(
                        Requests.ended("p0", "next", now, RequestOutcome.OK, 1, .01),
                        Requests.at(now));
        assertThat(decide().weights()).as("others are forgotten").containsOnlyKeys("p0");
    }

    /** Shares follow from three published numbers by the documented rule. */
    @Test
    void everyShareCanBeComputedFromThePublishedNumbers() {
        Random random = new Random(1);
        Map<String, Double> usd = Map.of("a", .010, "b", .0105, "c", .012, "d", .03);
        for (int i = 0; i < 40; i++) {
            second(random, Map.of("c", .05), usd);
        }
        settings = with(routing(Map.of("d", .1), null, .5));
        WeightPolicy.PolicyShares decided = decide();
        List<String> free = List.of("a", "b", "c");
        double[] expected =
                PublishedRule.shares(free.stream().map(decided.standings()::get).toList());
        for (int i = 0; i < free.size(); i++) {
            assertThat(decided.weights().get(free.get(i)))
                    .isCloseTo(.9 * expected[i], within(1e-9));
        }
        assertThat(decided.weights().get("d")).isCloseTo(.1, within(1e-12));
    }
}
