package io.agentanalytics.api.query;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Alert filter.
 *
 * @param equal required column values; null values are ignored
 * @param open true to exclude resolved alerts
 * @param everFired true to exclude alerts that never fired
 */
@RecordBuilder
public record AlertFilter(
        @Nullable Instant from,
        @Nullable Instant to,
        Map<String, String> equal,
        boolean open,
        boolean everFired,
        int limit,
        AlertSort sort,
        boolean descending,
        @Nullable AlertPageKey after) {

    /** Returns the conditions without the page key, and adds their values. */
    String conditions(Map<String, Object> binds) {
        StringBuilder sql = new StringBuilder(" WHERE true");
        if (from != null) {
            // An open alert has no end and therefore matches every range that ends after its start.
            sql.append(" AND (ends_at IS NULL OR ends_at >= :from)");
            binds.put("from", Windows.time(from));
        }
        if (to != null) {
            sql.append(" AND starts_at < :to");
            binds.put("to", Windows.time(to));
        }
        equal.forEach(
                (column, value) -> {
                    sql.append(" AND a.%s::text = :%s".formatted(column, column));
                    binds.put(column, value);
                });
        if (open) {
            sql.append(" AND state <> 'resolved'");
        }
        if (everFired) {
            sql.append(" AND (fired_at IS NOT NULL OR state = 'pending')");
        }
        return sql.toString();
    }

    /** Returns the condition of the page key, and adds its values. */
    String afterKey(Map<String, Object> binds) {
        if (after == null) {
            return "";
        }
        binds.put("afterKey", after.key());
        binds.put("afterId", after.alertId());
        return " AND (%s, alert_id) %s (CAST(:afterKey AS %s), :afterId)"
                .formatted(sort.sql(), descending ? "<" : ">", sort.type());
    }

    String order() {
        String direction = descending ? "DESC" : "ASC";
        return "%s %s, alert_id %s".formatted(sort.sql(), direction, direction);
    }
}
