package io.agentanalytics.job.alerts.signal;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.job.model.OutcomeKind;
import io.agentanalytics.job.model.TaskOutcome;
import io.agentanalytics.job.model.TaskOutcomeBuilder;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.KeyedBroadcastOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RefusalDetectorTest {
    private KeyedBroadcastOperatorTestHarness<String, TaskOutcome, AlertRule, Signal> harness;

    @BeforeEach
    void open() throws Exception {
        harness = newHarness();
        harness.open();
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    private static KeyedBroadcastOperatorTestHarness<String, TaskOutcome, AlertRule, Signal>
            newHarness() throws Exception {
        return DetectorHarness.of(
                new RefusalDetector(
                        List.of(
                                AlertRule.standard(AlertType.PROVIDER_QUOTA),
                                AlertRule.standard(AlertType.PROVIDER_AUTH))),
                RefusalDetector::keyOf);
    }

    private static TaskOutcome refusal(String provider, String error, long second) {
        return TaskOutcomeBuilder.builder()
                .kind(OutcomeKind.REFUSED)
                .timeMillis(second * 1000)
                .taskId("task-" + second)
                .agentId("a")
                .agentType("worker")
                .provider(provider)
                .rootTaskId("")
                .error(error)
                .build();
    }

    private void refused(String provider, String error, long second) throws Exception {
        harness.processElement(refusal(provider, error, second), second * 1000);
    }

    private List<String> signals() {
        return harness.extractOutputValues().stream()
                .map(s -> s.rule().ruleId() + " " + s.subject().name() + " " + s.kind())
                .toList();
    }

    @Test
    void onlyQuotaAndAuthErrorsAreRefusals() {
        assertThat(RefusalDetector.isRefusal(refusal("openai", "quota", 1))).isTrue();
        assertThat(RefusalDetector.isRefusal(refusal("openai", "auth", 1))).isTrue();
        assertThat(RefusalDetector.isRefusal(refusal("openai", "rate_limit", 1))).isFalse();
        assertThat(RefusalDetector.isRefusal(refusal("openai", "", 1))).isFalse();
        assertThat(RefusalDetector.isRefusal(refusal("", "quota", 1))).isFalse();

        // A task that failed because a tool of it was refused.
        TaskOutcome task =
                TaskOutcomeBuilder.builder(refusal("openai", "auth", 1))
                        .kind(OutcomeKind.ENDED)
                        .build();
        assertThat(RefusalDetector.isRefusal(task)).isFalse();
    }

    @Test
    void eachProviderAndClass_isReportedOncePerTenSeconds() throws Exception {
        refused("openai", "quota", 1);
        refused("openai", "quota", 10);
        refused("openai", "auth", 10);
        refused("anthropic", "quota", 10);
        refused("openai", "quota", 11);

        assertThat(signals())
                .containsExactly(
                        "provider_quota openai EARLY",
                        "provider_auth openai EARLY",
                        "provider_quota anthropic EARLY",
                        "provider_quota openai EARLY");
    }

    @Test
    void reportedRefusals_outliveARestart_andAreForgottenAfterAMinute() throws Exception {
        refused("openai", "quota", 1);
        OperatorSubtaskState state = harness.snapshot(1, 1);
        harness.close();
        harness = newHarness();
        harness.initializeState(state);
        harness.open();
        refused("openai", "quota", 5);
        assertThat(signals()).isEmpty();

        harness.setProcessingTime(60_000);
        assertThat(DetectorHarness.keyedStateEntries(harness)).isZero();
        refused("openai", "quota", 6);
        assertThat(signals()).containsExactly("provider_quota openai EARLY");
    }
}
