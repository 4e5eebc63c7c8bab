package io.agentanalytics.local.transcripts;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventFields;
import io.agentanalytics.contract.TokenUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lines of one file of Codex CLI: a thread. */
final class CodexFile implements TranscriptReader.Lines {
    private static final String P = "payload.";
    private static final String TOTAL = "payload.info.total_token_usage.";
    private static final String LAST = "payload.info.last_token_usage.";

    /** Error names of Codex that are not names of our classes. */
    private static final Map<String, String> ERRORS =
            Map.of(
                    "usage_limit_exceeded", "quota",
                    "server_overloaded", "overloaded",
                    "context_window_exceeded", "context_length",
                    "unauthorized", "auth",
                    "bad_request", "invalid_request",
                    "http_connection_failed", "connection",
                    "response_stream_connection_failed", "connection",
                    "response_stream_disconnected", "connection");

    private final CodexReader all;
    private final List<CodexReader.Count> counts = new ArrayList<>();
    private @Nullable Fields meta;
    private @Nullable Turn turn;
    private String model = "";
    private String lastTotals = "";
    private String parentTurn = "";
    private boolean hasRecords;

    CodexFile(CodexReader all) {
        this.all = all;
    }

    @Override
    public void line(Fields line) {
        long time = line.time("timestamp");
        if (time < 0 || isCopy(line)) {
            return;
        }
        String type = line.text("type").equals("event_msg") ? P + "type" : "type";
        switch (line.text(type)) {
            case "session_meta" -> meta(line);
            case "turn_context" -> model = line.text(P + "model");
            case "thread_settings_applied" -> {
                if (line.has(P + "thread_settings.model")) {
                    model = line.text(P + "thread_settings.model");
                }
            }
            case "task_started", "turn_started" -> started(line, time);
            case "task_complete", "turn_complete" -> complete(line, time);
            case "turn_aborted" ->
                    turnOf(line).ends(EventType.TASK_CANCELLED, endId(line), "", time);
            case "token_usage_record" -> record(line, time);
            case "token_count" -> count(line, time);
            default -> {}
        }
    }

    /** Returns true for history of the parent, with which the file of a sub-agent may begin. */
    private boolean isCopy(Fields line) {
        long ordinal = line.number("ordinal");
        return meta != null
                && ordinal >= 0
                && ordinal < meta.number(P + "subagent_history_start_ordinal");
    }

    private void meta(Fields line) {
        if (meta != null) { // of the parent
            return;
        }
        meta = line;
        if (line.has(P + "forked_from_id")) {
            all.forkedFrom.put(line.text(P + "id"), line.text(P + "forked_from_id"));
        }
    }

    private String meta(String field) {
        return meta == null ? "" : meta.text(P + field);
    }

    private boolean isSubAgent() {
        return meta("thread_source").equals("subagent") || !meta("parent_thread_id").isEmpty();
    }

    private void started(Fields line, long time) {
        if (turn != null) {
            turn.isOver();
        }
        parentTurn = line.text(P + "turn_attribution.parent_turn_id");
        String id = line.has(P + "turn_id") ? line.text(P + "turn_id") : meta("id") + "/" + time;
        turn = turn(id, line.text(P + "root_turn_id"));
        turn.started("cx/turn/" + id + "/started", time);
        turn.seemsToEnd(EventType.TASK_CANCELLED, "cx/turn/" + id + "/ended", time);
    }

    private Turn turn(String id, String root) {
        return all.turns.computeIfAbsent(id, key -> made(key, root));
    }

