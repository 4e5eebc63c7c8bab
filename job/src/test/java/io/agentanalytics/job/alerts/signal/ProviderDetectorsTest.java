package io.agentanalytics.job.alerts.signal;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.Figure;
import io.agentanalytics.contract.Histogram;
import io.agentanalytics.contract.Pane;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.job.model.Scope;
import io.agentanalytics.job.model.WindowRow;
import io.agentanalytics.job.model.WindowRowBuilder;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.util.KeyedBroadcastOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProviderDetectorsTest {
    private static final int PANES_PER_HOUR = 360;

    private ProviderDetectors detectors = new ProviderDetectors(List.of());
    private KeyedBroadcastOperatorTestHarness<String, WindowRow, AlertRule, Signal> harness;
    private Scope scope = Scope.provider("openai", "gpt-5");

    @BeforeEach
    void open() throws Exception {
        harness = newHarness();
        harness.open();
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    private KeyedBroadcastOperatorTestHarness<String, WindowRow, AlertRule, Signal> newHarness()
            throws Exception {
        detectors =
                new ProviderDetectors(
                        List.of(
                                AlertRule.standard(AlertType.PROVIDER_ISSUES),
                                AlertRule.standard(AlertType.PROVIDER_QUOTA)));
        return DetectorHarness.of(detectors, row -> "providers");
    }

    /** All figures of a pane, as the rollup restates them. */
    private void pane(int pane, long requests, Figure failures, long failed) throws Exception {
        pane(pane, requests, failures, failed, 0, 0);
    }

    /** A pane with requests that clients report once their retries are over. */
    private void pane(
            int pane, long requests, Figure failures, long failed, long calls, long failedCalls)
            throws Exception {
        long[] figures = new long[Figure.COUNT];
        figures[Figure.REQUESTS.ordinal()] = requests;
        figures[failures.ordinal()] = failed;
        figures[Figure.REQUESTS_AFTER_RETRIES.ordinal()] = calls;
        figures[Figure.FAULTS_AFTER_RETRIES.ordinal()] = failedCalls;
        long start = pane * Pane.MILLIS;
        WindowRow row =
                WindowRowBuilder.builder()
                        .scope(scope)
                        .seconds(Pane.SECONDS)
                        .start(start)
                        .closed(true)
                        .figures(figures)
                        .requestLatency(new Histogram().toBytes())
                        .taskDuration(new Histogram().toBytes())
                        .build();
        harness.processElement(row, start);
    }

    /** Adds a pane of calls of one model that all take this long. */
    private void timed(int pane, String model, int calls, long millis) throws Exception {
        long[] figures = new long[Figure.COUNT];
        figures[Figure.REQUESTS.ordinal()] = calls;
        Histogram latency = new Histogram();
        for (int i = 0; i < calls; i++) {
            latency.add(millis);
        }
        long start = pane * Pane.MILLIS;
        WindowRow row =
                WindowRowBuilder.builder()
                        .scope(Scope.provider(scope.provider(), model))
                        .seconds(Pane.SECONDS)
                        .start(start)
                        .closed(true)
                        .figures(figures)
                        .requestLatency(latency.toBytes())
                        .taskDuration(new Histogram().toBytes())
                        .build();
        harness.processElement(row, start);
    }

    private void reach(int pane) throws Exception {
        harness.watermark(pane * Pane.MILLIS);
    }

    private List<String> signals() {
        return harness.extractOutputValues().stream()
                .filter(s -> s.kind() != SignalKind.MEASURED)
                .map(s -> s.rule().ruleId() + " " + s.kind())
                .toList();
    }

    @Test
    void aFailingProviderIsRaised_andClearedWhenItRecovers() throws Exception {
        pane(1, 60, Figure.ERRORS_SERVER_ERROR, 30);
        reach(2);
        assertThat(signals()).startsWith("provider_issues RAISED");
        for (int i = 2; i < 30; i++) {
            pane(i, 60, Figure.ERRORS_SERVER_ERROR, 0);
            reach(i + 1);
        }
        assertThat(signals()).endsWith("provider_issues CLEARED");
    }

    /** Routers leave a failing provider a few requests. */
    @Test
    void aFailingProviderThatIsAvoided_isClearedWhenItsFewRequestsSucceed() throws Exception {
        pane(1, 60, Figure.ERRORS_SERVER_ERROR, 60);
        reach(2);
        for (int i = 2; i < 60; i++) {
            pane(i, i % 6 == 0 ? 1 : 0, Figure.ERRORS_SERVER_ERROR, i % 6 == 0 ? 1 : 0);
            reach(i + 1);
        }
        assertThat(signals()).noneMatch(signal -> signal.endsWith("CLEARED"));
        for (int i = 60; i < 90; i++) {
            pane(i, i % 6 == 0 ? 1 : 0, Figure.ERRORS_SERVER_ERROR, 0);
            reach(i + 1);
        }
        assertThat(signals()).endsWith("provider_issues CLEARED");
    }

    @Test
    void aFailingProviderThatNobodyCallsAnyMore_isClearedAfterHalfAnHour() throws Exception {
        pane(1, 60, Figure.ERRORS_SERVER_ERROR, 60);
        reach(2);
        for (int i = 2; i < 200; i++) {
            pane(i, 0, Figure.ERRORS_SERVER_ERROR, 0);
            reach(i + 1);
            if (i == 170) {
                assertThat(signals()).noneMatch(signal -> signal.endsWith("CLEARED"));
            }
        }
        assertThat(signals()).endsWith("provider_issues CLEARED");
    }

    @Test
    void aModelThatAlwaysReasonsForAMinute_isNotSlow() throws Exception {
        for (int i = 1; i < 60; i++) {
            timed(i, "fast", 4, 2_000);
            timed(i, "reasoning", 4, 60_000);
            reach(i + 1);
        }
        assertThat(signals()).isEmpty();
    }

    @Test
    void aFastModelThatBecomesSlow_isRaised_andClearedWhenItIsFastAgain() throws Exception {
        for (int i = 1; i < 60; i++) {
            timed(i, "fast", 8, 1_500);
            reach(i + 1);
        }
        for (int i = 60; i < 180; i++) {
            timed(i, "fast", 8, 15_000);
            reach(i + 1);
        }
        assertThat(signals()).containsExactly("high_response_time RAISED");
        for (int i = 180; i < 210; i++) {
            timed(i, "fast", 8, 1_500);
            reach(i + 1);
        }
        assertThat(signals()).endsWith("high_response_time CLEARED");
    }

    @Test
    void aModelThatStaysSlowForADay_isAsUsual() throws Exception {
        for (int i = 1; i < 200; i++) {
            timed(i, "fast", 20, 1_500);
            reach(i + 1);
        }
        for (int i = 200; i < 200 + 25 * PANES_PER_HOUR; i++) {
            timed(i, "fast", 20, 15_000);
            reach(i + 1);
            if (i == 200 + 23 * PANES_PER_HOUR) {
                assertThat(signals()).containsExactly("high_response_time RAISED");
            }
        }
        assertThat(signals())
                .containsExactly("high_response_time RAISED", "high_response_time CLEARED");
    }

    @Test
    void usualLatencies_areKeptOverANight_andARestart() throws Exception {
        for (int i = 1; i < 60; i++) {
            timed(i, "fast", 8, 1_500);
            reach(i + 1);
        }
        int morning = 12 * PANES_PER_HOUR;
        reach(morning);
        OperatorSubtaskState state = harness.snapshot(1, 1);
        harness.close();
        harness = newHarness();
        harness.initializeState(state);
        harness.open();
        reach(morning);
        for (int i = morning; i < morning + 10; i++) {
            timed(i, "fast", 8, 15_000);
            reach(i + 1);
        }
        assertThat(signals()).containsExactly("high_response_time RAISED");
    }

    @Test
    void aRestatedPane_countsOnlyItsDifference_alsoAfterARestart() throws Exception {
        pane(1, 60, Figure.ERRORS_QUOTA, 0);
        reach(2);
        OperatorSubtaskState state = harness.snapshot(1, 1);
        harness.close();
        harness = newHarness();
        harness.initializeState(state);
        harness.open();
        reach(2);
        pane(1, 60, Figure.ERRORS_QUOTA, 0);
        reach(3);
        assertThat(signals()).isEmpty();
        pane(1, 61, Figure.ERRORS_QUOTA, 1);
        reach(4);

        assertThat(signals()).containsExactly("provider_quota RAISED");
        assertThat(harness.extractOutputValues().get(0).evidence().value()).isEqualTo(1);
    }

    private Evidence raised() {
        return harness.extractOutputValues().stream()
                .filter(s -> s.kind() == SignalKind.RAISED)
                .findFirst()
                .orElseThrow()
                .evidence();
    }

    @Test
    void failedAttempts_areNotHiddenByCallsThatSucceededAfterRetries() throws Exception {
        pane(1, 1060, Figure.ERRORS_SERVER_ERROR, 30, 1000, 0);
        reach(2);
        assertThat(raised().n()).isEqualTo(60);
        assertThat(raised().value()).isEqualTo(.5);
        assertThat(raised().retriesHidden()).isFalse();
    }

    @Test
    void failedCalls_areNotHiddenByAFewGoodAttempts() throws Exception {
        pane(1, 1060, Figure.ERRORS_SERVER_ERROR, 900, 1000, 900);
        reach(2);
        assertThat(raised().n()).isEqualTo(1060);
        assertThat(raised().retriesHidden()).isTrue();
    }

    @Test
    void twoAttempts_doNotOutweighGoodCalls() throws Exception {
        pane(1, 1002, Figure.ERRORS_SERVER_ERROR, 2, 1000, 0);
        reach(2);
        assertThat(signals()).isEmpty();
    }

    @Test
    void oldPanesAreForgotten() throws Exception {
        pane(1, 60, Figure.ERRORS_SERVER_ERROR, 0);
        reach(2);
        pane(1 + 2 * PANES_PER_HOUR, 60, Figure.ERRORS_SERVER_ERROR, 0);
        reach(2 + 2 * PANES_PER_HOUR);
        // The earlier figures are forgotten, so a restated pane would count in full.
        pane(1, 60, Figure.ERRORS_QUOTA, 60);
        reach(3 + 2 * PANES_PER_HOUR);

        assertThat(signals()).isEmpty();
    }

    @Test
    void modelsBeyondTheLimitAreCounted_andCorrectionsOfOthersStillApply() throws Exception {
        for (int i = 0; i <= AppliedPanes.MAX_MODELS; i++) {
            scope = Scope.provider("openai", "model-" + i);
            pane(1, 1, Figure.ERRORS_QUOTA, 0);
        }
        assertThat(detectors.modelsBeyondLimit.getCount()).isEqualTo(1);
        pane(1, 1, Figure.ERRORS_QUOTA, 1);
        reach(2);
        assertThat(detectors.modelsBeyondLimit.getCount()).isEqualTo(2);
        assertThat(signals()).isEmpty();
        scope = Scope.provider("openai", "model-0");
        pane(1, 1, Figure.ERRORS_QUOTA, 1);
        reach(3);
        assertThat(signals()).containsExactly("provider_quota RAISED");
    }

    @Test
    void providersBeyondTheLimitAreCounted() throws Exception {
        for (int i = 0; i < 201; i++) {
            scope = Scope.provider("provider-" + i, "gpt-5");
            pane(1, 1, Figure.ERRORS_QUOTA, 0);
        }
        reach(2);
        assertThat(detectors.providersBeyondLimit.getCount()).isEqualTo(1);
    }

    @Test
    void stateOfOldPanesIsRemoved() throws Exception {
        for (int i = 0; i < 5; i++) {
            scope = Scope.provider("openai", "model-" + i);
            pane(1, 1, Figure.ERRORS_QUOTA, 0);
            pane(2, 1, Figure.ERRORS_QUOTA, 0);
        }
        reach(3);
        pane(5 + PANES_PER_HOUR, 1, Figure.ERRORS_QUOTA, 0);
        reach(6 + PANES_PER_HOUR);
        ((AbstractStreamOperator<?>) harness.getOperator()).setCurrentKey("providers");
        var runtime = detectors.getRuntimeContext();
        TypeInformation<Scope> type = TypeInformation.of(Scope.class);
        var panes =
                new MapStateDescriptor<>(
                        "applied-panes",
                        Types.TUPLE(Types.LONG, type),
                        TypeInformation.of(ProviderPane.class));
        var models =
                new MapStateDescriptor<>(
                        "applied-models", Types.TUPLE(Types.LONG, Types.INT), type);
        var numbers = new MapStateDescriptor<>("applied-numbers", Types.LONG, Types.INT);
        assertThat(runtime.getMapState(panes).keys()).hasSize(1);
        assertThat(runtime.getMapState(models).keys()).hasSize(1);
        assertThat(runtime.getMapState(numbers).keys())
                .containsExactly((5 + PANES_PER_HOUR) * Pane.MILLIS);
    }

    /** Earlier versions stored the panes of all models of a start as one value. */
    @Test
    void aPaneThatAnEarlierVersionApplied_countsOnlyItsDifference() throws Exception {
        long[] figures = new long[Figure.COUNT];
        figures[Figure.REQUESTS.ordinal()] = 60;
        figures[Figure.ERRORS_QUOTA.ordinal()] = 1;
        ProviderPane pane = ProviderPane.of(Pane.MILLIS, figures, new Histogram().toBytes());
        ((AbstractStreamOperator<?>) harness.getOperator()).setCurrentKey("providers");
        detectors
                .getRuntimeContext()
                .getMapState(
                        new MapStateDescriptor<>(
                                "taken",
                                Types.LONG,
                                Types.MAP(
                                        TypeInformation.of(Scope.class),
                                        TypeInformation.of(ProviderPane.class))))
                .put(Pane.MILLIS, Map.of(scope, pane));
        pane(1, 60, Figure.ERRORS_QUOTA, 1);
        reach(2);
        assertThat(signals()).isEmpty();
        pane(1, 60, Figure.ERRORS_QUOTA, 2);
        reach(3);
        assertThat(signals()).containsExactly("provider_quota RAISED");
        assertThat(raised().value()).isEqualTo(1);
    }
}
