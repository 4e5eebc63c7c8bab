package io.agentanalytics.job.sinks;

import io.agentanalytics.job.JobOptions;
import io.agentanalytics.job.Outputs;
import io.agentanalytics.job.agents.ProgressRow;
import io.agentanalytics.job.model.Scope;
import io.agentanalytics.job.stats.WindowRow;
import java.util.List;
import org.apache.flink.api.common.functions.FilterFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.connector.jdbc.JdbcConnectionOptions;
import org.apache.flink.connector.jdbc.JdbcExecutionOptions;
import org.apache.flink.connector.jdbc.core.datastream.sink.JdbcSink;
import org.apache.flink.streaming.api.datastream.DataStream;

/** Writes every stream to its table: conflated, at least once, by replacing. */
public final class PostgresSinks {
    private final JobOptions options;

    private PostgresSinks(JobOptions options) {
        this.options = options;
    }

    public static void attach(Outputs outputs, JobOptions options) {
        new PostgresSinks(options).attach(outputs);
    }

    private void attach(Outputs outputs) {
        long epoch = options.epoch();
        DataStream<WindowRow> windows = outputs.windows();
        write(only(windows, Scope.CELL), "agent-window", Tables.cells(epoch), WindowRow.class);
        write(
                only(windows, Scope.PROVIDER),
                "provider-window",
                Tables.providers(epoch),
                WindowRow.class);
        write(only(windows, Scope.SYSTEM), "system-window", Tables.system(epoch), WindowRow.class);
        write(
                outputs.tasks(),
                "tasks",
                Tables.tasks(epoch),
                io.agentanalytics.job.tasks.TaskRow.class);
        write(
                outputs.verdicts(),
                "verdicts",
                Tables.verdicts(),
                io.agentanalytics.job.tasks.VerdictRow.class);
        write(
                outputs.agents(),
                "agents",
                Tables.agents(epoch),
                io.agentanalytics.job.agents.AgentRow.class);
        write(outputs.progress(), "progress", Tables.progress(), ProgressRow.class);
        write(kept(outputs.progress()), "gauge", Tables.gauge(), ProgressRow.class);
        write(
                outputs.refusals(),
                "refusals",
                Tables.refusals(),
                io.agentanalytics.job.ingest.RefusalRow.class);
    }

    private static DataStream<WindowRow> only(DataStream<WindowRow> rows, String kind) {
        FilterFunction<WindowRow> ofKind = row -> row.scope().kind().equals(kind);
        return rows.filter(ofKind).uid(kind + "-windows").name(kind + " windows");
    }

    private static DataStream<ProgressRow> kept(DataStream<ProgressRow> samples) {
        return samples.filter(ProgressRow::isKept).uid("kept-samples").name("kept samples");
    }

    private <T> void write(DataStream<T> rows, String what, Table<T> table, Class<T> type) {
        rows.transform(
                        "conflate " + what,
                        Types.LIST(TypeInformation.of(type)),
                        new Conflator<>(table))
                .uid(what + "-conflator")
                .sinkTo(sink(table))
                .uid(what + "-sink")
                .name("write " + what);
    }

    private <T> Sink<List<T>> sink(Table<T> table) {
        return JdbcSink.<List<T>>builder()
                .withQueryStatement(
                        table.upsert(), (statement, rows) -> table.bind(statement, rows))
                .withExecutionOptions(
                        JdbcExecutionOptions.builder().withBatchSize(1).withMaxRetries(3).build())
                .buildAtLeastOnce(connection());
    }

    private JdbcConnectionOptions connection() {
        var builder =
                new JdbcConnectionOptions.JdbcConnectionOptionsBuilder()
                        .withUrl(options.databaseUrl())
                        .withDriverName("org.postgresql.Driver")
                        .withUsername(options.databaseUser());
        String password = options.databasePassword();
        return (password == null ? builder : builder.withPassword(password)).build();
    }
}
