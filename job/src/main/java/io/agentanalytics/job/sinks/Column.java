package io.agentanalytics.job.sinks;

import io.agentanalytics.contract.Json;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.flink.util.function.SerializableFunction;
import org.jspecify.annotations.Nullable;

/**
 * Column of a table: its name, the type of its parameter, and the SQL expression that stores it, in
 * which {@code r} is the parameter row.
 *
 * @param sparse true if the value of most rows is the column's default, zero or null
 */
record Column<T>(
        String name,
        String type,
        String expression,
        boolean sparse,
        SerializableFunction<T, @Nullable Object> value)
        implements Serializable {

    Column(
            String name,
            String type,
            String expression,
            SerializableFunction<T, @Nullable Object> value) {
        this(name, type, expression, false, value);
    }

    /** Returns this column, marked as zero by default and in most rows. */
    Column<T> asSparse() {
        return new Column<>(name, type, expression, true, value);
    }

    /** Returns this column with zeros stored as null, which takes no space. */
    Column<T> withoutZeros() {
        return new Column<>(
                name,
                type,
                expression,
                true,
                row -> {
                    Object number = value.apply(row);
                    return Long.valueOf(0).equals(number) ? null : number;
                });
    }

    static <T> Column<T> text(String name, SerializableFunction<T, @Nullable Object> value) {
        return new Column<>(name, "text", "r." + name, value);
    }

    static <T> Column<T> number(String name, SerializableFunction<T, @Nullable Number> value) {
        return new Column<>(name, "bigint", "r." + name, row -> asLong(value.apply(row)));
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
        return new Column<>(name, "text", "r." + name + "::jsonb", row -> asJson(value.apply(row)));
    }

    private static @Nullable String asJson(@Nullable Object value) {
        return value == null ? null : new String(Json.encode(value), StandardCharsets.UTF_8);
    }

    /** Column of nano-dollars, stored as dollars; the multiplication is exact. */
    static <T> Column<T> money(String name, SerializableFunction<T, @Nullable Number> nanos) {
        return new Column<>(
                name, "bigint", "r." + name + " * 0.000000001", row -> asLong(nanos.apply(row)));
    }

    /** Column of epoch milliseconds, stored as a timestamp. */
    static <T> Column<T> time(String name, SerializableFunction<T, @Nullable Long> millis) {
        return new Column<>(name, "timestamptz", "r." + name, millis::apply);
    }

    static <T> Column<T> instant(String name, SerializableFunction<T, @Nullable Instant> time) {
        return time(
                name,
                row -> {
                    Instant at = time.apply(row);
                    return at == null ? null : at.toEpochMilli();
                });
    }

    private static @Nullable Long asLong(@Nullable Number number) {
        return number == null ? null : number.longValue();
    }

    /** Returns the values of rows, in an array of a type that the driver sends in binary form. */
    Object[] values(List<T> rows) {
        Object[] values = array(rows.size());
        for (int i = 0; i < values.length; i++) {
            values[i] = parameter(value.apply(rows.get(i)));
        }
        return values;
    }

    private @Nullable Object parameter(@Nullable Object own) {
        return type.equals("timestamptz") && own != null
                ? Instant.ofEpochMilli((Long) own).atOffset(ZoneOffset.UTC).toString()
                : own;
    }

    /** Returns the value of a row in a column of whole numbers or times that has no null. */
    long numberOf(T row) {
        return (Long) Objects.requireNonNull(value.apply(row), name);
    }

    /** Returns true if all values are the default of the column, so that it need not be sent. */
    boolean isDefault(Object[] values) {
        return sparse
                && Arrays.stream(values)
                        .allMatch(value -> value == null || Long.valueOf(0).equals(value));
    }

    private Object[] array(int size) {
        return switch (type) {
            case "bytea" -> new byte[size][];
            case "bigint" -> new Long[size];
            case "float8" -> new Double[size];
            case "boolean" -> new Boolean[size];
            default -> new String[size];
        };
    }
}
