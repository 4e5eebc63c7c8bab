package io.agentanalytics.api.query;

import com.fasterxml.jackson.core.type.TypeReference;
import io.agentanalytics.api.view.WeightViews.RouterWeights;
import io.agentanalytics.contract.Json;
import io.agentanalytics.contract.weights.RoutingMode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Queries for the newest decisions, as routers follow them. */
public final class RouterWeightQueries {
    private static final int MAX_SCOPES = 500;

    private final Handle handle;

    public RouterWeightQueries(Handle handle) {
        this.handle = handle;
    }

    /** Returns the newest decisions by scope, with one statement for all scopes. */
    public Map<String, RouterWeights> newest(Collection<String> scopes) {
        return handle
                .createQuery(
                        """
                        SELECT scope, version, mode, produced_at, valid_until, weights, unnamed
                        FROM store.weight_decisions WHERE scope = ANY(:scopes)
                        """)
                .bindArray("scopes", String.class, scopes)
                .map((row, context) -> decision(row))
                .stream()
                .collect(Collectors.toMap(RouterWeights::scope, Function.identity()));
    }

    /** Returns the scopes with decisions of the last hour, {@code global} first. */
    public List<String> scopes(Instant now) {
        return handle.createQuery(
                        """
                        SELECT scope FROM store.weight_decisions
                        WHERE valid_until > :now - interval '1 hour'
                        ORDER BY scope <> 'global', scope LIMIT :limit
                        """)
                .bind("now", Windows.time(now))
                .bind("limit", MAX_SCOPES)
                .mapTo(String.class)
                .list();
    }

    private static RouterWeights decision(ResultSet row) throws SQLException {
        RoutingMode mode = Json.mapper().convertValue(row.getString("mode"), RoutingMode.class);
        return new RouterWeights(
                row.getString("scope"),
                row.getLong("version"),
                mode,
                Rows.time(row, "produced_at"),
                Rows.time(row, "valid_until"),
                mode.isPublished() ? Rows.json(row, "weights", new TypeReference<>() {}) : Map.of(),
                mode.isPublished() ? row.getDouble("unnamed") : 0);
    }
}
