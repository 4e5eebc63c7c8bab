package io.agentanalytics.job.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.agentanalytics.contract.weights.ProviderCondition;
import io.agentanalytics.contract.weights.RoutingMode;
import io.agentanalytics.contract.weights.RoutingPolicy;
import io.agentanalytics.contract.weights.RoutingPolicyBuilder;
import io.agentanalytics.contract.weights.WeightDecision;
import io.agentanalytics.job.model.PolicyChange;
import io.agentanalytics.job.model.ProviderRequest;
import io.agentanalytics.job.model.RequestOutcome;
import io.agentanalytics.job.time.ScaledClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.co.CoBroadcastWithKeyedOperator;
import org.apache.flink.streaming.util.KeyedBroadcastOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WeightFunctionTest {
    private KeyedBroadcastOperatorTestHarness<String, ScopedInput, PolicyChange, WeightDecision>
            harness;
    private double now;
    private int tasks;

    @BeforeEach
    void open() throws Exception {
        harness = newHarness();
        harness.open();
        harness.setProcessingTime(Requests.at(0));
    }

    private static KeyedBroadcastOperatorTestHarness<
                    String, ScopedInput, PolicyChange, WeightDecision>
            newHarness() throws Exception {
        return new KeyedBroadcastOperatorTestHarness<>(
                new CoBroadcastWithKeyedOperator<>(
                        new WeightFunction(ScaledClock.REAL), List.of(WeightFunction.POLICIES)),
                ScopedInput::scope,
                Types.STRING,
                1,
                1,
                0);
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    private void send(String scope, ProviderRequest request) throws Exception {
        ScopedInput input = new ScopedInput(scope, Requests.withoutStart(request), null);
        harness.processElement(input, 0);
    }

    private void pass(int seconds) throws Exception {
        now += seconds;
        harness.setProcessingTime(Requests.at(now));
    }

    private void traffic(String scope, int seconds, String failing) throws Exception {
        for (int i = 0; i < seconds; i++) {
            for (String provider : List.of("cheap", "costly")) {
                for (int k = 0; k < 4; k++) {
                    RequestOutcome outcome =
                            provider.equals(failing)
                                    ? RequestOutcome.PROVIDER_ERROR
                                    : RequestOutcome.OK;
                    send(
                            scope,
                            Requests.ended(
                                    provider,
                                    "task " + tasks++,
                                    now,
                                    outcome,
                                    1,
                                    provider.equals("cheap") ? .01 : .03));
                }
            }
            pass(1);
        }
    }

    private void set(RoutingPolicy policy) throws Exception {
        harness.processBroadcastElement(new PolicyChange(policy.scope(), policy), 0);
    }

    private List<WeightDecision> decisions() {
        return harness.extractOutputValues();
    }

    private List<WeightRecord> records() {
        List<WeightRecord> records = new ArrayList<>();
        var out = harness.getSideOutput(WeightFunction.RECORDS);
        if (out != null) {
            out.forEach(record -> records.add(record.getValue()));
        }
        return records;
    }

    private WeightRecord newest() {
        return records().get(records().size() - 1);
    }

    private static RoutingPolicy policy(String scope, RoutingMode mode, List<String> levels) {
        return RoutingPolicyBuilder.builder()
                .scope(scope)
                .mode(mode == null ? null : mode.wireName())
                .levels(levels)
                .by("test")
                .build();
    }

    @Test
    void decidesEveryFiveSeconds_publishesChangesAndHeartbeats() throws Exception {
        traffic("global", 60, "");
        assertThat(decisions()).hasSize(12);
        int published = records().size();
        assertThat(published).isBetween(1, 11);
        for (int i = 0; i < 12; i++) {
            pass(5);
        }
        assertThat(decisions()).hasSize(24);
        assertThat(records().size() - published).as("one heartbeat per 30 seconds").isBetween(2, 6);
        WeightDecision decision = newest().decision();
        assertThat(decision.validUntil()).isEqualTo(decision.producedAt().plusSeconds(60));
        assertThat(decision.weights().get("cheap")).isGreaterThan(.9);
    }

    @Test
    void changeOfABreaker_isPublishedAtOnce() throws Exception {
        traffic("global", 61, "");
        int before = decisions().size();
        for (int i = 0; i < 12; i++) {
            send("global", Requests.ended("cheap", "bad " + i, now, RequestOutcome.TIMEOUT, 1, 0));
        }
        assertThat(decisions()).as("before the next tick").hasSizeGreaterThan(before);
        assertThat(newest().decision().weights().get("cheap")).isLessThan(.05);
        var changes = harness.getSideOutput(WeightFunction.CHANGES);
        WeightChange last = null;
        for (var change : changes) {
            last = change.getValue().provider().equals("cheap") ? change.getValue() : last;
        }
        assertThat(last.standing().reason())
                .isEqualTo("Failed 4 of 248 calls in the last 2 min, usually 0.4 %.");
        assertThat(last.before()).isGreaterThan(.9);
        assertThat(last.weight()).isLessThan(.05);
    }

    @Test
    void versionsGrow_alsoAfterARestoreFromLongAgo() throws Exception {
        traffic("global", 30, "");
        OperatorSubtaskState snapshot = harness.snapshot(1, 0);
        traffic("global", 30, "");
        List<WeightDecision> before = decisions();
        harness.close();
        harness = newHarness();
        harness.initializeState(snapshot);
        harness.open();
        // The clock of the machine that continues is five minutes behind.
        now -= 300;
        harness.setProcessingTime(Requests.at(now));
        traffic("global", 30, "");
        assertThat(decisions()).hasSizeGreaterThan(4);
        List<Long> versions = new ArrayList<>();
        before.forEach(d -> versions.add(d.version()));
        decisions().forEach(d -> versions.add(d.version()));
        assertThat(versions).isSorted().doesNotHaveDuplicates().hasSizeGreaterThan(11);
    }

    @Test
    void versionsGrow_alsoAfterTwoRestoresFromOneSnapshot() throws Exception {
        traffic("global", 30, "");
        OperatorSubtaskState snapshot = harness.snapshot(1, 0);
        List<Long> versions = new ArrayList<>();
        for (int restore = 0; restore < 3; restore++) {
            harness.close();
            harness = newHarness();
            harness.initializeState(snapshot);
            harness.open();
            now += 3;
            harness.setProcessingTime(Requests.at(now));
            traffic("global", 30, "");
            decisions().forEach(d -> versions.add(d.version()));
        }
        assertThat(versions).isSorted().doesNotHaveDuplicates().hasSizeGreaterThan(15);
    }

    @Test
    void restored_decisionsEqualThoseWithoutARestart() throws Exception {
        traffic("global", 60, "");
        OperatorSubtaskState snapshot = harness.snapshot(1, 0);
        double then = now;
        int task = tasks;
        traffic("global", 10, "cheap");
        Map<String, Double> without = decisions().get(decisions().size() - 1).weights();
        harness.close();
        harness = newHarness();
        harness.initializeState(snapshot);
        harness.open();
        now = then;
        tasks = task;
        harness.setProcessingTime(Requests.at(now));
        traffic("global", 10, "cheap");
        assertThat(decisions().get(decisions().size() - 1).weights()).isEqualTo(without);
    }

    @Test
    void frozen_routersKeepTheirWeights() throws Exception {
        traffic("global", 60, "");
        double before = newest().decision().weights().get("cheap");
        set(policy("global", RoutingMode.FREEZE, null));
        traffic("global", 60, "cheap");
        assertThat(newest().decision().weights().get("cheap")).isCloseTo(before, within(.01));
        assertThat(newest().decision().mode()).isEqualTo(RoutingMode.FREEZE);
        set(policy("global", RoutingMode.LIVE, null));
        traffic("global", 6, "cheap");
        assertThat(newest().decision().weights().get("cheap")).isLessThan(.05);
    }

    @Test
    void cleared_routersHaveNoWeights_untilResumed() throws Exception {
        traffic("global", 30, "");
        set(policy("global", RoutingMode.CLEAR, null));
        traffic("global", 6, "");
        assertThat(newest().decision()).isNull();
        int published = records().size();
        traffic("global", 60, "");
        assertThat(records()).as("withdrawn once").hasSize(published);
        harness.processBroadcastElement(new PolicyChange("global", null), 0);
        traffic("global", 6, "");
        assertThat(newest().decision()).isNotNull();
    }

    @Test
    void recommended_isDecidedAndExplained_butNotPublished() throws Exception {
        set(policy("global", RoutingMode.RECOMMEND, null));
        traffic("global", 60, "");
        assertThat(records()).isEmpty();
        assertThat(decisions()).hasSize(12);
        assertThat(decisions().get(11).mode()).isEqualTo(RoutingMode.RECOMMEND);
        assertThat(harness.getSideOutput(WeightFunction.CHANGES)).isNotEmpty();
    }

    @Test
    void agentTypes_haveWeights_whereThePolicyAllowsIt() throws Exception {
        String worker = "agent_type:worker";
        traffic(worker, 20, "");
        assertThat(decisions()).isEmpty();
        set(policy("global", null, List.of("agent_type")));
        traffic(worker, 20, "");
        assertThat(newest().scope()).isEqualTo(worker);
        set(policy("global", null, List.of()));
        traffic(worker, 6, "");
        assertThat(newest()).isEqualTo(new WeightRecord(worker, null));
        assertThat(scopesWithState()).isEmpty();
        assertThat(harness.numProcessingTimeTimers()).isZero();
        set(policy(worker, null, null));
        traffic(worker, 20, "");
        assertThat(newest().decision()).as("by its own policy").isNotNull();
    }

    /** Returns the scopes with state in a snapshot. */
    private List<String> scopesWithState() throws Exception {
        harness.snapshot(1, 0);
        var operator = (AbstractStreamOperator<?>) harness.getOperator();
        var type = Types.TUPLE(Types.STRING, TypeInformation.of(ScopeState.class));
        var scopes =
                operator.getOperatorStateBackend()
                        .getUnionListState(new ListStateDescriptor<>("scopes", type));
        List<String> names = new ArrayList<>();
        scopes.get().forEach(scope -> names.add(scope.getField(0)));
        return names;
    }

    @Test
    void scopeThatEnds_leavesNoTimerAndNoState() throws Exception {
        set(policy("global", null, List.of("agent_type")));
        traffic("agent_type:worker", 20, "");
        assertThat(scopesWithState()).containsExactly("agent_type:worker");
        for (int i = 0; i < 730; i++) {
            pass(5);
        }
        assertThat(newest()).isEqualTo(new WeightRecord("agent_type:worker", null));
        assertThat(scopesWithState()).isEmpty();
        assertThat(harness.numProcessingTimeTimers()).isZero();
    }

    @Test
    void requestOfHoursAgo_isIgnored() throws Exception {
        send("global", Requests.ended("cheap", "old", now - 9000, RequestOutcome.OK, 1, 0));
        pass(5);
        assertThat(decisions()).isEmpty();
        assertThat(scopesWithState()).isEmpty();
        assertThat(harness.numProcessingTimeTimers()).isZero();
    }

    private void move(String agent, String... avoided) throws Exception {
        Map<String, AgentMove.Avoided> all = new HashMap<>();
        for (String provider : avoided) {
            all.put(provider, new AgentMove.Avoided(Requests.at(now), "fails here"));
        }
        harness.processElement(
                new ScopedInput("global", null, new AgentMove(agent, "worker", all)), 0);
    }

    private WeightRecord newest(String scope) {
        WeightRecord newest = null;
        for (WeightRecord record : records()) {
            newest = record.scope().equals(scope) ? record : newest;
        }
        return newest;
    }

    @Test
    void agentsAreMoved_whereThePolicyAllowsIt_andReturn() throws Exception {
        traffic("global", 60, "");
        move("agent", "cheap");
        traffic("global", 6, "");
        assertThat(newest("agent:agent")).as("not allowed").isNull();
        set(policy("global", null, List.of("agent")));
        move("agent", "cheap");
        traffic("global", 6, "");
        WeightDecision moved = newest("agent:agent").decision();
        assertThat(moved.weights().get("cheap")).isZero();
        assertThat(moved.weights().get("costly")).isCloseTo(1, within(1e-9));
        assertThat(moved.providers().get("cheap").state()).isEqualTo(ProviderCondition.EXCLUDED);
        assertThat(moved.providers().get("cheap").reason()).isEqualTo("fails here");
        assertThat(newest("global").decision().weights().get("cheap"))
                .as("for all others")
                .isGreaterThan(.9);
        OperatorSubtaskState snapshot = harness.snapshot(1, 0);
        harness.close();
        harness = newHarness();
        harness.initializeState(snapshot);
        harness.open();
        harness.setProcessingTime(Requests.at(now));
        traffic("global", 40, "");
        WeightDecision restored = newest("agent:agent").decision();
        assertThat(restored.version()).isGreaterThan(moved.version());
        assertThat(restored.weights().get("cheap")).isZero();
        move("agent");
        traffic("global", 6, "");
        assertThat(newest("agent:agent")).isEqualTo(new WeightRecord("agent:agent", null));
    }

    @Test
    void agentsWithoutAlternative_keepTheWeightsOfTheirScope() throws Exception {
        set(policy("global", null, List.of("agent")));
        traffic("global", 60, "");
        move("agent", "cheap", "costly");
        traffic("global", 6, "");
        WeightDecision agents = newest("agent:agent").decision();
        assertThat(agents.weights()).isEqualTo(newest("global").decision().weights());
    }

    @Test
    void weightsOfAnAgent_areWithdrawn_whenItsTypeDecides() throws Exception {
        set(policy("global", null, List.of("agent")));
        traffic("global", 60, "");
        move("agent", "cheap");
        traffic("global", 6, "");
        assertThat(newest("agent:agent").decision()).isNotNull();
        set(policy("global", null, List.of("agent", "agent_type")));
        traffic("global", 6, "");
        assertThat(newest("agent:agent").decision()).isNull();
    }

    @Test
    void anAgentMovedToAFailingProvider_mayReturn() throws Exception {
        set(policy("global", null, List.of("agent")));
        traffic("global", 60, "");
        move("agent", "cheap");
        traffic("global", 60, "costly");
        assertThat(newest("agent:agent").decision().weights().get("cheap")).isGreaterThan(.9);
    }

    @Test
    void aMoveThatIsNotRepeated_ends() throws Exception {
        set(policy("global", null, List.of("agent")));
        traffic("global", 60, "");
        move("agent", "cheap");
        for (int i = 0; i < 125; i++) {
            traffic("global", 1, "");
            pass(59);
        }
        assertThat(newest("agent:agent").decision()).isNull();
    }

    @Test
    void afterALongDowntime_requestsInFlightAreNoFailures() throws Exception {
        traffic("global", 60, "");
        for (int i = 0; i < 40; i++) {
            send("global", Requests.started("cheap", "flying " + i, now));
        }
        OperatorSubtaskState snapshot = harness.snapshot(1, 0);
        harness.close();
        harness = newHarness();
        harness.initializeState(snapshot);
        harness.open();
        now += 240;
        harness.setProcessingTime(Requests.at(now));
        traffic("global", 6, "");
        assertThat(newest("global").decision().providers().get("cheap").state())
                .isNotIn(ProviderCondition.OPEN, ProviderCondition.HALF_OPEN);
        assertThat(newest("global").decision().weights().get("cheap")).isGreaterThan(.9);
    }

    @Test
    void agentsOfATypeWithWeights_followItsWeights() throws Exception {
        set(policy("global", null, List.of("agent", "agent_type")));
        traffic("global", 30, "");
        move("agent", "cheap");
        traffic("global", 6, "");
        assertThat(newest("agent:agent")).as("its type decides").isNull();
    }

    @Test
    void afterTheClockWasSetBack_decisionsAndHeartbeatsGoOn() throws Exception {
        traffic("global", 62, "");
        int decided = decisions().size();
        int published = records().size();
        now -= 600;
        pass(0);
        traffic("global", 60, "");

        assertThat(decisions().size() - decided).isBetween(11, 13);
        assertThat(records().size() - published).isGreaterThanOrEqualTo(2);
        assertThat(decisions()).extracting(WeightDecision::version).isSorted();
        double perSecond = newest().decision().providers().get("cheap").requestsPerSecond();
        assertThat(perSecond).isCloseTo(4, within(1.0));
    }

    @Test
    void afterTheClockWasSetBack_noChangeHasTheTimeOfAnEarlierOne() throws Exception {
        traffic("global", 30, "");
        now -= 600;
        pass(0);
        traffic("global", 30, "cheap");
        List<Instant> times =
                harness.getSideOutput(WeightFunction.CHANGES).stream()
                        .map(change -> change.getValue())
                        .filter(change -> change.provider().equals("cheap"))
                        .map(WeightChange::at)
                        .toList();

        assertThat(times).isSorted().doesNotHaveDuplicates().hasSizeGreaterThan(1);
        assertThat(times.get(times.size() - 1)).isBefore(Instant.ofEpochMilli(Requests.at(31)));
    }
}
