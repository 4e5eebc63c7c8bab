package io.agentanalytics.job.sinks;

import io.agentanalytics.job.model.ScopeKind;
import io.agentanalytics.job.model.WindowRow;
import io.agentanalytics.job.tasks.TaskRow;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.streaming.api.datastream.DataStream;

/** Passes rows to a {@link Staging} of the same JVM. */
public final class StagedSink<T> implements Sink<T> {
    private static final long serialVersionUID = 1L;
    private static final int FULL = 1000;
    private final String staging;
    private final Table<T> table;

    private StagedSink(String staging, Table<T> table) {
        this.staging = staging;
        this.table = table;
    }

    /** Attaches the sinks of a range. Only the final rows of windows are staged. */
    public static void attach(
            DataStream<WindowRow> windows,
            DataStream<TaskRow> tasks,
            Staging staging,
            RowRange range,
            long epoch) {
        DataStream<WindowRow> covered =
                windows.filter(row -> row.closed() && range.covers(row))
                        .uid("covered-windows")
                        .name("windows of the range");
        Map<ScopeKind, Table<WindowRow>> tables =
                Map.of(
                        ScopeKind.CELL, Tables.cells(epoch),
                        ScopeKind.PROVIDER, Tables.providers(epoch),
                        ScopeKind.SYSTEM, Tables.system(epoch),
                        ScopeKind.DIMENSION, Tables.dimensions(epoch));
        tables.forEach((kind, table) -> stage(covered, kind, table, staging));
        tasks.filter(row -> range.covers(row))
                .uid("covered-tasks")
                .name("tasks of the range")
                .sinkTo(new StagedSink<>(staging.id(), Tables.tasks(epoch)))
                .uid("staged-tasks")
                .name("stage tasks");
    }

    private static void stage(
            DataStream<WindowRow> windows,
            ScopeKind kind,
            Table<WindowRow> table,
            Staging staging) {
        String name = kind.name().toLowerCase(Locale.ROOT);
        windows.filter(row -> row.scope().kind() == kind)
                .uid(name + "-windows")
                .name(name + " windows")
                .sinkTo(new StagedSink<>(staging.id(), table))
                .uid("staged-" + name)
                .name("stage " + name);
    }

    @Override
    public SinkWriter<T> createWriter(WriterInitContext context) {
        return new Writer<>(Staging.of(staging), table);
    }

    /** Writes batches that hold each key once, its newest row. */
    private static final class Writer<T> implements SinkWriter<T> {
        private final Staging staging;
        private final Table<T> table;
        private final Map<Object, T> rows = new LinkedHashMap<>();

        Writer(Staging staging, Table<T> table) {
            this.staging = staging;
            this.table = table;
        }

        @Override
        public void write(T row, Context context) throws IOException {
            rows.put(table.keyOf(row), row);
            if (rows.size() >= FULL) {
                flush(false);
            }
        }

        @Override
        public void flush(boolean endOfInput) throws IOException {
            if (rows.isEmpty()) {
                return;
            }
            List<T> batch = new ArrayList<>(rows.values());
            rows.clear();
            try {
                staging.write(table, batch);
            } catch (SQLException e) {
                throw new IOException("Postgres did not accept rows of " + table.name() + ".", e);
            }
        }

        @Override
        public void close() {}
    }
}
