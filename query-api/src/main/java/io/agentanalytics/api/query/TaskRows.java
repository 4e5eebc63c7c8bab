package io.agentanalytics.api.query;

import com.fasterxml.jackson.core.type.TypeReference;
import io.agentanalytics.api.view.TaskViewBuilder;
import io.agentanalytics.api.view.Views.CostBySource;
import io.agentanalytics.api.view.Views.TaskView;
import io.agentanalytics.api.view.Views.TokenCounts;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TokenKind;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reader of rows of the timeline. */
final class TaskRows {
    /** Columns of a task without its calls, which may be large. */
    static final String COLUMNS =
            """
            t.task_id, t.ended_at, t.agent_id, t.agent_type, t.parent_task_id, t.root_task_id,
                t.provider, t.model, t.submitted_at, t.started_at, t.duration_ms, t.calls,
                t.calls_failed, t.tool_calls, t.input_tokens, t.cached_input_tokens,
                t.cache_write_tokens, t.output_tokens, t.reasoning_tokens, t.cost_reported,
                t.cost_priced, t.requests_unpriced, t.error_type, t.error_message,
                t.files_created, t.files_modified, t.notes, t.tags""";

    private TaskRows() {}

    static TaskView view(ResultSet row) throws SQLException {
        BigDecimal reported = row.getBigDecimal("cost_reported").stripTrailingZeros();
        BigDecimal priced = row.getBigDecimal("cost_priced").stripTrailingZeros();
        return TaskViewBuilder.builder()
                .taskId(row.getString("task_id"))
                .agentId(row.getString("agent_id"))
                .agentType(row.getString("agent_type"))
                .parentTaskId(row.getString("parent_task_id"))
                .rootTaskId(row.getString("root_task_id"))
                .provider(row.getString("provider"))
                .model(row.getString("model"))
                .outcome(row.getString("judged"))
                .submittedAt(Rows.instant(row, "submitted_at"))
                .startedAt(Rows.instant(row, "started_at"))
                .endedAt(Rows.time(row, "ended_at"))
                .durationMs(Rows.number(row, "duration_ms"))
                .calls(row.getLong("calls"))
                .callsFailed(row.getLong("calls_failed"))
                .toolCalls(row.getLong("tool_calls"))
                .tokens(tokens(row))
                .costUsd(cost(row))
                .costBySource(new CostBySource(reported, priced))
                .unpricedRequests(row.getLong("requests_unpriced"))
                .errorType(row.getString("error_type"))
                .errorMessage(row.getString("error_message"))
                .filesCreated(row.getObject("files_created", Integer.class))
                .filesModified(row.getObject("files_modified", Integer.class))
                .notes(Rows.json(row, "notes", new TypeReference<>() {}))
                .tags(Rows.json(row, "tags", new TypeReference<>() {}))
                .build();
    }

    /** Returns the known cost, or null if no part of it is known. */
    static @Nullable BigDecimal cost(ResultSet row) throws SQLException {
        BigDecimal cost = row.getBigDecimal("cost_reported").add(row.getBigDecimal("cost_priced"));
        boolean isUnknown = cost.signum() == 0 && row.getLong("requests_unpriced") > 0;
        return isUnknown ? null : cost.stripTrailingZeros();
    }

    private static @Nullable TokenCounts tokens(ResultSet row) throws SQLException {
        if (Rows.number(row, TokenKind.INPUT.field()) == null) {
            return null;
        }
        Map<TokenKind, Long> counts = new EnumMap<>(TokenKind.class);
        for (TokenKind kind : TokenKind.all()) {
            Long count = Rows.number(row, kind.field());
            counts.put(kind, count == null ? (long) TaskEvent.ABSENT : count);
        }
        return TokenCounts.of(kind -> counts.getOrDefault(kind, (long) TaskEvent.ABSENT));
    }
}
