package io.agentanalytics.job.alerts.signal;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.Histogram;
import io.agentanalytics.contract.Pane;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Providers, queues and the budget. */
class FleetDetectorsTest {
    private static final long BEGINNING = 1_767_571_200_000L; // midnight UTC
    private static final long PANE = Pane.MILLIS;
    private final List<Signal> signals = new ArrayList<>();
    private final Map<String, ProviderProfile> providers = new TreeMap<>();
    private long now = BEGINNING;

    @BeforeEach
    void twoProviders() {
        providers.put("openai", new ProviderProfile());
        providers.put("anthropic", new ProviderProfile());
    }

    /** Ten seconds of a provider: requests, and how many of them it failed. */
    private void pane(int requests, int errors) {
        pane(requests(requests, 100).errors(errors).build());
    }

    private void pane(ProviderPane pane) {
        get("anthropic").add(requests(20, 100).build());
        get("openai").add(pane);
        now += PANE;
    }

    private ProviderPaneBuilder requests(int n, long millis) {
        return ProviderPaneBuilder.builder()
                .start(now)
                .requests(n)
                .latency(latency(n, millis))
                .slow(Map.of("high_response_time", millis > 30_000 ? (long) n : 0));
    }

    private ProviderProfile get(String name) {
        return providers.computeIfAbsent(name, n -> new ProviderProfile());
    }

    private static byte[] latency(int n, long millis) {
        Histogram histogram = new Histogram();
        for (int i = 0; i < n; i++) {
            histogram.add(millis);
        }
        return histogram.toBytes();
    }

    private void look(AlertType type) {
        AlertRule rule = AlertRule.standard(type);
        ProviderRules rules = new ProviderRules(providers, now, signals::add);
        providers.forEach((name, profile) -> rules.evaluate(name, profile, rule));
    }

    private List<SignalKind> kinds() {
        return signals.stream()
                .map(Signal::kind)
                .filter(kind -> kind != SignalKind.MEASURED)
                .toList();
    }

    @Test
    void errorsOfAProviderAreRaised_andClearedWithoutThem() {
        for (int i = 0; i < 18; i++) {
            pane(20, 0);
            look(AlertType.PROVIDER_ISSUES);
        }
        assertThat(signals).isEmpty();
        for (int i = 0; i < 6; i++) {
            pane(20, 8);
            look(AlertType.PROVIDER_ISSUES);
        }
        assertThat(kinds()).containsExactly(SignalKind.RAISED);
        assertThat(signals.get(0).subject().name()).isEqualTo("openai");
        for (int i = 0; i < 18; i++) {
            pane(20, 0);
            look(AlertType.PROVIDER_ISSUES);
        }
        assertThat(kinds()).endsWith(SignalKind.CLEARED);
    }

    @Test
    void failuresOfMostRequests_worsenTheAlert() {
        for (int i = 0; i < 6; i++) {
            pane(20, 15);
            look(AlertType.PROVIDER_ISSUES);
        }
        assertThat(kinds()).containsExactly(SignalKind.RAISED, SignalKind.WORSENED);
    }

    @Test
    void errorsWithoutAnAlternativeProvider_worsenTheAlert() {
        providers.remove("anthropic");
        for (int i = 0; i < 6; i++) {
            get("openai").add(requests(20, 100).errors(7).build());
            providers.keySet().retainAll(List.of("openai"));
            now += PANE;
            look(AlertType.PROVIDER_ISSUES);
        }
        assertThat(kinds()).contains(SignalKind.WORSENED);
    }

    @Test
    void fewRequestsRaiseNothing() {
        for (int i = 0; i < 6; i++) {
            pane(2, 2);
            look(AlertType.PROVIDER_ISSUES);
        }
        assertThat(signals).isEmpty();
    }

    @Test
    void theAlertOfAnUnusedProviderIsCleared() {
        for (int i = 0; i < 6; i++) {
            pane(20, 15);
            look(AlertType.PROVIDER_ISSUES);
        }
        now += 18 * PANE;
        look(AlertType.PROVIDER_ISSUES);
        assertThat(kinds()).endsWith(SignalKind.EASED);
        assertThat(signals.get(signals.size() - 1).evidence().value()).isNull();
        now += 180 * PANE;
        look(AlertType.PROVIDER_ISSUES);
        assertThat(kinds()).endsWith(SignalKind.CLEARED);
    }

    @Test
    void aQuotaErrorIsRaisedAtOnce_andClearedWhenRequestsSucceed() {
        pane(requests(5, 100).quota(1).build());
        look(AlertType.PROVIDER_QUOTA);
        assertThat(kinds()).containsExactly(SignalKind.RAISED);
        pane(requests(0, 100).build());
        look(AlertType.PROVIDER_QUOTA);
        assertThat(signals).hasSize(1);
        pane(5, 0);
        look(AlertType.PROVIDER_QUOTA);
        assertThat(kinds()).endsWith(SignalKind.CLEARED);
    }

