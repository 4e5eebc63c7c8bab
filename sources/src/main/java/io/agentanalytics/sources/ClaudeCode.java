package io.agentanalytics.sources;

import static io.agentanalytics.contract.EventType.LLM_CALL;
import static io.agentanalytics.contract.EventType.TASK_COMPLETED;
import static io.agentanalytics.contract.EventType.TASK_STARTED;

import io.agentanalytics.contract.ClientNames;
import io.agentanalytics.contract.ErrorClass;
import io.agentanalytics.contract.Fragment;
import io.agentanalytics.contract.InvalidEventException;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;

/**
 * Log records of Claude Code. A prompt is a task, and so is each sub-agent. Of the records about
 * one failure only {@code api_error} counts; failures that a retry corrected are not reported.
 */
final class ClaudeCode implements LogMapper {
    static final String SCOPE = "com.anthropic.claude_code.events";

    /** Prefix of the scopes of logs and spans. */
    static final String SCOPES = "com.anthropic.claude_code.";

    private static final String PREFIX = "claude_code.";

    @Override
    public void map(Mapping m) throws InvalidEventException {
        OtlpRecord r = m.record;
        String name = r.name.startsWith(PREFIX) ? r.name.substring(PREFIX.length()) : r.name;
        Mapping.Task task = taskOf(m);
        switch (name) {
            case "user_prompt" ->
                    m.inSession(
                            m.logged(TASK_STARTED, "cc/prompt/" + r.get("prompt.id"), task)
                                    .build());
            case "api_request" -> m.inSession(request(m, name, task).build());
            case "api_refusal" -> refusal(m);
            case "api_error" ->
                    m.inSession(
                            call(m, name, task)
                                    .error(
                                            ErrorTypes.of(r.get("status_code"), "", r.get("error")),
                                            null)
                                    .build());
            case "tool_result" -> m.event(Tool.logged(m, task, "cc").build());
            case "subagent_completed" -> {
                if (r.get("agent_id").isEmpty()) {
                    return; // of an earlier version, in which the sub-agent is part of its prompt
                }
                m.event(
                        m.logged(TASK_COMPLETED, "cc/subagent/" + r.get("agent_id"), task)
                                .durationMillis(ReportedUsage.millis(r.get("duration_ms")))
                                .build());
            }
            default -> {
                return;
            }
        }
        promptOfTrace(m);
    }

    /**
     * Joins the span that ends the task to the prompt: it has no prompt id, but its log records
     * have its id.
     */
    private static void promptOfTrace(Mapping m) throws InvalidEventException {
        OtlpRecord r = m.record;
        String prompt = Names.id(r.get("prompt.id"));
        if (!prompt.isEmpty() && Spans.isTrace(r.traceId)) {
            String span = r.spanId.isEmpty() ? "prompt" : r.spanId;
            m.fragment(Fragment.of(Fragment.Role.PROMPT, r.traceId, span).name(prompt).build());
        }
    }

    private static Mapping.Task taskOf(Mapping m) {
        OtlpRecord r = m.record;
        // Requests outside of a prompt, such as title generation, have no prompt id.
        String prompt = r.first("prompt.id", "session.id");
        String sub = r.get("agent_id");
        String attempts = r.get("attempt");
        var tags =
                Identity.tags(r, m.caller)
                        .put("query_source", r.get("query_source"))
                        .put(TaskEvent.FAILURES_TAG, Mapping.CALLS);
        if (ReportedUsage.number(attempts) > 1) {
            tags.put("attempts", attempts);
        }
        String agent = r.get("agent.name");
        return new Mapping.Task(
                sub.isEmpty() ? prompt : prompt + "/" + sub,
                agent.isEmpty() && !sub.isEmpty() ? r.get("agent_type") : agent,
                ClientNames.CLAUDE_CODE,
                sub.isEmpty() ? "" : prompt,
                tags.map());
    }

    /**
     * Notes that the provider withheld the answer of a request, which is reported after this record
     * and has the tokens. If the provider tried another model, that one may have answered.
     */
    private static void refusal(Mapping m) {
        if (!m.record.get("server_fallback_hop").equals("true")) {
            m.refused(m.record.get("request_id"));
        }
    }

    private static TaskEventBuilder request(Mapping m, String name, Mapping.Task task)
            throws InvalidEventException {
        OtlpRecord r = m.record;
        boolean isRefused = m.isRefused(r.get("request_id"));
        ReportedUsage usage =
                ReportedUsage.of(
                                r.get("input_tokens"),
                                r.get("cache_read_tokens"),
                                r.get("cache_creation_tokens"),
                                r.get("output_tokens"),
                                "")
                        .cachedApart(true);
        return call(m, name, task)
                .error(isRefused ? ErrorClass.CONTENT_FILTER.wireName() : "", null)
                .tokens(usage.tokens())
                .cacheWrite1hTokens(
                        ReportedUsage.tokens(
                                "cache_write_1h_tokens", r.get("cache_creation_1h_tokens")))
                .costNanos(ReportedUsage.nanoDollars(r.get("cost_usd")));
    }

    private static TaskEventBuilder call(Mapping m, String name, Mapping.Task task)
            throws InvalidEventException {
        OtlpRecord r = m.record;
        String request = r.get("request_id");
        // The sequence number starts again when a session is resumed, so it is not an id.
        String id = request.isEmpty() ? r.hash.idOf(r) : "cc/" + name + "/" + request;
        String model = Names.model(r.get("model"));
        return m.logged(LLM_CALL, id, task)
                .callId(Names.id(request))
                .on(Names.provider(r.get("anthropic.provider"), model), model)
                .durationMillis(ReportedUsage.millis(r.get("duration_ms")))
                .timeToFirstTokenMillis(ReportedUsage.millis(r.get("ttft_ms")));
    }
}
