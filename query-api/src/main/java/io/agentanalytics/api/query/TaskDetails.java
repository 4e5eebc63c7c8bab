package io.agentanalytics.api.query;

import io.agentanalytics.api.insight.TaskCost;
import io.agentanalytics.api.query.Answers.TaskAnswer;
import io.agentanalytics.api.query.Answers.TaskTreeAnswer;
import io.agentanalytics.api.view.AlertViews.AlertView;
import io.agentanalytics.api.view.TaskCallViewBuilder;
import io.agentanalytics.api.view.TaskViews.TaskCallView;
import io.agentanalytics.api.view.TaskViews.TaskTreeView;
import io.agentanalytics.api.view.TaskViews.UsualTaskView;
import io.agentanalytics.api.view.UsualTaskViewBuilder;
import io.agentanalytics.api.view.Views.TaskView;
import io.agentanalytics.contract.ErrorClass;
import io.agentanalytics.contract.TimelineCall;
import io.agentanalytics.contract.TimelineCalls;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** One task with its calls, its tree, its alerts and an explanation of its cost. */
public final class TaskDetails {
    /** Number of tasks with which a task is compared. */
    private static final int COMPARED = 200;

    private static final int MIN_COMPARED = 20;
    private static final int NANOS_SCALE = 9;

    private final Handle handle;

    public TaskDetails(Handle handle) {
        this.handle = handle;
    }

    private record Stored(TaskView task, @Nullable List<TimelineCall> calls, long leftOut) {}

    /** Returns the latest task with this id: the one that ended last, if any of them ended. */
    public Optional<TaskAnswer> task(String id) {
        return handle.createQuery(
                        "SELECT "
                                + TaskRows.COLUMNS
                                + ", t.call_list, t.calls_left_out, "
                                + Verdicts.OUTCOME
                                + " AS judged\nFROM store.task_execution_timeline t\n"
                                + Verdicts.JOIN
                                + "WHERE t.task_id = :id AND NOT t.retracted"
                                + " ORDER BY t.outcome = 'abandoned', t.ended_at DESC LIMIT 1")
                .bind("id", id)
                .map((row, context) -> stored(row))
                .findFirst()
                .map(this::answer);
    }

    /** Returns the tree of a task; empty if no stored task and no alert names it. */
    public Optional<TaskTreeAnswer> tree(String id) {
        Optional<TaskAnswer> ended = task(id);
        TaskTreeView tree =
                ended.map(TaskAnswer::tree).orElseGet(() -> new TaskTrees(handle).below(id));
        List<AlertView> alerts = new AlertQueries(handle).ofTask(id);
        return ended.isEmpty() && tree.descendants().isEmpty() && alerts.isEmpty()
                ? Optional.empty()
                : Optional.of(new TaskTreeAnswer(id, ended.isPresent(), tree, alerts));
    }

    private static Stored stored(ResultSet row) throws SQLException {
        byte[] calls = row.getBytes("call_list");
        return new Stored(
                TaskRows.view(row),
                calls == null ? null : TimelineCalls.decode(calls),
                row.getLong("calls_left_out"));
    }

    private TaskAnswer answer(Stored stored) {
        TaskView task = stored.task();
        List<TimelineCall> calls = stored.calls() == null ? List.of() : stored.calls();
        long tools = calls.stream().filter(TimelineCall::isTool).count();
        UsualTaskView usual = usual(task);
        return TaskAnswerBuilder.builder()
                .task(task)
                .callList(
                        stored.calls() == null
                                ? null
                                : calls.stream().map(TaskDetails::view).toList())
                .callsLeftOut(stored.calls() == null ? task.calls() : stored.leftOut())
                .toolCallsLeftOut(Math.max(0, task.toolCalls() - tools))
                .tree(new TaskTrees(handle).of(task))
                .explanation(new TaskCost(task, calls, usual).view())
                .alerts(new AlertQueries(handle).ofTask(task.taskId()))
                .waste(new WasteQueries(handle).ofTask(task.taskId(), task.endedAt()))
                .build();
    }

