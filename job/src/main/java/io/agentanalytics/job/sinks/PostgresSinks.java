package io.agentanalytics.job.sinks;

import io.agentanalytics.contract.Retention;
import io.agentanalytics.contract.alerts.Alert;
import io.agentanalytics.job.agents.ProgressRow;
import io.agentanalytics.job.budgets.Budgeting.BudgetStreams;
import io.agentanalytics.job.ingest.RefusalCounter;
import io.agentanalytics.job.model.BufferTimeout;
import io.agentanalytics.job.model.DeadLetter;
import io.agentanalytics.job.model.Dimension;
import io.agentanalytics.job.model.ScopeKind;
import io.agentanalytics.job.model.WindowRow;
import io.agentanalytics.job.options.JobOptions;
import io.agentanalytics.job.tasks.TaskRow;
import io.agentanalytics.job.tasks.VerdictRow;
import io.agentanalytics.job.waste.WasteFinding;
import io.agentanalytics.job.weights.Weighting.WeightStreams;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.flink.api.common.functions.FilterFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
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
        windows(outputs.windows());
        tasks(outputs);
        agents(outputs);
        alerts(outputs);
        weights(outputs.weights());
        budgets(outputs.budgets());
        var ofRows =
                RefusalCounter.over(union(refused), "refused-row-counter", "count refused rows");
        write(outputs.refusals().union(ofRows), "refusals", Tables.refusals());
        return union(refused);
    }

    private void windows(DataStream<WindowRow> windows) {
        var kept = kept(windows, "windows", WindowRow::start, PostgresSinks::days);
        write(only(kept, ScopeKind.CELL), "agent-window", Tables.cells(epoch));
        write(only(kept, ScopeKind.PROVIDER), "provider-window", Tables.providers(epoch));
        write(only(kept, ScopeKind.DIMENSION), "dimension-window", Tables.dimensions(epoch));
        write(only(kept, ScopeKind.SYSTEM), "system-window", Tables.system(epoch));
    }

    private void tasks(Outputs outputs) {
        write(kept(outputs.tasks(), "tasks", TaskRow::endedAt), "tasks", Tables.tasks(epoch));
        write(
                kept(outputs.verdicts(), "verdicts", VerdictRow::verdictAt),
                "verdicts",
                Tables.verdicts());
        write(kept(outputs.waste(), "waste", WasteFinding::endedAt), "waste", Tables.waste(epoch));
    }

    private void agents(Outputs outputs) {
        write(outputs.agents(), "agents", Tables.agents(epoch));
        write(outputs.progress(), "progress", Tables.progress(dimensions));
        write(samples(outputs.progress()), "gauge", Tables.gauge());
    }

    private void alerts(Outputs outputs) {
        var events =
                kept(outputs.alerts(), "alert-events", alert -> alert.updatedAt().toEpochMilli());
        write(outputs.alerts(), "alerts", DecisionTables.alerts(epoch));
        write(inOrder(events), "alert-events", DecisionTables.alertEvents(epoch));
        write(outputs.notifications(), "notifications", DecisionTables.notifications(epoch));
    }

    private void weights(WeightStreams weights) {
        write(
                kept(weights.changes(), "weight-changes", change -> change.at().toEpochMilli()),
                "weight-changes",
                DecisionTables.weightChanges());
        write(weights.decisions(), "weight-decisions", DecisionTables.weightDecisions());
    }

    private void budgets(BudgetStreams budgets) {
        write(budgets.records(), "budgets", DecisionTables.budgets());
        write(budgets.rows(), "budget-periods", DecisionTables.budgetPeriods());
    }

    private static DataStream<DeadLetter> union(List<DataStream<DeadLetter>> streams) {
        return streams.stream().reduce((a, b) -> a.union(b)).orElseThrow();
    }

    private static int days(WindowRow row) {
        return row.shortCell() ? Retention.CELL_MINUTES_DAYS : Retention.DAYS;
    }

    private static <T> DataStream<T> kept(
            DataStream<T> rows, String what, SerializableFunction<T, Long> timeOf) {
        return kept(rows, what, timeOf, row -> Retention.DAYS);
    }

    private static <T> DataStream<T> kept(
            DataStream<T> rows,
            String what,
            SerializableFunction<T, Long> timeOf,
            SerializableFunction<T, Integer> daysOf) {
        return rows.process(new KeptDays<>(timeOf, daysOf))
                .returns(rows.getType())
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

    private <T> void write(DataStream<T> rows, String what, Table<T> table) {
        refused.add(
                rows.transform(
                                "write " + what,
                                TypeInformation.of(DeadLetter.class),
                                new PostgresWriter<>(table, rows.getType(), connector))
                        .uid(what + "-writer")
                        .setBufferTimeout(BufferTimeout.FLUSH_EACH_RECORD));
    }
}
