package io.agentanalytics.sources;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentanalytics.contract.ClientNames;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.InvalidEventException;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.budgets.BudgetSubject;
import java.time.Clock;
import java.util.Map;

/**
 * HTTP hooks of Claude Code: {@code Stop} and {@code StopFailure} are the exact ends of its tasks;
 * {@code UserPromptSubmit} and {@code PreToolUse} ask whether budgets allow the work. Prompts,
 * answers and paths, which hooks also carry, are dropped. Hooks carry no time.
 *
 * @param baggage resource attributes that the hook carries; they replace those of its session
 */
record ClaudeHook(Clock clock, Sessions sessions, Map<String, String> baggage) {
    private static final ClientKey CLIENT = new ClientKey(ClientNames.CLAUDE_CODE, "");
    private static final Map<String, EventType> ENDS =
            Map.of("Stop", EventType.TASK_COMPLETED, "StopFailure", EventType.TASK_FAILED);

    Mapped map(byte[] body, Caller caller) throws MalformedBodyException {
        Mapped out = new Mapped();
        long nanos = clock.millis() * 1_000_000;
        JsonElements.forEach(
                body,
                hook ->
                        out.count(
                                CLIENT,
                                TelemetrySignal.HOOK,
                                outcome(hook, nanos, caller, out),
                                1));
        return out;
    }

    private String outcome(JsonNode hook, long nanos, Caller caller, Mapped out) {
        String name = JsonElements.text(hook, "hook_event_name");
        EventType type = ENDS.get(name);
        boolean isQuestion = name.equals(HookQuestion.PROMPT) || name.equals(HookQuestion.TOOL);
        if (type == null && !isQuestion) {
            return TallyKey.NOT_USED;
        }
        OtlpRecord record = record(hook, caller);
        if (type == null) {
            out.asks(question(name, agentWithin(hook), record, caller));
            return TallyKey.COUNTED;
        }
        Mapping mapping = new Mapping(record, caller, out);
        try {
            mapping.inSession(ending(mapping, type, hook, nanos));
            return TallyKey.COUNTED;
        } catch (InvalidEventException e) {
            out.reject(e, "intake", "hook name=" + Names.id(name));
            return TallyKey.REJECTED;
        }
    }

    private static TaskEvent ending(Mapping mapping, EventType type, JsonNode hook, long nanos)
            throws InvalidEventException {
        String prompt = JsonElements.text(hook, "prompt_id");
        var tags =
                Identity.tags(mapping.record, mapping.caller)
                        .put(TaskEvent.FAILURES_TAG, Mapping.CALLS)
                        .map();
        var task = new Mapping.Task(prompt, "", ClientNames.CLAUDE_CODE, "", tags);
        String id = "cc/" + JsonElements.text(hook, "hook_event_name") + "/" + prompt;
        var end = mapping.at(type, id, task, nanos);
        if (type == EventType.TASK_FAILED) {
            end.error(ErrorTypes.of("", JsonElements.text(hook, "error"), ""), null);
        }
        return end.build();
    }

    /** Returns the hook as a record of its session's telemetry. */
    private OtlpRecord record(JsonNode hook, Caller caller) {
        OtlpRecord record = new OtlpRecord(new OtlpRecord.Origin());
        record.attributes.put("session.id", JsonElements.text(hook, "session_id"));
        Map<String, String> resource = record.origin.resource;
        resource.put("service.name", ClientNames.CLAUDE_CODE);
        resource.putAll(sessions.resource(Identity.session(record), caller));
        resource.putAll(baggage);
        return record;
    }

    /**
     * Returns the agent type of a sub-agent, by which its calls are named; empty outside of one.
     */
    private static String agentWithin(JsonNode hook) {
        boolean isSubAgent = !JsonElements.text(hook, "agent_id").isEmpty();
        return isSubAgent ? JsonElements.text(hook, "agent_type") : "";
    }

    private static HookQuestion question(
            String hook, String within, OtlpRecord record, Caller caller) {
        String agent = Identity.agent(record, caller, within);
        var tags = Identity.tags(record, caller).map();
        return new HookQuestion(hook, BudgetSubject.agent(agent, ClientNames.CLAUDE_CODE, tags));
    }
}
