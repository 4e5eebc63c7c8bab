package io.agentanalytics.sources;

import static io.agentanalytics.contract.EventType.TASK_COMPLETED;
import static io.agentanalytics.contract.EventType.TASK_FAILED;

import io.agentanalytics.contract.ClientNames;
import io.agentanalytics.contract.ErrorClass;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.Fragment;
import io.agentanalytics.contract.FragmentFields;
import io.agentanalytics.contract.InvalidEventException;
import io.agentanalytics.contract.RejectCode;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Maps spans. A call belongs to the nearest agent above it, which only the job knows: parents end
 * after their children and arrive in a later body. A call without a parent is a task of its own.
 */
final class Spans {
    private static final int UNSET = 0;
    private static final int OK = 1;
    private static final int ERROR = 2;

    /** Scope that records the exception with which a span ends, and sets no status. */
    private static final String QUARKUS = "io.quarkus.opentelemetry";

    private static final Pattern ID = Pattern.compile("[0-9a-f]+");
    private static final Pattern LANGCHAIN_AGENT =
            Pattern.compile("\"lc_agent_name\":\"([^\"]+)\"");
    private static final Pattern ADK_AGENT = Pattern.compile("agent_run \\[(.+)]");
    private static final Pattern ERROR_FINISH = Pattern.compile("\\berror\\b");

    /** Finish reasons of an answer that the provider withheld, in the words of each provider. */
    private static final Pattern REFUSED_FINISH =
            Pattern.compile(
                    "\\b(content[_-]?filter(ed)?|refusal|safety|prohibited_content|blocklist|spii"
                            + "|guardrail_intervened)\\b",
                    Pattern.CASE_INSENSITIVE);

    /** Scopes that write OK on every span of an agent, whether its calls succeeded or not. */
    private static final Set<String> ALWAYS_OK =
            Set.of(
                    "openinference.instrumentation.openai_agents",
                    "@arizeai/openinference-instrumentation-openai-agents");

    /** Scopes that write OK before they call; the SDK then ignores the status of a failure. */
    private static final Set<String> OK_AT_START =
            Set.of(
                    "openinference.instrumentation.agno",
                    "openinference.instrumentation.autogen_agentchat");

    /** Scopes whose failed spans are attempts; other scopes report a call after its retries. */
    private static final Set<String> ATTEMPTS =
            Set.of("ai", ClientNames.OPENCODE, "github.copilot");

    private static final List<ScopeType> TYPES =
            List.of(
                    new ScopeType(ClientNames.CODEX, ClientNames.CODEX),
                    new ScopeType("com.anthropic", ClientNames.CLAUDE_CODE),
                    new ScopeType("qwen", ClientNames.QWEN_CODE),
                    new ScopeType("github.copilot", ClientNames.COPILOT),
                    new ScopeType(ClientNames.OPENCODE, ClientNames.OPENCODE));

    /** Agent type of the scopes that begin with a prefix. */
    private record ScopeType(String prefix, String agentType) {}

    private Spans() {}

    /** Maps a span and returns its kind. */
    static SpanKind map(Mapping m) throws InvalidEventException {
        SpanKind kind = SpanKind.of(m.record);
        switch (kind) {
            case CALL -> {
                check(m.record);
                call(m);
            }
            case AGENT -> {
                check(m.record);
                agent(m);
            }
            case TOOL -> {
                check(m.record);
                tool(m);
            }
            case STEP -> step(m);
            case DUPLICATE -> {}
        }
        return kind;
    }

    private static void check(OtlpRecord r) throws InvalidEventException {
        if (!isTrace(r.traceId) || !isId(r.spanId, 16)) {
            throw new InvalidEventException(
                    RejectCode.MISSING_FIELD,
                    "A span needs a trace id of 32 and a span id of 16 hexadecimal digits, not all"
                            + " zero.");
        }
    }

    /** Returns true if a text is the id of a trace. */
    static boolean isTrace(String id) {
        return isId(id, 32);
    }

    private static boolean isId(String id, int digits) {
        return id.length() == digits
                && ID.matcher(id).matches()
                && id.chars().anyMatch(c -> c != '0');
    }

    private static void call(Mapping m) throws InvalidEventException {
        OtlpRecord r = m.record;
        String session = Identity.session(r);
        if (SpanKind.isOpencode(r.scope())) {
            // No span of the SDK covers the loop of opencode, so its session is the task.
            String task = session.isEmpty() ? r.traceId : session;
            m.inSession(SpanCall.of(m, taskOf(m, task, "")).build());
            return;
        }
        boolean isRoot = r.parentId.isEmpty();
        String agent = agentName(r);
        m.fragment(
                fragment(Fragment.Role.CALL, r)
                        .name(agent)
                        .isQuick(isRoot || !agent.isEmpty() || !session.isEmpty())
                        .event(SpanCall.of(m, taskOf(m, r.traceId, "")).build())
                        .build());
        // After the call: a task whose only call is refused has not ended.
        if (isRoot) {
            m.event(ending(m, taskOf(m, r.traceId)).build());
        }
    }

