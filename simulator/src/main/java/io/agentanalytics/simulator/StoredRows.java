package io.agentanalytics.simulator;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Reads the stored rows in the notation of {@link Oracle}. */
public final class StoredRows {
    private static final Set<String> NOT_COMPARED = Set.of("closed", "epoch", "seen", "updated_at");
    private static final Map<String, List<String>> KEYS =
            Map.of(
                    "agent_window", List.of("agent_id", "agent_type", "provider", "model"),
                    "dimension_window",
                            List.of("dimension", "value", "crossed_value", "provider", "model"),
                    "provider_window", List.of("provider", "model"),
                    "system_window", List.of());

    private final String url;

    /**
     * @param url JDBC URL of the database owner
     */
    public StoredRows(String url) {
        this.url = url;
    }

    /** Returns all window rows that are not all zero. */
    public Map<String, String> windows() throws SQLException {
        Map<String, String> rows = new TreeMap<>();
        for (String table : KEYS.keySet()) {
            query("SELECT * FROM store." + table, row -> rows.put(key(table, row), value(row)));
        }
        rows.values().removeIf(value -> value.equals("{}  "));
        return rows;
    }

    private static String key(String table, ResultSet row) throws SQLException {
        List<String> parts = new ArrayList<>();
        for (String column : KEYS.getOrDefault(table, List.of())) {
            parts.add(row.getString(column));
        }
        return "%s %d %s %s"
                .formatted(
                        table,
                        row.getInt("granularity"),
                        row.getTimestamp("window_start").toInstant(),
                        String.join("|", parts));
    }

    private static String value(ResultSet row) throws SQLException {
        TreeMap<String, String> figures = new TreeMap<>();
        ResultSetMetaData meta = row.getMetaData();
        for (int i = 1; i <= meta.getColumnCount(); i++) {
            String name = meta.getColumnName(i);
            boolean number = Set.of("int8", "numeric").contains(meta.getColumnTypeName(i));
            BigDecimal value = number && !NOT_COMPARED.contains(name) ? row.getBigDecimal(i) : null;
            if (value != null && value.signum() != 0) {
                figures.put(name, value.stripTrailingZeros().toPlainString());
            }
        }
        var hex = java.util.HexFormat.of();
        return figures
                + " "
                + hex.formatHex(row.getBytes("request_latency"))
                + " "
                + hex.formatHex(row.getBytes("task_duration"));
    }

    /** Returns the number that a query yields. */
    public long number(String sql) throws SQLException {
        long[] result = new long[1];
        query(sql, row -> result[0] = row.getLong(1));
        return result[0];
    }

    /** Consumer of rows. */
    public interface Each {
        void row(ResultSet row) throws SQLException;
    }

    /** Runs a query. */
    public void query(String sql, Each each) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                each.row(rows);
            }
        }
    }
}
