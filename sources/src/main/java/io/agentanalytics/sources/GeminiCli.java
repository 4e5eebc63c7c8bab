package io.agentanalytics.sources;

import static io.agentanalytics.contract.EventType.LLM_CALL;
import static io.agentanalytics.contract.EventType.TASK_STARTED;

import io.agentanalytics.contract.ClientNames;
import io.agentanalytics.contract.InvalidEventException;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Log records of Gemini CLI and of Qwen Code, which descends from it. Their scopes also repeat each
 * call in the names of OpenTelemetry; those records are dropped.
 *
 * @param prefix prefix of the event names, with the dot
 * @param type agent type
 * @param failures whether failures are reported of attempts or of calls
 */
record GeminiCli(String prefix, String type, String failures) implements LogMapper {
    static final GeminiCli GEMINI =
            new GeminiCli("gemini_cli.", ClientNames.GEMINI_CLI, Mapping.ATTEMPTS);
    static final GeminiCli QWEN = new GeminiCli("qwen-code.", ClientNames.QWEN_CODE, Mapping.CALLS);

    /** The same for all sessions. */
    private static final String SUMMARY = "session-summary-generation";

    /** Turn of a sub-agent, by a random id: {@code k3x9ab#0}. */
    private static final Pattern TURN = Pattern.compile("([^#]+)#\\d+");

    /** Turn of a sub-agent in Qwen Code, after the session: {@code #researcher-1a2b3c4d#0}. */
    private static final Pattern NAMED_TURN = Pattern.compile("#([^#].*)#\\d+");

    @Override
    public void map(Mapping m) throws InvalidEventException {
        OtlpRecord r = m.record;
        if (!r.name.startsWith(prefix)) {
            return;
        }
        switch (r.name.substring(prefix.length())) {
            case "user_prompt" ->
                    m.inSession(
                            m.logged(
                                            TASK_STARTED,
                                            type + "/prompt/" + r.get("prompt_id"),
                                            taskOf(m))
                                    .build());
            case "tool_call" -> m.event(Tool.logged(m, taskOf(m), type).build());
            case "api_response" -> m.inSession(response(m));
            case "api_error" ->
                    m.inSession(
                            call(m, r.hash.idOf(r))
                                    .error(
                                            ErrorTypes.of(
                                                    r.get("status_code"),
                                                    r.first("error.type", "error_type"),
                                                    r.get("error.message")),
                                            null)
                                    .build());
            default -> {}
        }
    }

    private TaskEvent response(Mapping m) throws InvalidEventException {
        OtlpRecord r = m.record;
        // Results of tools of the provider, which are input, but not in its count.
        long ofTools = Math.max(0, ReportedUsage.number(r.get("tool_token_count")));
        ReportedUsage usage =
                ReportedUsage.of(
                        r.get("input_token_count"),
                        r.get("cached_content_token_count"),
                        "",
                        r.get("output_token_count"),
                        r.get("thoughts_token_count"));
        // The total shows if the input includes these results, and the output the thoughts.
        long total = ReportedUsage.number(r.get("total_token_count"));
        long rest = total - usage.input() - usage.output() - ofTools;
        if (ofTools > 0 && (rest == 0 || rest == usage.reasoning())) {
            usage = usage.plusInput(ofTools);
        }
        boolean apart =
                usage.reasoning() > 0
                        && total == usage.input() + usage.output() + usage.reasoning();
        String response = r.get("response_id");
        return call(m, response.isEmpty() ? r.hash.idOf(r) : type + "/" + response)
                .callId(Names.id(response))
                .tokens(usage.reasoningApart(apart).tokensOfSuccess())
                .build();
    }

    private TaskEventBuilder call(Mapping m, String id) throws InvalidEventException {
        OtlpRecord r = m.record;
        String model = Names.model(r.get("model"));
        return m.logged(LLM_CALL, id, taskOf(m))
                .on(Names.provider(provider(r.get("auth_type")), model), model)
                .durationMillis(ReportedUsage.millis(r.get("duration_ms")))
                .timeToFirstTokenMillis(ReportedUsage.millis(r.get("ttft_ms")));
    }

    private String provider(String auth) {
        return switch (auth) {
            case "vertex-ai" -> "vertex";
            case "openai" -> "openai";
            default -> type.equals(GEMINI.type) ? "gemini" : "";
        };
    }

    /**
     * Returns the prompt. A sub-agent is a task of its session, and so are the calls that belong to
     * no prompt: they must not end the prompt that runs.
     */
    private static String taskId(OtlpRecord r) {
        String prompt = r.get("prompt_id");
        String session = r.get("session.id");
        if (prompt.isEmpty() || session.isEmpty()) {
            return r.first("prompt_id", "session.id");
        }
        if (prompt.equals(SUMMARY) || r.get("role").equals("utility_summarizer")) {
            return session;
        }
        boolean isOfSession = prompt.startsWith(session);
        Matcher turn =
                isOfSession
                        ? NAMED_TURN.matcher(prompt.substring(session.length()))
                        : TURN.matcher(prompt);
        return turn.matches() ? session + "/" + turn.group(1) : prompt;
    }

    private Mapping.Task taskOf(Mapping m) {
        OtlpRecord r = m.record;
        return new Mapping.Task(
                taskId(r),
                r.get("subagent_name"),
                type,
                "",
                Identity.tags(r, m.caller)
                        .put("role", r.get("role"))
                        .put(TaskEvent.FAILURES_TAG, failures)
                        .map());
    }
}
