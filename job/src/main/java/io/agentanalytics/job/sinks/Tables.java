package io.agentanalytics.job.sinks;

import static io.agentanalytics.job.sinks.Column.*;

import io.agentanalytics.contract.Figure;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TokenKind;
import io.agentanalytics.contract.TokenUsage;
import io.agentanalytics.job.agents.AgentRow;
import io.agentanalytics.job.agents.ProgressRow;
import io.agentanalytics.job.ingest.RefusalRow;
import io.agentanalytics.job.model.Scope;
import io.agentanalytics.job.model.WindowRow;
import io.agentanalytics.job.tasks.TaskRow;
import io.agentanalytics.job.tasks.VerdictRow;
import io.agentanalytics.job.waste.WasteFinding;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Tables of the figures: windows, tasks, agents, waste and dead letters. */
final class Tables {
    private static final int TAG_BYTES = 150;

    private Tables() {}

    static Table<WindowRow> cells(long epoch) {
        return windows(
                "agent_window",
                epoch,
                Column::withoutZeros,
                List.of(
                        text("agent_id", r -> r.scope().agentId()),
                        text("agent_type", r -> r.scope().agentType()),
                        text("provider", r -> r.scope().provider()),
                        text("model", r -> r.scope().model())));
    }

    static Table<WindowRow> providers(long epoch) {
        return windows(
                "provider_window",
                epoch,
                Column::asSparse,
                List.of(
                        text("provider", r -> r.scope().provider()),
                        text("model", r -> r.scope().model())));
    }

    static Table<WindowRow> dimensions(long epoch) {
        return windows(
                "dimension_window",
                epoch,
                Column::withoutZeros,
                List.of(
                        text("dimension", r -> r.scope().dimension()),
                        text("value", r -> r.scope().value()),
                        text("crossed_value", r -> r.scope().crossedValue()),
                        text("provider", r -> r.scope().provider()),
                        text("model", r -> r.scope().model())));
    }

    static Table<WindowRow> system(long epoch) {
        return windows("system_window", epoch, Column::asSparse, List.of());
    }

    private static Table<WindowRow> windows(
            String name,
            long epoch,
            UnaryOperator<Column<WindowRow>> storage,
            List<Column<WindowRow>> scope) {
        List<Column<WindowRow>> keys = new ArrayList<>();
        keys.add(number("granularity", r -> (long) r.seconds()));
        keys.add(time("window_start", WindowRow::start));
        keys.addAll(scope);
        List<Column<WindowRow>> columns = new ArrayList<>();
        columns.add(flag("closed", WindowRow::closed));
        columns.add(number("epoch", r -> epoch));
        columns.add(number("seen", WindowRow::seen));
        for (Figure figure : Figure.values()) {
            if (figure.isStored()) {
                columns.add(storage.apply(figure(figure)));
            }
        }
        columns.add(bytes("request_latency", WindowRow::requestLatency));
        columns.add(bytes("task_duration", WindowRow::taskDuration));
        return Table.guarded(
                        name, r -> new WindowKey(r.seconds(), r.start(), r.scope()), keys, columns)
                .varyingBy(r -> r.requestLatency().length + r.taskDuration().length);
    }

    private record WindowKey(int seconds, long start, Scope scope) {}

    private static Column<WindowRow> figure(Figure figure) {
        int i = figure.ordinal();
        return figure.isMoney()
                ? money(figure.column(), r -> r.figures()[i])
                : number(figure.column(), r -> r.figures()[i]);
    }

    static Table<TaskRow> tasks(long epoch) {
        List<Column<TaskRow>> columns = new ArrayList<>();
        columns.add(text("agent_id", TaskRow::agentId));
        columns.add(text("agent_type", TaskRow::agentType));
        columns.add(text("parent_task_id", TaskRow::parentTaskId));
        columns.add(text("root_task_id", TaskRow::rootTaskId));
        columns.add(text("provider", TaskRow::provider));
        columns.add(text("model", TaskRow::model));
        columns.add(text("outcome", TaskRow::outcome));
        columns.add(time("submitted_at", TaskRow::submittedAt));
        columns.add(time("started_at", TaskRow::startedAt));
        columns.add(number("duration_ms", TaskRow::durationMillis));
        columns.add(number("calls", TaskRow::calls));
        columns.add(number("calls_failed", TaskRow::callsFailed));
        columns.add(number("tool_calls", TaskRow::toolCalls));
        for (TokenKind kind : TokenKind.all()) {
            columns.add(number(kind.field(), row -> tokens(row, kind)));
        }
        columns.add(money("cost_reported", TaskRow::reportedNanos));
        columns.add(money("cost_priced", TaskRow::pricedNanos));
        columns.add(number("requests_unpriced", TaskRow::unpriced));
        columns.add(text("error_type", TaskRow::errorType));
        columns.add(text("error_message", TaskRow::errorMessage));
        columns.add(number("files_created", TaskRow::filesCreated));
        columns.add(number("files_modified", TaskRow::filesModified));
        columns.add(time("verdict_until", TaskRow::verdictUntil));
        columns.add(flag("retracted", TaskRow::retracted));
        columns.add(json("notes", TaskRow::notes));
        // Rows in state of earlier versions have no tags.
        columns.add(json("tags", r -> r.tags() == null ? Map.of() : r.tags()));
        columns.add(bytes("call_list", TaskRow::callList));
        columns.add(number("calls_left_out", TaskRow::callsLeftOut).asSparse());
        columns.add(number("epoch", r -> epoch));
        columns.add(number("seen", TaskRow::seen));
        return Table.guarded(
                        "task_execution_timeline",
                        r -> Map.entry(r.taskId(), r.endedAt()),
                        List.of(
                                time("ended_at", TaskRow::endedAt),
                                text("task_id", TaskRow::taskId)),
                        columns)
                .varyingBy(Tables::bytesOf);
    }

