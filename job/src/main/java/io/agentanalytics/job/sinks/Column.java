package io.agentanalytics.job.sinks;

import java.io.Serializable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.apache.flink.util.function.SerializableFunction;
import org.jspecify.annotations.Nullable;

/**
 * Column of a table: its name, the type of its parameter, and the SQL expression that stores it, in
 * which {@code r} is the parameter row.
 */
record Column<T>(
        String name,
        String type,
        String expression,
        SerializableFunction<T, @Nullable Object> value)
        implements Serializable {

    static <T> Column<T> text(String name, SerializableFunction<T, @Nullable Object> value) {
        return new Column<>(name, "text", "r." + name, value);
    }

    static <T> Column<T> number(String name, SerializableFunction<T, @Nullable Object> value) {
        return new Column<>(name, "bigint", "r." + name, value);
    }

    static <T> Column<T> real(String name, SerializableFunction<T, @Nullable Object> value) {
        return new Column<>(name, "float8", "r." + name, value);
    }

    static <T> Column<T> flag(String name, SerializableFunction<T, @Nullable Object> value) {
        return new Column<>(name, "boolean", "r." + name, value);
    }

    static <T> Column<T> bytes(String name, SerializableFunction<T, @Nullable Object> value) {
        return new Column<>(name, "bytea", "r." + name, value);
    }

    static <T> Column<T> json(String name, SerializableFunction<T, @Nullable Object> value) {
        return new Column<>(name, "text", "r." + name + "::jsonb", value);
    }

    /** Column of nano-dollars, stored as dollars; the multiplication is exact. */
    static <T> Column<T> money(String name, SerializableFunction<T, @Nullable Object> nanos) {
        return new Column<>(name, "bigint", "r." + name + " * 0.000000001", nanos);
    }

    /** Column of epoch milliseconds, stored as a timestamp. */
    static <T> Column<T> time(String name, SerializableFunction<T, @Nullable Long> millis) {
        return new Column<>(
                name,
                "timestamptz",
                "r." + name,
                row -> {
                    Long time = millis.apply(row);
                    return time == null
                            ? null
                            : Instant.ofEpochMilli(time).atOffset(ZoneOffset.UTC).toString();
                });
    }

    static <T> Column<T> instant(String name, SerializableFunction<T, @Nullable Instant> time) {
        return time(
                name,
                row -> {
                    Instant at = time.apply(row);
                    return at == null ? null : at.toEpochMilli();
                });
    }

    void bind(PreparedStatement statement, int index, List<T> rows) throws SQLException {
        Object[] values = type.equals("bytea") ? new byte[rows.size()][] : new Object[rows.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = value.apply(rows.get(i));
        }
        Connection connection = statement.getConnection();
        statement.setArray(index, connection.createArrayOf(type, values));
    }
}
