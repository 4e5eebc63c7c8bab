package io.agentanalytics.api.query;

import io.agentanalytics.api.view.BudgetPeriodViewBuilder;
import io.agentanalytics.api.view.BudgetViews.BudgetPeriodView;
import io.agentanalytics.contract.budgets.BudgetStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Queries for the status of budgets and for the spend of their periods. */
public final class BudgetQueries {
    private final Handle handle;

    public BudgetQueries(Handle handle) {
        this.handle = handle;
    }

    /** Returns the status of budgets by id, with one statement for all of them. */
    public Map<String, BudgetStatus> newest(Collection<String> ids) {
        return handle
                .createQuery(
                        """
                        SELECT status FROM store.budgets
                        WHERE budget_id = ANY(:ids) AND status IS NOT NULL
                        """)
                .bindArray("ids", String.class, ids)
                .map((row, context) -> status(row))
                .stream()
                .collect(Collectors.toMap(BudgetStatus::budgetId, Function.identity()));
    }

    /** Returns budgets in the order of their ids, after the given one. */
    public List<BudgetStatus> page(String after, int limit) {
        return handle.createQuery(
                        """
                        SELECT status FROM store.budgets
                        WHERE budget_id > :after AND status IS NOT NULL
                        ORDER BY budget_id LIMIT :limit
                        """)
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) -> status(row))
                .list();
    }

    /** Returns the periods of a budget, newest first. */
    public List<BudgetPeriodView> periods(String id, int limit) {
        return handle.createQuery(
                        """
                        SELECT period_start, period_end, state, soft_usd, hard_usd, spent_usd,
                            requests_unpriced, reserved_usd, counted_since
                        FROM store.budget_periods WHERE budget_id = :id
                        ORDER BY period_start DESC LIMIT :limit
                        """)
                .bind("id", id)
                .bind("limit", limit)
                .map((row, context) -> period(row))
                .list();
    }

    private static BudgetPeriodView period(ResultSet row) throws SQLException {
        return BudgetPeriodViewBuilder.builder()
                .periodStart(Rows.time(row, "period_start"))
                .periodEnd(Rows.time(row, "period_end"))
                .state(row.getString("state"))
                .softUsd(row.getBigDecimal("soft_usd"))
                .hardUsd(row.getBigDecimal("hard_usd"))
                .spentUsd(row.getBigDecimal("spent_usd"))
                .unpricedRequests(Rows.number(row, "requests_unpriced"))
                .reservedUsd(row.getBigDecimal("reserved_usd"))
                .countedSince(Rows.instant(row, "counted_since"))
                .build();
    }

    private static BudgetStatus status(ResultSet row) throws SQLException {
        try {
            return BudgetStatus.decode(row.getString("status").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