    private static void tool(Mapping m) throws InvalidEventException {
        OtlpRecord r = m.record;
        String session = Identity.session(r);
        if (SpanKind.isOpencode(r.scope())) {
            String task = session.isEmpty() ? r.traceId : session;
            m.event(Tool.ofSpan(m, taskOf(m, task, "")).build());
        } else if (r.parentId.isEmpty()) {
            m.event(Tool.ofSpan(m, taskOf(m, r.traceId)).build());
        } else {
            String agent = agentName(r);
            m.fragment(
                    fragment(Fragment.Role.TOOL, r)
                            .name(agent)
                            .isQuick(!agent.isEmpty() || !session.isEmpty())
                            .event(Tool.ofSpan(m, taskOf(m, r.traceId, "")).build())
                            .build());
        }
    }

    private static void agent(Mapping m) throws InvalidEventException {
        OtlpRecord r = m.record;
        String type = typeOf(r.scope());
        switch (type) {
            case ClientNames.CODEX -> {
                String conversation = Names.id(r.get("thread.id"));
                if (!conversation.isEmpty()) {
                    TaskEvent end = ending(m, taskOf(m, conversation, "")).build();
                    m.fragment(
                            Fragment.of(Fragment.Role.TURN, conversation, end.eventId())
                                    .startMillis(startMillis(r))
                                    .event(end)
                                    .build());
                }
            }
            case ClientNames.QWEN_CODE ->
                    m.inSession(ending(m, taskOf(m, r.get("qwen-code.prompt_id"), "")).build());
            default -> {
                boolean started = !type.equals(ClientNames.CLAUDE_CODE);
                m.fragment(
                        fragment(Fragment.Role.AGENT, r)
                                .name(started ? agentName(r) : "")
                                .startMillis(started ? startMillis(r) : TaskEvent.ABSENT)
                                .isOutcomeUnset(isOutcomeUnset(r))
                                .event(ending(m, taskOf(m, r.traceId, "")).build())
                                .build());
                if (started) {
                    calls(m);
                }
            }
        }
    }

    /** Adds the sum of an agent's calls, which the job drops if a span reports one of them. */
    private static void calls(Mapping m) throws InvalidEventException {
        OtlpRecord r = m.record;
        TaskEvent sum = SpanCall.sumOf(m, taskOf(m, r.traceId, "")).build();
        if (sum.tokens().input() > 0) {
            m.fragment(
                    Fragment.of(Fragment.Role.CALL, r.traceId, r.spanId + Fragment.SUM)
                            .parentId(r.spanId)
                            .event(sum)
                            .build());
        }
    }

    private static void step(Mapping m) throws InvalidEventException {
        OtlpRecord r = m.record;
        if (!isTrace(r.traceId) || !isId(r.spanId, 16)) {
            return;
        }
        var step = fragment(Fragment.Role.STEP, r);
        if (!OtlpRecord.isTime(r.endNanos)) {
            m.fragment(step.build());
            return;
        }
        if (r.name.equals("claude_code.llm_request")) {
            boolean failed = r.get("success").equals("false");
            TaskEventBuilder end =
                    m.at(EventType.LLM_CALL, idOf(r), taskOf(m, r.traceId, ""), r.endNanos)
                            .on("anthropic", "unknown");
            if (failed) {
                end.error(ErrorTypes.of(r.get("status_code"), "", r.get("error")), null);
            }
            step.name(r.get("stop_reason").equals("tool_use") ? "tool_use" : "").event(end.build());
        } else if (r.parentId.isEmpty() || r.isParentRemote) {
            // It ends the task of the calls below it, if no agent does.
            step.isOutcomeUnset(isOutcomeUnset(r))
                    .event(ending(m, taskOf(m, r.traceId, "")).build());
        }
        m.fragment(step.build());
    }

    private static FragmentFields fragment(Fragment.Role role, OtlpRecord r) {
        return Fragment.of(role, r.traceId, r.spanId)
                .parentId(r.parentId)
                .isParentRemote(r.isParentRemote);
    }

    private static boolean isOutcomeUnset(OtlpRecord r) {
        return r.status == UNSET || (r.status == OK && ALWAYS_OK.contains(r.scope()));
    }

    private static TaskEventBuilder ending(Mapping m, Mapping.Task task)
            throws InvalidEventException {
        OtlpRecord r = m.record;
        boolean failed = isFailed(r) && !hasHandledException(r);
        TaskEventBuilder end =
                m.at(failed ? TASK_FAILED : TASK_COMPLETED, idOf(r) + "/ended", task, r.endNanos)
                        .durationMillis(durationMillis(r));
        return failed ? end.error(errorOf(r), null) : end;
    }

    /** Returns the event id of a span. */
    static String idOf(OtlpRecord r) {
        return r.traceId.substring(0, 16) + r.spanId;
    }

