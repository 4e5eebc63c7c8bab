package io.agentanalytics.sources;

import static io.agentanalytics.contract.EventType.LLM_CALL;
import static io.agentanalytics.contract.EventType.TASK_STARTED;

import io.agentanalytics.contract.ClientNames;
import io.agentanalytics.contract.Fragment;
import io.agentanalytics.contract.InvalidEventException;
import io.agentanalytics.contract.RejectCode;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import io.agentanalytics.contract.TokenUsage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Log records of Codex. They name the conversation, not the turn, so only the job can determine
 * their task. {@code response.completed} is reported twice; the record with tokens counts.
 */
final class Codex implements LogMapper {

    private static final String STATUS = "http.response.status_code";
    private static final int UPGRADE_REQUIRED = 426;

    /** Matches an id only: the output of a tool is content. */
    private static final Pattern CHILD =
            Pattern.compile(
                    "\"agent_id\"\\s*:\\s*\"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\"");

    /**
     * Returns true for a scope of Codex's logs: the target of the log record, which was the path of
     * a module in earlier versions. Records of the other scope hold no tokens.
     */
    static boolean isLog(String scope) {
        return scope.startsWith("codex_otel") && !scope.startsWith("codex_otel.trace_safe");
    }

    @Override
    public void map(Mapping m) throws InvalidEventException {
        OtlpRecord r = m.record;
        if (conversation(r).isEmpty()) {
            if (!r.get("input_token_count").isEmpty()) {
                throw new InvalidEventException(
                        RejectCode.MISSING_FIELD,
                        "A call of Codex has no conversation.id; without it, its task is unknown.");
            }
            return;
        }
        switch (r.name) {
            case "codex.user_prompt" ->
                    turn(m, m.logged(TASK_STARTED, "cx/" + r.hash.idOf(r), taskOf(m)).build());
            case "codex.tool_result" -> {
                TaskEvent tool = Tool.logged(m, taskOf(m), "cx").build();
                turn(m, tool);
                spawn(m, tool);
            }
            case "codex.api_request" -> apiRequest(m);
            case "codex.websocket_connect" -> websocketConnect(m);
            case "codex.websocket_request" -> websocketRequest(m);
            case "codex.sse_event" -> {
                if (r.get("event.kind").equals("response.completed")) {
                    completed(m);
                }
            }
            default -> {}
        }
    }

    /** Only the result of this tool names the conversation of a child. */
    private static void spawn(Mapping m, TaskEvent tool) throws InvalidEventException {
        if (!tool.toolName().equals("spawn_agent")) {
            return;
        }
        Matcher child = CHILD.matcher(m.record.get("output"));
        if (child.find()) {
            m.fragment(
                    Fragment.of(
                                    Fragment.Role.SPAWN,
                                    conversation(m.record),
                                    tool.eventId() + "/spawn")
                            .name(child.group(1))
                            .startMillis(tool.timeMillis())
                            .build());
        }
    }

    private static void apiRequest(Mapping m) throws InvalidEventException {
        if (isFailed(m.record)) {
            failed(m);
        } else if (ReportedUsage.number(m.record.get(STATUS)) == 200) {
            accepted(m);
        }
    }

    /** A connection that was refused is a failed attempt, unless Codex then calls over HTTP. */
    private static void websocketConnect(Mapping m) throws InvalidEventException {
        boolean isFallback = ReportedUsage.number(m.record.get(STATUS)) == UPGRADE_REQUIRED;
        if (isFailed(m.record) && !isFallback) {
            failed(m);
        }
    }

    /** A request that was not sent also breaks the stream, which is reported as its completion. */
    private static void websocketRequest(Mapping m) throws InvalidEventException {
        if (m.record.get("success").equals("true")) {
            accepted(m);
        }
    }

    private static boolean isFailed(OtlpRecord r) {
        long status = ReportedUsage.number(r.get(STATUS));
        return status >= 400 || (status <= 0 && !r.get("error.message").isEmpty());
    }

    private static void failed(Mapping m) throws InvalidEventException {
        OtlpRecord r = m.record;
        turn(
                m,
                call(m).durationMillis(ReportedUsage.millis(r.get("duration_ms")))
                        .error(ErrorTypes.of(r.get(STATUS), "", r.get("error.message")), null)
                        .build());
    }

    private static void accepted(Mapping m) throws InvalidEventException {
        OtlpRecord r = m.record;
        long started =
                Mapping.millis(r.timeNanos())
                        - Math.max(0, ReportedUsage.millis(r.get("duration_ms")));
        m.fragment(
                Fragment.of(Fragment.Role.ACCEPTED, conversation(r), r.hash.idOf(r))
                        .startMillis(started)
                        .build());
    }

    private static void completed(Mapping m) throws InvalidEventException {
        OtlpRecord r = m.record;
        String message = r.get("error.message");
        if (!message.isEmpty()) {
            turn(m, call(m).error(ErrorTypes.of("", "", message), null).build());
            return;
        }
        if (r.get("input_token_count").isEmpty()) {
            return;
        }
        TokenUsage tokens =
                ReportedUsage.of(
                                r.get("input_token_count"),
                                r.get("cached_token_count"),
                                r.get("cache_write_token_count"),
                                r.get("output_token_count"),
                                r.get("reasoning_token_count"))
                        .tokens();
        // A request that opens a WebSocket in advance generates nothing.
        if (tokens.input() != 0 || tokens.output() != 0) {
            turn(
                    m,
                    call(m).timeToFirstTokenMillis(ReportedUsage.millis(r.get("ttft_ms")))
                            .serviceTier(serviceTier(r.get("service_tier")))
                            .tokens(tokens)
                            .build());
        }
    }

    /** Returns the tier of the provider, which Codex may name as its own settings do. */
    private static String serviceTier(String name) {
        return name.equals("fast") ? "priority" : Names.id(name);
    }

    private static TaskEventBuilder call(Mapping m) throws InvalidEventException {
        OtlpRecord r = m.record;
        String model = Names.model(r.get("model"));
        return m.logged(LLM_CALL, r.hash.idOf(r), taskOf(m)).on(Names.provider("", model), model);
    }

    private static void turn(Mapping m, TaskEvent event) throws InvalidEventException {
        m.fragment(
                Fragment.of(Fragment.Role.TURN, conversation(m.record), event.eventId())
                        .name(event.type() == TASK_STARTED ? Fragment.PROMPT : "")
                        .event(event)
                        .build());
    }

    private static String conversation(OtlpRecord r) {
        return Names.id(r.get("conversation.id"));
    }

    private static Mapping.Task taskOf(Mapping m) {
        OtlpRecord r = m.record;
        String agent = r.get("agent_name");
        return new Mapping.Task(
                conversation(r),
                agent.equals("/root") ? "" : agent,
                ClientNames.CODEX,
                "",
                Identity.tags(r, m.caller).put(TaskEvent.FAILURES_TAG, Mapping.ATTEMPTS).map());
    }
}
