package io.agentanalytics.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicsTest {
    private static Map<String, String> settings(String name) {
        return Topics.all(1).stream()
                .filter(topic -> topic.name().equals(name))
                .findFirst()
                .orElseThrow()
                .settings();
    }

    @ParameterizedTest
    @ValueSource(strings = {Topics.ALERTS, Topics.ALERT_COMMANDS})
    void recordsWhoseKeysNeverReturn_areDeletedAfterTheRows(String name) {
        assertThat(List.of(settings(name).get("cleanup.policy").split(",")))
                .containsExactlyInAnyOrder("compact", "delete");
        assertThat(Long.parseLong(settings(name).get("retention.ms")))
                .as("the longest silence lasts as long as the rows")
                .isGreaterThan(Retention.ROWS.toMillis());
    }

    @ParameterizedTest
    @ValueSource(strings = {Topics.ALERT_RULES, Topics.ROUTING_POLICY, Topics.BUDGET_DEFINITIONS})
    void settingsAreNeverDeleted(String name) {
        assertThat(settings(name)).containsEntry("cleanup.policy", "compact");
    }

    @Test
    void everyTopicHasTheTimeOfTheBroker() {
        assertThat(Topics.all(1))
                .allSatisfy(
                        topic ->
                                assertThat(topic.settings())
                                        .containsEntry("message.timestamp.type", "LogAppendTime"));
    }
}
