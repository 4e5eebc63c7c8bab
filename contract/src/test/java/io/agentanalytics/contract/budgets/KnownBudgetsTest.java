package io.agentanalytics.contract.budgets;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KnownBudgetsTest {
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final BudgetSubject SEARCH =
            BudgetSubject.agent("a", "qa", Map.of("team", "search"));
    private final KnownBudgets budgets = new KnownBudgets(Clock.fixed(NOW, ZoneOffset.UTC));

    private static BudgetStatus status(BudgetState state, String spentUsd, boolean enforce) {
        return BudgetStatusBuilder.builder()
                .budgetId("search")
                .version(1)
                .producedAt(NOW)
                .validUntil(NOW.plusSeconds(90))
                .match(Map.of("team", "search"))
                .period("day")
                .timeZone("Europe/Berlin")
                .periodStart(NOW.minusSeconds(3600))
                .periodEnd(NOW.plusSeconds(3600))
                .softUsd(new BigDecimal("8"))
                .hardUsd(new BigDecimal("10"))
                .enforce(enforce)
                .state(state)
                .spentUsd(new BigDecimal(spentUsd))
                .reservedUsd(BigDecimal.ONE)
                .reservedHighUsd(new BigDecimal("1.5"))
                .build();
    }

    @Test
    void reservedMoneyStopsNewWork_andOnlySpentMoneyStopsWorkInProgress() {
        budgets.update(status(BudgetState.HARD, "9", true));
        assertThat(budgets.stopsStart(SEARCH)).isPresent();
        assertThat(budgets.stopsWork(SEARCH)).isEmpty();
        budgets.update(status(BudgetState.HARD, "10", true));
        assertThat(budgets.stopsWork(SEARCH)).isPresent();
    }

    @Test
    void onlyEnforcedMatchingAndCurrentBudgets_stopWork() {
        budgets.update(status(BudgetState.HARD, "11", false));
        assertThat(budgets.stopsStart(SEARCH)).isEmpty();
        budgets.update(status(BudgetState.HARD, "11", true));
        assertThat(budgets.stopsStart(BudgetSubject.agent("a", "qa", Map.of("team", "ads"))))
                .isEmpty();
        assertThat(budgets.stopsStart(BudgetSubject.agent("a", "qa", Map.of()))).isEmpty();
        assertThat(budgets.stopsStart(SEARCH)).isPresent();

        BudgetStatus old =
                BudgetStatusBuilder.builder(status(BudgetState.HARD, "11", true))
                        .version(2)
                        .validUntil(NOW)
                        .build();
        budgets.update(old);
        assertThat(budgets.stopsStart(SEARCH)).isEmpty();
        assertThat(budgets.outdated()).isEqualTo(1);
    }

    @Test
    void anOlderVersionIsIgnored_andADeletedBudgetForgotten() {
        BudgetStatus newer =
                BudgetStatusBuilder.builder(status(BudgetState.OK, "1", true)).version(5).build();
        budgets.update(newer);
        budgets.update(status(BudgetState.HARD, "11", true));
        assertThat(budgets.all().get("search")).isEqualTo(newer);
        budgets.remove("search");
        assertThat(budgets.all()).isEmpty();
    }

    @Test
    void theReasonNamesBudget_spend_andEndOfThePeriod() {
        assertThat(KnownBudgets.reason(status(BudgetState.HARD, "9", true)))
                .isEqualTo(
                        "Budget 'search' of 10.00 USD for this day is committed: 9.00 USD spent, up"
                                + " to 1.50 USD reserved by tasks in flight. It starts again at"
                                + " 2026-11-24 14:00 CET.");
    }

    @Test
    void callsOfUnknownCost_makeTheSpendALowerBound() {
        BudgetStatus status = status(BudgetState.HARD, "10", true);
        assertThat(reasonWith(status, 2L)).contains("is used up: at least 10.00 USD spent.");
        assertThat(reasonWith(status, 0L)).contains("is used up: 10.00 USD spent.");
        assertThat(reasonWith(status, null)).contains("is used up: 10.00 USD spent.");
    }

    private static String reasonWith(BudgetStatus status, @Nullable Long unpriced) {
        return KnownBudgets.reason(
                BudgetStatusBuilder.builder(status).unpricedRequests(unpriced).build());
    }

    @Test
    void aRecordIsReadBack() throws IOException {
        BudgetStatus status = status(BudgetState.SOFT, "8.5", true);
        assertThat(BudgetStatus.decode(Json.encode(status))).isEqualTo(status);
        BudgetStatus bound = BudgetStatusBuilder.builder(status).unpricedRequests(3L).build();
        assertThat(BudgetStatus.decode(Json.encode(bound))).isEqualTo(bound);
    }
}