    private static int bytesOf(TaskRow row) {
        int ofTags = row.tags() == null ? 0 : row.tags().size() * TAG_BYTES;
        int ofError = row.errorMessage() == null ? 0 : row.errorMessage().length();
        return ofTags + ofError + (row.callList() == null ? 0 : row.callList().length);
    }

    private static @Nullable Long tokens(TaskRow row, TokenKind kind) {
        TokenUsage tokens = row.tokens();
        long n = tokens == null ? TaskEvent.ABSENT : tokens.get(kind);
        return n == TaskEvent.ABSENT ? null : n;
    }

    static Table<VerdictRow> verdicts() {
        return Table.with(
                "task_verdicts",
                r -> r,
                List.of(
                        time("verdict_at", VerdictRow::verdictAt),
                        text("task_id", VerdictRow::taskId),
                        text("event_id", VerdictRow::eventId)),
                List.of(flag("success", VerdictRow::success), flag("counted", VerdictRow::counted)),
                "DO UPDATE SET success = excluded.success, counted = excluded.counted");
    }

    static Table<AgentRow> agents(long epoch) {
        return Table.with(
                        "agents",
                        AgentRow::agentId,
                        List.of(text("agent_id", AgentRow::agentId)),
                        List.of(
                                text("agent_type", AgentRow::agentType),
                                json("tags", AgentRow::tags),
                                time("first_seen", AgentRow::firstSeen),
                                time("last_seen", AgentRow::lastSeen),
                                number("pending", AgentRow::pending),
                                number("running", AgentRow::running),
                                number("epoch", r -> epoch),
                                number("seen", AgentRow::seen)),
                        """
                DO UPDATE SET agent_type = CASE WHEN excluded.agent_type = 'unknown'
                    THEN t.agent_type ELSE excluded.agent_type END,
                    tags = CASE WHEN excluded.tags = '{}' THEN t.tags ELSE excluded.tags END,
                    first_seen = least(excluded.first_seen, t.first_seen),
                    last_seen = greatest(excluded.last_seen, t.last_seen),
                    pending = excluded.pending, running = excluded.running,
                    epoch = excluded.epoch, seen = excluded.seen, updated_at = now()
                WHERE (excluded.epoch, excluded.last_seen, excluded.seen)
                    >= (t.epoch, t.last_seen, t.seen)""")
                .orderedBy("last_seen", "seen");
    }

    /**
     * Replaces its row every second. The time of the sample is no condition, because the clock may
     * be set back: an old row of another subtask, written after a restart, is replaced just as
     * soon.
     *
     * @param dimensions names of the dimensions that the job counts
     */
    static Table<ProgressRow> progress(List<String> dimensions) {
        List<Column<ProgressRow>> columns = new ArrayList<>(sample());
        Map<String, @Nullable Long> since = new TreeMap<>();
        dimensions.forEach(dimension -> since.put(dimension, null));
        columns.add(json("dimensions", r -> since));
        return Table.with(
                "progress",
                r -> true,
                List.of(flag("singleton", r -> true)),
                columns,
                """
                DO UPDATE SET sampled_at = excluded.sampled_at,
                    event_time = greatest(excluded.event_time, t.event_time),
                    pending = excluded.pending, running = excluded.running,
                    dimensions = (SELECT jsonb_object_agg(name, coalesce(t.dimensions -> name,
                        to_jsonb(greatest(excluded.event_time, t.event_time))))
                        FROM jsonb_object_keys(excluded.dimensions) AS name)
                """);
    }

    private static List<Column<ProgressRow>> sample() {
        return List.of(
                time("sampled_at", ProgressRow::sampledAt),
                time("event_time", ProgressRow::eventTime),
                number("pending", ProgressRow::pending),
                number("running", ProgressRow::running));
    }

    static Table<ProgressRow> gauge() {
        return Table.with(
                "fleet_gauge",
                ProgressRow::sampledAt,
                sample().subList(0, 1),
                sample().subList(1, 4),
                "DO UPDATE SET event_time = excluded.event_time, pending = "
                        + "excluded.pending, running = excluded.running");
    }

    static Table<WasteFinding> waste(long epoch) {
        return Table.guarded(
                "waste_findings",
                f -> List.of(f.endedAt(), f.taskId(), f.pattern(), f.place()),
                List.of(
                        time("ended_at", WasteFinding::endedAt),
                        text("task_id", WasteFinding::taskId),
                        text("pattern", f -> f.pattern().wireName()),
                        number("place", WasteFinding::place)),
                List.of(
                        text("agent_id", WasteFinding::agentId),
                        text("agent_type", WasteFinding::agentType),
                        text("repo", WasteFinding::repo),
                        text("tool", WasteFinding::tool),
                        number("times", WasteFinding::times),
                        number("calls", WasteFinding::calls),
                        money("cost", WasteFinding::costNanos),
                        number("calls_unpriced", WasteFinding::unpriced),
                        time("started_at", WasteFinding::startedAt),
                        time("finished_at", WasteFinding::finishedAt),
                        number("epoch", f -> epoch),
                        number("seen", WasteFinding::seen)));
    }

    static Table<RefusalRow> refusals() {
        return Table.with(
                        "dead_letter_counts",
                        r -> Map.entry(r.hour(), r.code()),
                        List.of(time("hour", RefusalRow::hour), text("code", RefusalRow::code)),
                        List.of(number("records", RefusalRow::records)),
                        "DO UPDATE SET records = excluded.records WHERE excluded.records >= t.records")
                .orderedBy("records");
    }
}
