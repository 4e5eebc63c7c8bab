package io.agentanalytics.job.sinks;

import io.agentanalytics.contract.alerts.Alert;
import io.agentanalytics.contract.alerts.Notification;
import io.agentanalytics.contract.weights.WeightDecision;
import io.agentanalytics.job.JobOptions;
import io.agentanalytics.job.Outputs;
import io.agentanalytics.job.agents.AgentRow;
import io.agentanalytics.job.agents.ProgressRow;
import io.agentanalytics.job.ingest.RefusalRow;
import io.agentanalytics.job.model.Scope;
import io.agentanalytics.job.model.WindowRow;
import io.agentanalytics.job.tasks.TaskRow;
import io.agentanalytics.job.tasks.VerdictRow;
import io.agentanalytics.job.weights.WeightChange;
import java.util.List;
import org.apache.flink.api.common.functions.FilterFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.connector.jdbc.JdbcConnectionOptions;
import org.apache.flink.connector.jdbc.JdbcExecutionOptions;
import org.apache.flink.connector.jdbc.core.datastream.sink.JdbcSink;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.util.function.SerializableFunction;

/** Writes every stream to its table: conflated, at least once, by replacing. */
public final class PostgresSinks {
    // As store.retention has them.
    private static final int DAYS = 30;
    private static final int DAYS_OF_CELL_MINUTES = 2;

    private final JobOptions options;

    private PostgresSinks(JobOptions options) {
        this.options = options;
    }

    public static void attach(Outputs outputs, JobOptions options) {
        new PostgresSinks(options).attach(outputs);
    }

    private void attach(Outputs outputs) {
        long epoch = options.epoch();
        var windows =
                kept(
                        outputs.windows(),
                        "windows",
                        WindowRow.class,
                        WindowRow::start,
                        PostgresSinks::days);
        var tasks = kept(outputs.tasks(), "tasks", TaskRow.class, TaskRow::endedAt, r -> DAYS);
        var verdicts =
                kept(
                        outputs.verdicts(),
                        "verdicts",
                        VerdictRow.class,
                        VerdictRow::verdictAt,
                        r -> DAYS);
        write(only(windows, Scope.CELL), "agent-window", Tables.cells(epoch), WindowRow.class);
        write(
                only(windows, Scope.PROVIDER),
                "provider-window",
                Tables.providers(epoch),
                WindowRow.class);
        write(only(windows, Scope.SYSTEM), "system-window", Tables.system(epoch), WindowRow.class);
        write(tasks, "tasks", Tables.tasks(epoch), TaskRow.class);
        write(verdicts, "verdicts", Tables.verdicts(), VerdictRow.class);
        write(outputs.agents(), "agents", Tables.agents(epoch), AgentRow.class);
        write(outputs.progress(), "progress", Tables.progress(), ProgressRow.class);
        write(samples(outputs.progress()), "gauge", Tables.gauge(), ProgressRow.class);
        var events =
                kept(
                        outputs.alerts(),
                        "alert-events",
                        Alert.class,
                        alert -> alert.updatedAt().toEpochMilli(),
                        r -> DAYS);
        write(outputs.alerts(), "alerts", Tables.alerts(epoch), Alert.class);
        write(inOrder(events), "alert-events", Tables.alertEvents(epoch), Alert.class);
        write(outputs.notifications(), "notifications", Tables.notifications(), Notification.class);
        var weightChanges =
                kept(
                        outputs.weights().changes(),
                        "weight-changes",
                        WeightChange.class,
                        change -> change.at().toEpochMilli(),
                        r -> DAYS);
        write(weightChanges, "weight-changes", Tables.weightChanges(), WeightChange.class);
        write(
                outputs.weights().decisions(),
                "weight-decisions",
                Tables.weightDecisions(),
                WeightDecision.class);
        write(outputs.refusals(), "refusals", Tables.refusals(), RefusalRow.class);
    }

    private static int days(WindowRow row) {
        return row.scope().isCell() && row.seconds() < 3600 ? DAYS_OF_CELL_MINUTES : DAYS;
    }

    private static <T> DataStream<T> kept(
            DataStream<T> rows,
            String what,
            Class<T> type,
            SerializableFunction<T, Long> timeOf,
            SerializableFunction<T, Integer> daysOf) {
        return rows.process(new KeptDays<>(timeOf, daysOf))
                .returns(TypeInformation.of(type))
                .uid("kept-" + what)
                .name(what + " of days kept");
    }

    private static DataStream<WindowRow> only(DataStream<WindowRow> rows, String kind) {
        FilterFunction<WindowRow> ofKind = row -> row.scope().kind().equals(kind);
        return rows.filter(ofKind).uid(kind + "-windows").name(kind + " windows");
    }

    private static DataStream<ProgressRow> samples(DataStream<ProgressRow> samples) {
        return samples.filter(ProgressRow::isKept).uid("kept-samples").name("kept samples");
    }

    /** Early notices and newer values are no part of the history. */
    private static DataStream<Alert> inOrder(DataStream<Alert> alerts) {
        return alerts.filter(alert -> alert.revision() > 0 && alert.isTransition())
                .uid("alerts-in-order")
                .name("alerts in their turn");
    }

    private <T> void write(DataStream<T> rows, String what, Table<T> table, Class<T> type) {
        rows.transform(
                        "conflate " + what,
                        Types.LIST(TypeInformation.of(type)),
                        new Conflator<>(table))
                .uid(what + "-conflator")
                // A thread of its own: a slow statement must not hold up what computes the rows.
                .startNewChain()
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
        options.databaseProperties().forEach(builder::withProperty);
        String password = options.databasePassword();
        return (password == null ? builder : builder.withPassword(password)).build();
    }
}