    private Turn made(String id, String root) {
        String agent = meta("originator").isEmpty() ? CodexReader.CLIENT : meta("originator");
        Turn made = new Turn(id, agent, CodexReader.CLIENT);
        if (isSubAgent()) {
            String role = meta("source.subagent.thread_spawn.agent_role");
            made.delegated(
                    agent + "/" + (role.isEmpty() ? "sub-agent" : role),
                    parentTurn,
                    root.equals(id) ? parentTurn : root);
        }
        made.tag("client", CodexReader.CLIENT);
        made.tag("client_version", meta("cli_version"));
        made.tag("session", meta("session_id").isEmpty() ? meta("id") : meta("session_id"));
        made.tag("source", "transcript");
        return made;
    }

    private Turn turnOf(Fields line) {
        if (line.has(P + "turn_id")) {
            return turn(line.text(P + "turn_id"), line.text(P + "root_turn_id"));
        }
        if (turn == null) {
            turn = turn(meta("id").isEmpty() ? "unknown" : meta("id"), "");
        }
        return turn;
    }

    private String endId(Fields line) {
        return "cx/turn/" + turnOf(line).taskId + "/ended";
    }

    private void complete(Fields line, long time) {
        Turn own = turnOf(line);
        if (!line.has(P + "error.codex_error_info")) {
            own.ends(EventType.TASK_COMPLETED, endId(line), "", time);
            return;
        }
        String name = Models.error("", line.text(P + "error.codex_error_info"));
        String error = ERRORS.getOrDefault(name, name);
        String id = "cx/turn/" + own.taskId + "/error";
        TaskEvent call = Calls.usage(id, time, model).errorType(error).build();
        all.calls.add(id, new Calls.Heard(own, call, CodexReader.rank(time), true));
        own.ends(EventType.TASK_FAILED, endId(line), error, time);
    }

    private void record(Fields line, long time) {
        String response = line.text(P + "response_id");
        String id = response.isEmpty() ? meta("id") + "/" + time : response;
        TaskEvent usage =
                tokens(
                        Calls.usage("cx/response/" + id, time, model).callId(response),
                        line,
                        P + "usage.");
        if (!hasRecords && !counts.isEmpty() && isSame(usage, counts.get(counts.size() - 1))) {
            counts.remove(counts.size() - 1);
        }
        hasRecords = true;
        Turn own = turnOf(line);
        all.calls.add(usage.eventId(), new Calls.Heard(own, usage, CodexReader.rank(time), true));
        own.seemsToEnd(EventType.TASK_CANCELLED, endId(line), time);
    }

    private static boolean isSame(TaskEvent usage, CodexReader.Count count) {
        return usage.tokens().input() == count.usage().tokens().input()
                && usage.tokens().output() == count.usage().tokens().output();
    }

    /** Takes the usage of old versions where the totals move: it is repeated at compactions. */
    private void count(Fields line, long time) {
        String totals =
                "%d/%d/%d/%d"
                        .formatted(
                                line.number(TOTAL + "total_tokens"),
                                line.number(TOTAL + "input_tokens"),
                                line.number(TOTAL + "cached_input_tokens"),
                                line.number(TOTAL + "output_tokens"));
        if (hasRecords || !line.has(TOTAL + "total_tokens") || totals.equals(lastTotals)) {
            return;
        }
        lastTotals = totals;
        if (line.number(LAST + "input_tokens") > 0) {
            TaskEvent usage = tokens(Calls.usage("", time, model), line, LAST);
            Turn own = turnOf(line);
            counts.add(new CodexReader.Count(own, meta("id"), totals, usage));
            own.seemsToEnd(EventType.TASK_CANCELLED, endId(line), time);
        }
    }

    private static TaskEvent tokens(TaskEventFields call, Fields line, String prefix) {
        TokenUsage tokens =
                new TokenUsage(
                        line.number(prefix + "input_tokens"),
                        line.number(prefix + "cached_input_tokens"),
                        line.number(prefix + "cache_write_input_tokens"),
                        line.number(prefix + "output_tokens"),
                        line.number(prefix + "reasoning_output_tokens"));
        return call.tokens(tokens).build();
    }

    @Override
    public void end() {
        all.counts.addAll(counts);
    }
}
