package io.agentanalytics.sources;

import static io.agentanalytics.contract.EventType.LLM_CALL;
import static io.agentanalytics.contract.EventType.TASK_CANCELLED;
import static io.agentanalytics.contract.EventType.TASK_COMPLETED;
import static io.agentanalytics.contract.EventType.TASK_FAILED;
import static io.agentanalytics.contract.EventType.TASK_STARTED;
import static io.agentanalytics.contract.EventType.TOOL_CALL;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentanalytics.contract.ClientNames;
import io.agentanalytics.contract.ErrorClass;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.InvalidEventException;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import java.time.Clock;
import java.util.Map;

/**
 * Hooks of Cursor, which reports its usage nowhere else. A prompt is a task; {@code stop} ends it
 * and has the sum of its calls, whose input includes cached tokens. Prompts, answers, commands and
 * paths, which hooks also carry, are dropped. Hooks carry no time.
 *
 * @param baggage resource attributes that the hook carries
 */
record CursorHook(Clock clock, Map<String, String> baggage) {
    /** Stands for a model that Cursor chooses. */
    private static final String AUTO = "default";

    private static final Map<String, EventType> ENDS =
            Map.of(
                    "completed", TASK_COMPLETED,
                    "error", TASK_FAILED,
                    "aborted", TASK_CANCELLED);

    Mapped map(byte[] body, Caller caller) throws MalformedBodyException {
        Mapped out = new Mapped();
        long nanos = clock.millis() * 1_000_000;
        JsonElements.forEach(
                body,
                hook -> {
                    Mapping m = new Mapping(record(hook, nanos), caller, out);
                    String outcome = outcome(hook, m, out);
                    out.count(m.record.client(), TelemetrySignal.HOOK, outcome, 1);
                });
        return out;
    }

    private static String outcome(JsonNode hook, Mapping m, Mapped out) {
        String name = text(hook, "hook_event_name");
        try {
            event(name, hook, m);
            return m.isUsed() ? TallyKey.COUNTED : TallyKey.NOT_USED;
        } catch (InvalidEventException e) {
            out.reject(e, "intake", "cursor hook name=" + Names.id(name));
            return TallyKey.REJECTED;
        }
    }

    private static void event(String name, JsonNode hook, Mapping m) throws InvalidEventException {
        Mapping.Task task = taskOf(hook, m);
        switch (name) {
            case "beforeSubmitPrompt" ->
                    m.inSession(m.logged(TASK_STARTED, "cursor/prompt/" + task.id(), task).build());
            case "postToolUse" -> m.event(tool(hook, m, task).build());
            case "postToolUseFailure" ->
                    m.event(
                            tool(hook, m, task)
                                    .error(ErrorClass.TOOL_ERROR.wireName(), null)
                                    .build());
            case "stop" -> stop(hook, m, task);
            default -> {}
        }
    }

    private static void stop(JsonNode hook, Mapping m, Mapping.Task task)
            throws InvalidEventException {
        EventType end = ENDS.get(text(hook, "status"));
        // A hook may continue the loop, which then stops once more.
        String id = task.id() + "/" + text(hook, "loop_count");
        ReportedUsage usage =
                ReportedUsage.of(
                        text(hook, "input_tokens"),
                        text(hook, "cache_read_tokens"),
                        text(hook, "cache_write_tokens"),
                        text(hook, "output_tokens"),
                        "");
        if (usage.input() > 0) {
            String model = text(hook, "model");
            m.inSession(
                    m.logged(LLM_CALL, "cursor/calls/" + id, task)
                            .on(ClientNames.CURSOR, Names.model(model.equals(AUTO) ? "" : model))
                            .tokens(usage.tokens())
                            .build());
        }
        if (end != null) {
            TaskEventBuilder event = m.logged(end, "cursor/stop/" + id, task);
            boolean failed = end == TASK_FAILED;
            m.inSession(event.error(failed ? ErrorClass.OTHER.wireName() : "", null).build());
        }
    }

    private static TaskEventBuilder tool(JsonNode hook, Mapping m, Mapping.Task task)
            throws InvalidEventException {
        String id = text(hook, "tool_use_id");
        String name = Names.id(text(hook, "tool_name"));
        return m.logged(TOOL_CALL, "cursor/tool/" + task.id() + "/" + id, task)
                .durationMillis(ReportedUsage.millis(text(hook, "duration")))
                .tool(name.isEmpty() ? "unknown" : name, "");
    }

    private static Mapping.Task taskOf(JsonNode hook, Mapping m) {
        String prompt = text(hook, "generation_id");
        return new Mapping.Task(
                prompt.isEmpty() ? text(hook, "conversation_id") : prompt,
                "",
                ClientNames.CURSOR,
                "",
                Identity.tags(m.record, m.caller).put(TaskEvent.FAILURES_TAG, Mapping.CALLS).map());
    }

    /** Returns the hook as a record of telemetry. */
    private OtlpRecord record(JsonNode hook, long nanos) {
        OtlpRecord record = new OtlpRecord(new OtlpRecord.Origin());
        record.startNanos = nanos;
        record.attributes.put("session.id", text(hook, "conversation_id"));
        record.origin.resource.put("service.name", ClientNames.CURSOR);
        record.origin.resource.put("service.version", Names.id(text(hook, "cursor_version")));
        record.origin.resource.putAll(baggage);
        return record;
    }

    private static String text(JsonNode hook, String field) {
        return JsonElements.text(hook, field);
    }
}