    @Test
    void aLateRefusalIsRaised_andClearedWhenRequestsSucceed() {
        pane(5, 0);
        pane(5, 0);
        get("openai").correct(requests(1, 100).start(now - 2 * PANE).quota(1).build());
        look(AlertType.PROVIDER_QUOTA);
        assertThat(kinds()).containsExactly(SignalKind.RAISED);
        get("openai").lateQuota = 0;
        pane(5, 0);
        look(AlertType.PROVIDER_QUOTA);
        assertThat(kinds()).endsWith(SignalKind.CLEARED);
    }

    @Test
    void lateErrorsCountInTheirWindow() {
        for (int i = 0; i < 6; i++) {
            pane(20, 0);
        }
        for (int i = 1; i <= 6; i++) {
            get("openai").correct(requests(20, 1).start(now - i * PANE).errors(18).build());
        }
        look(AlertType.PROVIDER_ISSUES);
        assertThat(kinds()).startsWith(SignalKind.RAISED);
        assertThat(signals.get(0).evidence().value()).isEqualTo(18 / 40.0);
    }

    @Test
    void valuesAreMeasuredTwicePerMinute_whileTheAlertMayBeOpen() {
        for (int i = 0; i < 18; i++) {
            pane(20, 15);
            look(AlertType.PROVIDER_ISSUES);
        }
        long now = signals.stream().filter(s -> s.kind() == SignalKind.MEASURED).count();
        assertThat(now).isBetween(4L, 6L);
        signals.clear();
        for (int i = 0; i < 60; i++) {
            pane(20, 0);
            look(AlertType.PROVIDER_ISSUES);
        }
        Signal last = signals.get(signals.size() - 1);
        assertThat(last.kind()).isEqualTo(SignalKind.MEASURED);
        assertThat(last.evidence().value()).isLessThan(0.05);
        long cleared =
                signals.stream()
                        .filter(s -> s.kind() == SignalKind.CLEARED)
                        .mapToLong(Signal::timeMillis)
                        .sum();
        assertThat(last.timeMillis() - cleared).isBetween(90_000L, 120_000L);
    }

    @Test
    void slowCallsAreRaised() {
        for (int i = 0; i < 3; i++) {
            pane(requests(20, 31_000).build());
            look(AlertType.HIGH_RESPONSE_TIME);
        }
        assertThat(kinds()).containsExactly(SignalKind.RAISED);
    }

    @Test
    void aBadPaneIsObservedForThePattern() {
        pane(4, 2);
        look(AlertType.PROVIDER_ERROR_BURST);
        pane(3, 3);
        look(AlertType.PROVIDER_ERROR_BURST);
        pane(20, 9);
        look(AlertType.PROVIDER_ERROR_BURST);
        assertThat(kinds()).containsExactly(SignalKind.OBSERVED);
    }

    private final QueueGauge queue = new QueueGauge();

    private void queue(int panes, int change, int started) {
        for (int i = 0; i < panes; i++) {
            now += PANE;
            queue.add(now, change, started);
            queue.evaluate(
                    "worker", now, AlertRule.standard(AlertType.QUEUE_BACKLOG), signals::add);
        }
    }

    @Test
    void aQueueThatDrainsTooSlowlyIsRaised_andCleared() {
        queue(1, 80, 0);
        queue(40, 0, 1);
        assertThat(kinds()).contains(SignalKind.RAISED);
        queue(30, -1, 2);
        assertThat(kinds()).contains(SignalKind.CLEARED);
    }

    @Test
    void aQueueOfUsualLengthRaisesNothing() {
        queue(600, 0, 5);
        queue(1, 8, 5);
        assertThat(signals).isEmpty();
    }

    /** Such as one whose workers take a batch every two minutes. */
    @Test
    void aQueueThatAlwaysHoldsManyTasks_isUsual() {
        queue(1, 60, 0);
        for (int i = 0; i < 60; i++) {
            queue(1, -25, 25);
            queue(1, 25, 0);
            queue(4, 0, 0);
        }
        signals.clear();
        queue(1, -1, 1);
        queue(12, 0, 0);
        assertThat(signals).noneMatch(signal -> signal.kind() == SignalKind.OBSERVED);
    }

    @Test
    void aQueueThatNobodyTakesFrom_isNeverUsual() {
        queue(10, 0, 1);
        queue(1, 60, 0);
        queue(600, 0, 0);
        assertThat(kinds()).contains(SignalKind.OBSERVED).doesNotContain(SignalKind.CLEARED);
    }
}
