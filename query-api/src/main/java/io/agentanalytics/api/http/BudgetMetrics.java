package io.agentanalytics.api.http;

import io.agentanalytics.contract.budgets.BudgetState;
import io.agentanalytics.contract.budgets.BudgetStatus;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Metrics of budgets. A budget whose status is outdated, or that is not counted, has no figures: it
 * only counts in {@code agent_analytics_budgets}.
 */
final class BudgetMetrics {
    /** Maximum number of budgets with figures. */
    static final int MAX_BUDGETS = 500;

    static final List<String> NAMES =
            List.of(
                    "agent_analytics_budgets",
                    "agent_analytics_budget_limit_usd",
                    "agent_analytics_budget_spent_usd",
                    "agent_analytics_budget_reserved_usd",
                    "agent_analytics_budget_forecast_usd",
                    "agent_analytics_budget_state",
                    "agent_analytics_budget_requests_unpriced");

    private final GaugeSnapshot.Builder limits =
            gauge(NAMES.get(1), "Limit of a budget in US dollars for its period");
    private final GaugeSnapshot.Builder spent =
            gauge(NAMES.get(2), "Known spend of a budget in its period, in US dollars");
    private final GaugeSnapshot.Builder reserved =
            gauge(NAMES.get(3), "Expected further cost of the tasks in flight, in US dollars");
    private final GaugeSnapshot.Builder forecasts =
            gauge(NAMES.get(4), "Expected spend at the end of the period, in US dollars");
    private final GaugeSnapshot.Builder states =
            gauge(NAMES.get(5), "1 for the state that the budget is in, 0 for the others");
    private final GaugeSnapshot.Builder unpriced =
            gauge(NAMES.get(6), "Calls of a budget in its period whose cost is unknown");
    private long current;
    private long notCounted;
    private long outdated;

    private BudgetMetrics() {}

    static Stream<MetricSnapshot> of(List<BudgetStatus> budgets, Instant now) {
        BudgetMetrics metrics = new BudgetMetrics();
        budgets.forEach(budget -> metrics.add(budget, now));
        return metrics.snapshots();
    }

    private void add(BudgetStatus budget, Instant now) {
        if (!budget.isCurrent(now)) {
            outdated++;
        } else if (budget.problem() != null) {
            notCounted++;
        } else {
            current++;
            if (current <= MAX_BUDGETS) {
                figures(budget);
            }
        }
    }

    private void figures(BudgetStatus budget) {
        String id = budget.budgetId();
        add(limits, budget.softUsd(), "budget_id", id, "limit", "soft");
        add(limits, budget.hardUsd(), "budget_id", id, "limit", "hard");
        add(spent, budget.spentUsd(), "budget_id", id);
        add(reserved, budget.reservedUsd(), "budget_id", id);
        add(forecasts, budget.forecastUsd(), "budget_id", id);
        if (budget.unpricedRequests() != null) {
            add(unpriced, budget.unpricedRequests(), "budget_id", id);
        }
        for (BudgetState state : BudgetState.values()) {
            String name = state.wireName();
            add(states, state == budget.state() ? 1 : 0, "budget_id", id, "state", name);
        }
    }

    private Stream<MetricSnapshot> snapshots() {
        GaugeSnapshot.Builder counts =
                gauge(NAMES.get(0), "Budgets by the status that the job published last");
        add(counts, current, "status", "current");
        add(counts, notCounted, "status", "not_counted");
        add(counts, outdated, "status", "outdated");
        return Stream.of(counts, limits, spent, reserved, forecasts, states, unpriced)
                .map(GaugeSnapshot.Builder::build);
    }

    private static GaugeSnapshot.Builder gauge(String name, String help) {
        return GaugeSnapshot.builder().name(name).help(help);
    }

    private static void add(
            GaugeSnapshot.Builder family, @Nullable BigDecimal usd, String... labels) {
        if (usd != null) {
            add(family, usd.doubleValue(), labels);
        }
    }

    private static void add(GaugeSnapshot.Builder family, double value, String... labels) {
        family.dataPoint(
                GaugeDataPointSnapshot.builder().value(value).labels(Labels.of(labels)).build());
    }
}
