package io.agentanalytics.job.alerts.signal;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertRuleBuilder;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.contract.alerts.Severity;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RuleHistoryTest {
    private static AlertRule rule(String id, AlertType type, long since, boolean enabled) {
        return AlertRuleBuilder.builder()
                .ruleId(id)
                .type(type)
                .version(since)
                .enabled(enabled)
                .severity(Severity.WARNING)
                .sinceMillis(since)
                .build();
    }

    private static List<Long> versions(RuleHistory book, AlertType type, long time) {
        return book.active(type, time).stream().map(AlertRule::version).toList();
    }

    @Test
    void aChangeAppliesFromItsTimeOn() {
        RuleHistory book =
                new RuleHistory(
                        Map.of(
                                "cost_spike",
                                List.of(
                                        rule("cost_spike", AlertType.COST_SPIKE, 200, true),
                                        rule("cost_spike", AlertType.COST_SPIKE, 100, true))));
        assertThat(versions(book, AlertType.COST_SPIKE, 99)).containsExactly(0L);
        assertThat(versions(book, AlertType.COST_SPIKE, 100)).containsExactly(100L);
        assertThat(versions(book, AlertType.COST_SPIKE, 200)).containsExactly(200L);
    }

    @Test
    void aStandardRuleIsRestoredWhenItsChangeIsRemoved() {
        RuleHistory book =
                new RuleHistory(
                        Map.of(
                                "cost_spike",
                                List.of(
                                        rule("cost_spike", AlertType.COST_SPIKE, 100, false),
                                        AlertRule.removed("cost_spike").since(200))));
        assertThat(versions(book, AlertType.COST_SPIKE, 150)).isEmpty();
        assertThat(versions(book, AlertType.COST_SPIKE, 200)).containsExactly(0L);
    }

    @Test
    void aCustomRuleAppliesToItsTypeOnly_untilItIsRemoved() {
        RuleHistory book =
                new RuleHistory(
                        Map.of(
                                "mine",
                                List.of(
                                        rule("mine", AlertType.PROVIDER_ISSUES, 100, true),
                                        AlertRule.removed("mine").since(200))));
        assertThat(versions(book, AlertType.PROVIDER_ISSUES, 150)).containsExactly(100L, 0L);
        assertThat(versions(book, AlertType.PROVIDER_ISSUES, 200)).containsExactly(0L);
        assertThat(versions(book, AlertType.HIGH_ERROR_RATE, 150)).containsExactly(0L);
    }

    @Test
    void onlyTheNewestChangesAreRemembered() {
        List<AlertRule> versions = List.of();
        for (int i = 1; i <= 100; i++) {
            versions = RuleHistory.with(versions, rule("x", AlertType.NO_DATA, i, true));
        }
        assertThat(versions).hasSize(RuleHistory.VERSIONS);
        assertThat(versions.get(versions.size() - 1).version()).isEqualTo(100);
    }
}