    /** Returns true if the start is known; the clock may have been set back meanwhile. */
    private static boolean hasStart(OtlpRecord r) {
        return OtlpRecord.isTime(r.startNanos) && r.startNanos <= r.endNanos;
    }

    private static long startMillis(OtlpRecord r) {
        return hasStart(r) ? Mapping.millis(r.startNanos) : TaskEvent.ABSENT;
    }

    /** Returns the duration; absent without a start. */
    static long durationMillis(OtlpRecord r) {
        return hasStart(r)
                ? ReportedUsage.duration(Math.round((r.endNanos - r.startNanos) / 1e6))
                : TaskEvent.ABSENT;
    }

    /**
     * Returns true for the span of a task that has only an exception and no status. A call or a
     * tool ends with its exception, but an agent goes on after those that it handles.
     */
    private static boolean hasHandledException(OtlpRecord r) {
        return r.status == UNSET
                && hasFailedWithoutStatus(r)
                && !isFailedByItself(r)
                && !r.scope().equals(QUARKUS);
    }

    static boolean isFailed(OtlpRecord r) {
        return isFailedByItself(r) || hasFailedWithoutStatus(r);
    }

    /** Returns true for a span that failed, whatever exceptions it recorded. */
    private static boolean isFailedByItself(OtlpRecord r) {
        // Google ADK leaves a failed call without any attribute and without a status.
        return r.status == ERROR
                || isBareOfAdk(r)
                || isErrorOfLangfuse(r)
                || ERROR_FINISH.matcher(finish(r)).find()
                || isRefused(r);
    }

    /**
     * Returns true for a span that recorded an exception, has no answer, and sets no status, such
     * as those of Quarkus.
     */
    private static boolean hasFailedWithoutStatus(OtlpRecord r) {
        boolean isStatusOfEnd = r.status == OK && !OK_AT_START.contains(r.scope());
        return !r.get("exception.type").isEmpty() && !isStatusOfEnd && !SpanUsage.hasInput(r);
    }

    /** Returns true for an error that Langfuse for JavaScript reports without a status. */
    private static boolean isErrorOfLangfuse(OtlpRecord r) {
        return Names.unquoted(r.get("langfuse.observation.level")).equals("ERROR");
    }

    /** Returns true for a call of Google ADK without any attribute. */
    static boolean isBareOfAdk(OtlpRecord r) {
        return r.scope().startsWith("gcp.vertex.agent")
                && r.name.equals("call_llm")
                && r.get("gen_ai.request.model").isEmpty();
    }

    /** Returns true if the provider withheld its answer; its tokens count. */
    private static boolean isRefused(OtlpRecord r) {
        return REFUSED_FINISH.matcher(finish(r)).find();
    }

    private static String finish(OtlpRecord r) {
        return r.first(
                "gen_ai.response.finish_reasons",
                "gen_ai.response.finish_reason",
                "ai.response.finishReason",
                "llm.finish_reason",
                "llm.response.finish_reason",
                "llm.response.stop_reason");
    }

    static String errorOf(OtlpRecord r) {
        return r.status != ERROR && isRefused(r)
                ? ErrorClass.CONTENT_FILTER.wireName()
                : ErrorTypes.of(
                        r.first("http.response.status_code", "http.status_code", "error.type"),
                        r.first("error.type", "exception.type"),
                        r.message.isEmpty()
                                ? r.get("langfuse.observation.status_message")
                                : r.message);
    }

    private static String agentName(OtlpRecord r) {
        String name =
                r.first(
                        "gen_ai.agent.name",
                        "agent.name",
                        "agent_name",
                        "gen_ai.agent.id",
                        "ai.telemetry.functionId",
                        "langsmith.metadata.lc_agent_name",
                        "traceloop.entity.name");
        Matcher adk = ADK_AGENT.matcher(r.name);
        if (name.isEmpty() && adk.matches()) {
            name = adk.group(1);
        }
        if (name.isEmpty()) {
            Matcher agent = LANGCHAIN_AGENT.matcher(r.get("metadata"));
            name = agent.find() ? agent.group(1) : "";
        }
        return Names.id(name);
    }

    private static Mapping.Task taskOf(Mapping m, String task) {
        return taskOf(m, task, agentName(m.record));
    }

    private static Mapping.Task taskOf(Mapping m, String task, String agent) {
        OtlpRecord r = m.record;
        boolean attempts = ATTEMPTS.contains(r.scope()) || r.scope().startsWith(ClientNames.CODEX);
        return new Mapping.Task(
                task,
                agent,
                typeOf(r.scope()),
                "",
                Identity.tags(r, m.caller)
                        .put(TaskEvent.FAILURES_TAG, attempts ? Mapping.ATTEMPTS : Mapping.CALLS)
                        .map());
    }

    private static String typeOf(String scope) {
        for (ScopeType type : TYPES) {
            if (scope.startsWith(type.prefix)) {
                return type.agentType;
            }
        }
        return "app";
    }
}
