package io.agentanalytics.job.sinks;

import java.io.Serializable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.flink.util.function.SerializableFunction;

/**
 * Upsert of rows into a table: in one statement, in key order (so that writers cannot deadlock),
 * and without replacing a more complete row by a less complete one.
 */
final class Table<T> implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final String WRITTEN_NOW = ", updated_at = now()";

    /** Approximate memory of a row and its key without parts whose size varies. */
    private static final int ROW_BYTES = 1000;

    private final String name;
    private final SerializableFunction<T, Object> key;
    private final List<Column<T>> keys;
    private final List<Column<T>> columns;
    private final String conflict;
    private final List<Column<T>> order;
    private final SerializableFunction<T, Integer> varyingBytes;

    private Table(
            String name,
            SerializableFunction<T, Object> key,
            List<Column<T>> keys,
            List<Column<T>> columns,
            String conflict,
            List<Column<T>> order,
            SerializableFunction<T, Integer> varyingBytes) {
        this.name = name;
        this.key = key;
        this.keys = List.copyOf(keys);
        this.columns = List.copyOf(columns);
        this.conflict = conflict;
        this.order = List.copyOf(order);
        this.varyingBytes = varyingBytes;
    }

    /**
     * Returns a table whose rows are replaced unless the stored row has a later epoch or a greater
     * {@code seen}.
     */
    static <T> Table<T> guarded(
            String name,
            SerializableFunction<T, Object> key,
            List<Column<T>> keys,
            List<Column<T>> columns) {
        return guarded(name, key, "seen", keys, columns);
    }

    /** Returns a guarded table that compares the given column instead of {@code seen}. */
    static <T> Table<T> guarded(
            String name,
            SerializableFunction<T, Object> key,
            String progress,
            List<Column<T>> keys,
            List<Column<T>> columns) {
        return with(
                        name,
                        key,
                        keys,
                        columns,
                        "DO UPDATE SET %s WHERE (excluded.epoch, excluded.%s) >= (t.epoch, t.%s)"
                                .formatted(assignments(columns), progress, progress))
                .orderedBy(progress);
    }

    /** Returns a table whose rows are replaced unless the stored row has a greater version. */
    static <T> Table<T> newest(
            String name,
            SerializableFunction<T, Object> key,
            List<Column<T>> keys,
            List<Column<T>> columns,
            String version) {
        return with(
                        name,
                        key,
                        keys,
                        columns,
                        "DO UPDATE SET %s WHERE excluded.%s >= t.%s"
                                .formatted(assignments(columns), version, version))
                .orderedBy(version);
    }

    /**
     * Returns a table with the caller's {@code ON CONFLICT} action for existing rows. If the action
     * compares rows, the caller must name the {@link #orderedBy order}.
     */
    static <T> Table<T> with(
            String name,
            SerializableFunction<T, Object> key,
            List<Column<T>> keys,
            List<Column<T>> columns,
            String conflict) {
        return new Table<>(name, key, keys, columns, conflict, List.of(), row -> 0);
    }

    /**
     * Returns a copy with the columns that decide which of two rows of a key is newer. These are
     * the columns that the {@code ON CONFLICT} action compares; the epoch is the same in all rows
     * of a job.
     */
    Table<T> orderedBy(String... names) {
        List<Column<T>> compared = new ArrayList<>();
        for (String column : names) {
            all().stream().filter(c -> c.name().equals(column)).forEach(compared::add);
        }
        return new Table<>(name, key, keys, columns, conflict, compared, varyingBytes);
    }

    /** Returns a copy whose rows keep the time at which they were first written. */
    Table<T> keepingFirstTime() {
        String action = conflict.replace(WRITTEN_NOW, "");
        return new Table<>(name, key, keys, columns, action, order, varyingBytes);
    }

    /** Returns a copy whose rows have parts of a size that varies, such as lists. */
    Table<T> varyingBy(SerializableFunction<T, Integer> bytes) {
        return new Table<>(name, key, keys, columns, conflict, order, bytes);
    }

    /** Returns the assignments that replace a stored row. */
    static <T> String assignments(List<Column<T>> columns) {
        return columns.stream()
                .map(c -> c.name() + " = excluded." + c.name())
                .collect(Collectors.joining(", ", "", WRITTEN_NOW));
    }

    String name() {
        return name;
    }

    Object keyOf(T row) {
        return key.apply(row);
    }

    boolean isOrdered() {
        return !order.isEmpty();
    }

    /** Compares two rows of a key: negative if the first one is older, 0 if neither is. */
    int compare(T row, T other) {
        for (Column<T> column : order) {
            int result = Long.compare(column.numberOf(row), column.numberOf(other));
            if (result != 0) {
                return result;
            }
        }
        return 0;
    }

    /** Returns the approximate memory of a row. */
    int bytesOf(T row) {
        return ROW_BYTES + varyingBytes.apply(row);
    }

    private List<Column<T>> all() {
        List<Column<T>> all = new ArrayList<>(keys);
        all.addAll(columns);
        return all;
    }

    List<String> keyNames() {
        return keys.stream().map(Column::name).toList();
    }

    List<String> columnNames() {
        return columns.stream().map(Column::name).toList();
    }

    /**
     * Returns the expression for the value of a column. Where zeros are null, rows of earlier
     * versions have zeros.
     */
    String valueOf(String row, String column) {
        boolean sparse = columns.stream().anyMatch(c -> c.name().equals(column) && c.sparse());
        return (sparse ? "coalesce(%s.%s, 0)" : "%s.%s").formatted(row, column);
    }

    /** Returns the {@code ON CONFLICT} clause; the stored row is {@code t}. */
    String onConflict() {
        return "ON CONFLICT (%s) %s".formatted(join(keys, Column::name), conflict);
    }

    /**
     * Writes rows in one statement. Columns that hold their default in all rows are not sent: of
     * more than 50 figures, a window of one agent has about 10.
     */
    void upsert(Connection connection, List<T> rows, int timeoutSeconds) throws SQLException {
        upsert(connection, "store." + name, rows, timeoutSeconds);
    }

    /** Writes rows into a table of the same columns. */
    void upsert(Connection connection, String target, List<T> rows, int timeoutSeconds)
            throws SQLException {
        List<Column<T>> sent = new ArrayList<>();
        List<Object[]> values = new ArrayList<>();
        for (Column<T> column : all()) {
            Object[] ofRows = column.values(rows);
            if (!column.isDefault(ofRows)) {
                sent.add(column);
                values.add(ofRows);
            }
        }
        try (PreparedStatement statement = connection.prepareStatement(upsert(target, sent))) {
            statement.setQueryTimeout(timeoutSeconds);
            for (int i = 0; i < sent.size(); i++) {
                statement.setArray(
                        i + 1, connection.createArrayOf(sent.get(i).type(), values.get(i)));
            }
            statement.executeUpdate();
        }
    }

    private String upsert(String target, List<Column<T>> sent) {
        String names = join(sent, Column::name);
        String keyNames = join(keys, Column::name);
        return "INSERT INTO %s AS t (%s) SELECT %s FROM unnest(%s) AS r(%s) ORDER BY %s %s"
                .formatted(
                        target,
                        names,
                        join(sent, Column::expression),
                        join(sent, c -> "?::" + c.type() + "[]"),
                        names,
                        keyNames,
                        onConflict());
    }

    private static <T> String join(List<Column<T>> columns, Function<Column<T>, String> part) {
        return columns.stream().map(part).collect(Collectors.joining(", "));
    }
}
