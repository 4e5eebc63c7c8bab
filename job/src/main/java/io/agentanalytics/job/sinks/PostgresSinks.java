package io.agentanalytics.job.sinks;

import io.agentanalytics.contract.Retention;
import io.agentanalytics.contract.alerts.Alert;
import io.agentanalytics.contract.alerts.Notification;
import io.agentanalytics.contract.budgets.BudgetStatus;
import io.agentanalytics.contract.weights.WeightDecision;
import io.agentanalytics.job.Outputs;
import io.agentanalytics.job.agents.AgentRow;
import io.agentanalytics.job.agents.ProgressRow;
import io.agentanalytics.job.budgets.BudgetRecord;
import io.agentanalytics.job.ingest.RefusalCounter;
import io.agentanalytics.job.ingest.RefusalRow;
import io.agentanalytics.job.model.BufferTimeout;
import io.agentanalytics.job.model.DeadLetter;
import io.agentanalytics.job.model.Dimension;
import io.agentanalytics.job.model.ScopeKind;
import io.agentanalytics.job.model.WindowRow;
import io.agentanalytics.job.options.JobOptions;
import io.agentanalytics.job.tasks.TaskRow;
import io.agentanalytics.job.tasks.VerdictRow;
import io.agentanalytics.job.waste.WasteFinding;
import io.agentanalytics.job.weights.WeightChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.flink.api.common.functions.FilterFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.util.function.SerializableFunction;

/** Writes every stream to its table by upsert, at least once; the newest row of a key wins. */
public final class PostgresSinks {
    private final PostgresConnector connector;
    private final long epoch;
    private final List<String> dimensions;
    private final List<DataStream<DeadLetter>> refused = new ArrayList<>();

    private PostgresSinks(JobOptions options) {
        this.connector = PostgresConnector.of(options);
        this.epoch = options.epoch();
        this.dimensions = options.dimensions().stream().map(Dimension::name).toList();
    }

    /** Attaches all sinks; returns the rows that Postgres rejects. */
    public static DataStream<DeadLetter> attach(Outputs outputs, JobOptions options) {
        return new PostgresSinks(options).attach(outputs);
    }

    private DataStream<DeadLetter> attach(Outputs outputs) {
        var windows =
                kept(
                        outputs.windows(),
                        "windows",
                        WindowRow.class,
                        WindowRow::start,
                        PostgresSinks::days);
        var tasks =
                kept(
                        outputs.tasks(),
                        "tasks",
                        TaskRow.class,
                        TaskRow::endedAt,
                        r -> Retention.DAYS);
        var verdicts =
                kept(
                        outputs.verdicts(),
                        "verdicts",
                        VerdictRow.class,
                        VerdictRow::verdictAt,
                        r -> Retention.DAYS);
        write(only(windows, ScopeKind.CELL), "agent-window", Tables.cells(epoch), WindowRow.class);
        write(
                only(windows, ScopeKind.PROVIDER),
                "provider-window",
                Tables.providers(epoch),
                WindowRow.class);
        write(
                only(windows, ScopeKind.DIMENSION),
                "dimension-window",
                Tables.dimensions(epoch),
                WindowRow.class);
        write(
                only(windows, ScopeKind.SYSTEM),
                "system-window",
                Tables.system(epoch),
                WindowRow.class);
        write(tasks, "tasks", Tables.tasks(epoch), TaskRow.class);
        write(verdicts, "verdicts", Tables.verdicts(), VerdictRow.class);
        write(outputs.agents(), "agents", Tables.agents(epoch), AgentRow.class);
        write(outputs.progress(), "progress", Tables.progress(dimensions), ProgressRow.class);
        write(samples(outputs.progress()), "gauge", Tables.gauge(), ProgressRow.class);
        var events =
                kept(
                        outputs.alerts(),
                        "alert-events",
                        Alert.class,
                        alert -> alert.updatedAt().toEpochMilli(),
                        r -> Retention.DAYS);
        write(outputs.alerts(), "alerts", Tables.alerts(epoch), Alert.class);
        write(inOrder(events), "alert-events", Tables.alertEvents(epoch), Alert.class);
        write(outputs.notifications(), "notifications", Tables.notifications(), Notification.class);
        var weightChanges =
                kept(
                        outputs.weights().changes(),
                        "weight-changes",
                        WeightChange.class,
                        change -> change.at().toEpochMilli(),
                        r -> Retention.DAYS);
        write(weightChanges, "weight-changes", Tables.weightChanges(), WeightChange.class);
        write(
                outputs.weights().decisions(),
                "weight-decisions",
                Tables.weightDecisions(),
                WeightDecision.class);
        write(outputs.budgets().records(), "budgets", Tables.budgets(), BudgetRecord.class);
        write(
                outputs.budgets().rows(),
                "budget-periods",
                Tables.budgetPeriods(),
                BudgetStatus.class);
        var waste =
                kept(
                        outputs.waste(),
                        "waste",
                        WasteFinding.class,
                        WasteFinding::endedAt,
                        r -> Retention.DAYS);
        write(waste, "waste", Tables.waste(epoch), WasteFinding.class);
        DataStream<DeadLetter> counted = union(refused);
        write(
                outputs.refusals().union(count(counted)),
                "refusals",
                Tables.refusals(),
                RefusalRow.class);
        return union(refused);
    }

    private static DataStream<DeadLetter> union(List<DataStream<DeadLetter>> streams) {
        return streams.stream().reduce((a, b) -> a.union(b)).orElseThrow();
    }

    private static DataStream<RefusalRow> count(DataStream<DeadLetter> refused) {
        return refused.keyBy(DeadLetter::code, Types.STRING)
                .process(new RefusalCounter())
                .returns(TypeInformation.of(RefusalRow.class))
                .uid("refused-row-counter")
                .setBufferTimeout(BufferTimeout.FLUSH_EACH_RECORD)
                .name("count refused rows");
    }

    private static int days(WindowRow row) {
        return row.shortCell() ? Retention.CELL_MINUTES_DAYS : Retention.DAYS;
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

    private static DataStream<WindowRow> only(DataStream<WindowRow> rows, ScopeKind kind) {
        String name = kind.name().toLowerCase(Locale.ROOT);
        FilterFunction<WindowRow> ofKind = row -> row.scope().kind() == kind;
        return rows.filter(ofKind).uid(name + "-windows").name(name + " windows");
    }

    private static DataStream<ProgressRow> samples(DataStream<ProgressRow> samples) {
        return samples.filter(ProgressRow::isKept).uid("kept-samples").name("kept samples");
    }

    /** Filters the records of the alert history, which excludes early notices and newer values. */
    private static DataStream<Alert> inOrder(DataStream<Alert> alerts) {
        return alerts.filter(alert -> alert.revision() > 0 && alert.isTransition())
                .uid("alerts-in-order")
                .name("alerts in order");
    }

    private <T> void write(DataStream<T> rows, String what, Table<T> table, Class<T> type) {
        refused.add(
                rows.transform(
                                "write " + what,
                                TypeInformation.of(DeadLetter.class),
                                new PostgresWriter<>(table, TypeInformation.of(type), connector))
                        .uid(what + "-writer")
                        .setBufferTimeout(BufferTimeout.FLUSH_EACH_RECORD));
    }
}
