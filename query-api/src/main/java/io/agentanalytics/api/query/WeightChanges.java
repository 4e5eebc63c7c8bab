package io.agentanalytics.api.query;

import io.agentanalytics.api.view.AlertViews.AlertView;
import io.agentanalytics.api.view.WeightChangeViewBuilder;
import io.agentanalytics.api.view.WeightViews.WeightChangeView;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** Queries for the changes of provider weights that are worth a line, newest first. */
record WeightChanges(Handle handle) {
    private static final int MAX_IN_RANGE = 300;
    private static final int MAX_OF_ALERT = 100;

    private static final String MOVED = "abs(weight - weight_before) >= 0.05";
    private static final String CHANGES =
            """
            SELECT at, provider, version, mode, weight, weight_before, state, reason
            FROM store.provider_weights
            WHERE scope = :scope AND %s
            ORDER BY at DESC, provider LIMIT :limit
            """;
    private static final String IN_RANGE =
            CHANGES.formatted("at >= :from AND at < :to\n  AND " + MOVED);
    private static final String OF_ALERT =
            CHANGES.formatted(
                    """
                    (:all OR provider = :provider)
                      AND %s
                      AND at >= :start::timestamptz - interval '10 minutes'
                      AND at < coalesce(:end::timestamptz, now()) + interval '5 minutes'"""
                            .formatted(MOVED));

    /** Returns the changes of a scope in a range. */
    List<WeightChangeView> of(String scope, TimeRange range) {
        return changes(
                handle.createQuery(IN_RANGE)
                        .bind("scope", scope)
                        .bind("from", Windows.time(range.from()))
                        .bind("to", Windows.time(range.to()))
                        .bind("limit", MAX_IN_RANGE));
    }

    /** Returns the changes around an alert, of its agent or else of its provider. */
    List<WeightChangeView> around(AlertView alert) {
        boolean agent = alert.agentId() != null;
        return changes(
                handle.createQuery(OF_ALERT)
                        .bind("scope", agent ? "agent:" + alert.agentId() : "global")
                        .bind("all", agent)
                        .bind("provider", alert.provider())
                        .bind("start", Windows.time(alert.startsAt()))
                        .bind("end", alert.endsAt() == null ? null : Windows.time(alert.endsAt()))
                        .bind("limit", MAX_OF_ALERT));
    }

    private static List<WeightChangeView> changes(Query query) {
        return query.map((row, context) -> change(row)).list();
    }

    private static WeightChangeView change(ResultSet row) throws SQLException {
        return WeightChangeViewBuilder.builder()
                .at(Rows.time(row, "at"))
                .provider(row.getString("provider"))
                .version(row.getLong("version"))
                .mode(row.getString("mode"))
                .weight(row.getDouble("weight"))
                .weightBefore(row.getDouble("weight_before"))
                .state(row.getString("state"))
                .reason(row.getString("reason"))
                .build();
    }
}
