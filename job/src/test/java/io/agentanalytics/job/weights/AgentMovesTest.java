package io.agentanalytics.job.weights;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.job.model.OutcomeKind;
import io.agentanalytics.job.model.TaskOutcome;
import io.agentanalytics.job.model.TaskOutcomeBuilder;
import io.agentanalytics.job.time.ScaledClock;
import java.util.List;
import java.util.Random;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AgentMovesTest {
    private KeyedOneInputStreamOperatorTestHarness<String, TaskOutcome, AgentMove> harness;
    private AgentMoves moves = new AgentMoves(ScaledClock.REAL);
    private final Random random = new Random(7);
    private double now;
    private int tasks;

    @BeforeEach
    void open() throws Exception {
        harness = newHarness();
        harness.open();
        harness.setProcessingTime(Requests.at(0));
    }

    private KeyedOneInputStreamOperatorTestHarness<String, TaskOutcome, AgentMove> newHarness()
            throws Exception {
        moves = new AgentMoves(ScaledClock.REAL);
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(moves), TaskOutcome::agentType, Types.STRING);
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    private void ended(String agent, String provider, String error) throws Exception {
        harness.processElement(
                TaskOutcomeBuilder.builder()
                        .kind(OutcomeKind.ENDED)
                        .timeMillis(Requests.at(now))
                        .taskId("task " + tasks++)
                        .version(1)
                        .agentId(agent)
                        .agentType("worker")
                        .provider(provider)
                        .rootTaskId("")
                        .succeeded(error.isEmpty())
                        .failed(!error.isEmpty())
                        .error(error)
                        .durationMillis(1000)
                        .costNanos(1)
                        .tokens(1)
                        .build(),
                0);
    }

    /** Each agent does one task per minute; most succeed. */
    private void minutes(int n, double badOnA, double badOnB, String error) throws Exception {
        for (int i = 0; i < n; i++) {
            now += 60;
            harness.setProcessingTime(Requests.at(now));
            for (int peer = 0; peer < 6; peer++) {
                ended("peer-" + peer, peer % 2 == 0 ? "a" : "b", fails(.1) ? error : "");
            }
            String provider = isMoved() ? "b" : "a";
            boolean bad = fails(provider.equals("a") ? badOnA : badOnB);
            ended("unhappy", provider, bad ? error : "");
        }
    }

    private boolean fails(double share) {
        return random.nextDouble() < share;
    }

    private AgentMove newest() {
        List<AgentMove> moves = harness.extractOutputValues();
        return moves.isEmpty() ? null : moves.get(moves.size() - 1);
    }

    private boolean isMoved() {
        return newest() != null && newest().avoided().containsKey("a");
    }

    @Test
    void tasksOfTooManyProvidersOrAgents_areCounted() throws Exception {
        for (int i = 0; i < 51; i++) {
            ended("agent 0", "provider " + i, "");
        }
        assertThat(moves.providersBeyondLimit.getCount()).isEqualTo(1);
        for (int i = 1; i < 10_001; i++) {
            ended("agent " + i, "provider 0", "");
        }
        assertThat(moves.agentsBeyondLimit.getCount()).isEqualTo(1);
    }

    @Test
    void failingAgent_isMovedToAProviderWherePeersSucceed() throws Exception {
        minutes(30, .9, .1, "unresolved");
        assertThat(isMoved()).isTrue();
        assertThat(newest().agentId()).isEqualTo("unhappy");
        assertThat(newest().avoided().get("a").reason())
                .matches(
                        "This agent solves [\\d.]+ % of its tasks here, its peers \\d+ % elsewhere.");
        assertThat(harness.extractOutputValues())
                .allSatisfy(move -> assertThat(move.agentId()).isEqualTo("unhappy"));
    }

    @Test
    void agentThatFailsEverywhere_returns_andDoesNotOscillate() throws Exception {
        minutes(30, .9, .9, "unresolved");
        assertThat(harness.extractOutputValues()).anyMatch(m -> m.avoided().containsKey("a"));
        int moves = 0;
        int minutesAway = 0;
        for (int minute = 0; minute < 240; minute++) {
            boolean before = isMoved();
            minutes(1, .9, .9, "unresolved");
            moves += before != isMoved() ? 1 : 0;
            minutesAway += isMoved() ? 1 : 0;
        }
        assertThat(moves).isBetween(1, 8);
        assertThat(minutesAway).isLessThan(120);
    }

    @Test
    void errorsOfAProvider_moveNoAgent() throws Exception {
        minutes(60, .9, .1, "server_error");
        minutes(60, .9, .1, "timeout");
        minutes(60, .9, .1, "content_filter");
        assertThat(harness.extractOutputValues()).isEmpty();
    }

    @Test
    void agentsWithEqualSuccess_areNotMoved() throws Exception {
        for (int i = 0; i < 3_000; i++) {
            now += 30;
            harness.setProcessingTime(Requests.at(now));
            for (int agent = 0; agent < 8; agent++) {
                ended(
                        "agent-" + agent,
                        random.nextBoolean() ? "a" : "b",
                        fails(.3) ? "unresolved" : "");
            }
        }
        assertThat(harness.extractOutputValues()).isEmpty();
    }

    @Test
    void theProviderIsTriedAgain_whenTheEvidenceIsOld() throws Exception {
        minutes(30, .9, .1, "unresolved");
        minutes(600, .1, .1, "unresolved");
        assertThat(isMoved()).isFalse();
        assertThat(newest().avoided()).isEmpty();
    }

    @Test
    void movesOutliveARestore_andSilentAgentsAreForgotten() throws Exception {
        minutes(30, .9, .1, "unresolved");
        OperatorSubtaskState snapshot = harness.snapshot(1, 0);
        harness.close();
        harness = newHarness();
        harness.initializeState(snapshot);
        harness.open();
        harness.setProcessingTime(Requests.at(now));
        ended("unhappy", "b", "");
        assertThat(isMoved()).isTrue();
        assertThat(harness.numKeyedStateEntries()).isPositive();
        harness.setProcessingTime(Requests.at(now + 13 * 3600));
        assertThat(harness.numKeyedStateEntries()).isZero();
    }
}
