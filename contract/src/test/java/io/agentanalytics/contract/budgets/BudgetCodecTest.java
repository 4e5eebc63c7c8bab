package io.agentanalytics.contract.budgets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentanalytics.contract.InvalidControlException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BudgetCodecTest {
    private static Budget decoded(String json) throws InvalidControlException {
        return BudgetCodec.decode(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void decodesWhatItEncodes() throws InvalidControlException {
        Budget budget =
                decoded(
                        "{'budget_id': 'search', 'match': {'team': 'search', 'provider': 'gemini'},"
                                + " 'period': 'week', 'time_zone': 'Europe/Berlin', 'week_starts':"
                                + " 'sunday', 'soft_usd': 0.1, 'hard_usd': 0.123456789, 'enforce':"
                                + " true}");
        assertThat(budget.match()).isEqualTo(Map.of("team", "search", "provider", "gcp.gemini"));
        assertThat(budget.softNanos()).isEqualTo(100_000_000);
        assertThat(budget.hardNanos()).isEqualTo(123_456_789);
        assertThat(budget.tags()).containsExactly("team");
        assertThat(BudgetCodec.decode(BudgetCodec.encode(budget))).isEqualTo(budget);
    }

    @Test
    void omittedFields_defaultToTheFleet_byMonth_withAWarningAt80Percent() throws Exception {
        Budget budget = decoded("{'budget_id': 'fleet', 'hard_usd': 500}");
        assertThat(budget)
                .isEqualTo(
                        new Budget(
                                "fleet",
                                0,
                                Map.of(),
                                "month",
                                "UTC",
                                "monday",
                                400_000_000_000L,
                                500_000_000_000L,
                                false));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[]|A budget is an object",
                "{'budget_id': 'A b', 'hard_usd': 1}|budget_id is 'A b'",
                "{'hard_usd': 1}|budget_id is missing",
                "{'budget_id': 'a'}|hard_usd is missing",
                "{'budget_id': 'a', 'hard_usd': -1}|hard_usd is -1",
                "{'budget_id': 'a', 'hard_usd': '5'}|hard_usd is \"5\"",
                "{'budget_id': 'a', 'hard_usd': 0.0000000001}|at most nine decimal places",
                "{'budget_id': 'a', 'hard_usd': 1e400}|write dollars",
                "{'budget_id': 'a', 'hard_usd': 5, 'soft_usd': 6}|soft_usd is 6 and hard_usd 5",
                "{'budget_id': 'a', 'hard_usd': 5, 'period': 'year'}|period is 'year'",
                "{'budget_id': 'a', 'hard_usd': 5, 'time_zone': 'Mars'}|time_zone is 'Mars'",
                "{'budget_id': 'a', 'hard_usd': 5, 'week_starts': 'x'}|week_starts is 'x'",
                "{'budget_id': 'a', 'hard_usd': 5, 'enforced': true}|did you mean 'enforce'",
                "{'budget_id': 'a', 'hard_usd': 5, 'match': {'team': ''}}|match.team",
            })
    void refuses(String json, String message) {
        assertThatThrownBy(() -> decoded(json))
                .isInstanceOf(InvalidControlException.class)
                .hasMessageContaining(message);
    }
}