    private @Nullable UsualTaskView usual(TaskView task) {
        UsualTaskView usual =
                handle.createQuery(
                                """
                                SELECT count(*) AS tasks,
                                    percentile_disc(0.5) WITHIN GROUP (ORDER BY cost) AS cost,
                                    percentile_disc(0.5) WITHIN GROUP (ORDER BY calls) AS calls,
                                    sum(input_tokens)::float8
                                        / nullif(sum(calls) FILTER (WHERE input_tokens IS NOT NULL), 0)
                                        AS input_per_call,
                                    sum(cached_input_tokens)::float8 / nullif(sum(input_tokens)
                                        FILTER (WHERE cached_input_tokens IS NOT NULL), 0)
                                        AS cached_share,
                                    mode() WITHIN GROUP (ORDER BY model) AS model
                                FROM (
                                    SELECT t.calls, t.input_tokens, t.cached_input_tokens, t.model,
                                        CASE WHEN t.requests_unpriced = 0
                                            THEN t.cost_reported + t.cost_priced END AS cost
                                    FROM store.task_execution_timeline t
                                    WHERE t.agent_type = :type AND t.ended_at < :end
                                        AND t.ended_at >= :from AND NOT t.retracted
                                        AND t.outcome <> 'abandoned'
                                    ORDER BY t.ended_at DESC LIMIT :compared) AS latest
                                """)
                        .bind("type", task.agentType())
                        .bind("end", Windows.time(task.endedAt()))
                        .bind("from", Windows.time(task.endedAt().minus(TimeRange.LONGEST)))
                        .bind("compared", COMPARED)
                        .map((row, context) -> usual(row))
                        .one();
        return usual.tasks() < MIN_COMPARED ? null : usual;
    }

    private static UsualTaskView usual(ResultSet row) throws SQLException {
        BigDecimal cost = row.getBigDecimal("cost");
        return UsualTaskViewBuilder.builder()
                .tasks(row.getLong("tasks"))
                .costUsd(cost == null ? null : cost.stripTrailingZeros())
                .calls(Rows.number(row, "calls"))
                .inputTokensPerCall(row.getObject("input_per_call", Double.class))
                .cachedShare(row.getObject("cached_share", Double.class))
                .model(row.getString("model"))
                .build();
    }

    private static TaskCallView view(TimelineCall call) {
        boolean hasCost = call.costNanos() >= 0;
        return TaskCallViewBuilder.builder()
                .callId(call.id())
                .kind(call.isTool() ? "tool" : "model")
                .startedAt(Instant.ofEpochMilli(call.startMillis()))
                .durationMs(number(call.durationMillis()))
                .timeToFirstTokenMs(number(call.timeToFirstTokenMillis()))
                .provider(text(call.provider()))
                .model(text(call.model()))
                .toolName(text(call.toolName()))
                .inputTokens(number(call.tokens().input()))
                .cachedInputTokens(number(call.tokens().cachedInput()))
                .cacheWriteTokens(number(call.tokens().cacheWrite()))
                .outputTokens(number(call.tokens().output()))
                .reasoningTokens(number(call.tokens().reasoning()))
                .costUsd(
                        hasCost
                                ? BigDecimal.valueOf(call.costNanos(), NANOS_SCALE)
                                        .stripTrailingZeros()
                                : null)
                .costSource(hasCost ? call.isPriced() ? "priced" : "reported" : null)
                .errorType(text(call.errorType()))
                .errorClass(call.failed() ? ErrorClass.of(call.errorType()).wireName() : null)
                .errorMessage(text(call.errorMessage()))
                .attempt(call.attempt())
                .build();
    }

    private static @Nullable Long number(long value) {
        return value < 0 ? null : value;
    }

    private static @Nullable String text(String value) {
        return value.isEmpty() ? null : value;
    }
}
