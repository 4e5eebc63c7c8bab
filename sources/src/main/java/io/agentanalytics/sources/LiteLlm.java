package io.agentanalytics.sources;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentanalytics.contract.ClientNames;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.Fragment;
import io.agentanalytics.contract.InvalidEventException;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Standard logging payloads of LiteLLM. Each is one call; the task is the trace, which ends after a
 * silence. The price of the gateway is used, because its prompt tokens may or may not include cache
 * writes.
 */
final class LiteLlm {
    private static final ClientKey CLIENT = new ClientKey(ClientNames.LITELLM, "");

    /**
     * Requests that run no model: tools of MCP, and the management of files, batches and responses.
     * A response that is retrieved has the usage and the cost of its call again, with another id.
     */
    private static final Pattern NO_CALL =
            Pattern.compile(
                    ".*mcp.*|a?(get|list|delete|cancel)_.*|a?file_.*|a?create_(file|batch)"
                            + "|a?(create|retrieve)_fine_tuning_job");

    /** Reports the sum of a batch, with the id of the batch, each time after it has ended. */
    private static final Pattern BATCH = Pattern.compile("a?retrieve_batch");

    Mapped map(byte[] body, Caller caller) throws MalformedBodyException {
        Mapped out = new Mapped();
        JsonElements.forEach(
                body,
                call -> out.count(CLIENT, TelemetrySignal.LITELLM, outcome(call, caller, out), 1));
        return out;
    }

    private static String outcome(JsonNode call, Caller caller, Mapped out) {
        boolean isPoll = isOfBatch(call) && !hasUsage(call);
        if (isPoll || NO_CALL.matcher(text(call, "call_type")).matches()) {
            return TallyKey.NOT_USED;
        }
        try {
            TaskEvent event = event(call, caller, out);
            out.event(event);
            out.fragment(
                    Fragment.of(Fragment.Role.ACTIVITY, event.taskId(), event.eventId())
                            .event(event)
                            .build());
            out.failuresOf(CLIENT, event);
            return TallyKey.COUNTED;
        } catch (InvalidEventException e) {
            out.reject(e, "intake", "litellm call_type=" + Names.id(text(call, "call_type")));
            return TallyKey.REJECTED;
        }
    }

    private static boolean isOfBatch(JsonNode call) {
        return BATCH.matcher(text(call, "call_type")).matches();
    }

    private static boolean hasUsage(JsonNode call) {
        return ReportedUsage.number(text(call, "prompt_tokens")) > 0
                || call.path("response_cost").asDouble() > 0;
    }

    private static TaskEvent event(JsonNode call, Caller caller, Mapped out)
            throws InvalidEventException {
        String status = text(call, "status");
        String id = text(call, "id");
        OtlpRecord record = new OtlpRecord(new OtlpRecord.Origin());
        record.origin.resource.put("service.name", CLIENT.client());
        Mapping mapping = new Mapping(record, caller, out);
        String model = Names.model(model(call).replaceFirst("^.*/", ""));
        Mapping.Task task = task(call, tags(call, record, caller));
        TaskEventBuilder event =
                mapping.at(
                                EventType.LLM_CALL,
                                "ll/" + id + "/" + status,
                                task,
                                ReportedUsage.nanosOfEpochSeconds(text(call, "endTime")))
                        .callId(Names.id(id))
                        .on(Names.provider(text(call, "custom_llm_provider"), model), model)
                        .durationMillis(
                                isOfBatch(call)
                                        ? TaskEvent.ABSENT
                                        : between(call, "startTime", "endTime"));
        if (!status.equals("success")) {
            return event.error(errorType(call), null).build();
        }
        if (call.path("stream").asBoolean()) {
            event.timeToFirstTokenMillis(between(call, "startTime", "completionStartTime"));
        }
        return event.tokens(usage(call).tokensOfSuccess()).costNanos(costNanos(call)).build();
    }

    /** Returns the model; a batch may have several, of which the first is reported. */
    private static String model(JsonNode call) {
        String model = text(call, "model");
        return model.isEmpty()
                ? call.path("hidden_params").path("batch_models").path(0).asText()
                : model;
    }

    /** Returns the cost; 0 is that of an answer from the cache, or of a price it does not know. */
    private static long costNanos(JsonNode call) throws InvalidEventException {
        if (call.path("cache_hit").asBoolean()) {
            return 0;
        }
        long nanos = ReportedUsage.nanoDollars(text(call, "response_cost"));
        return nanos == 0 ? TaskEvent.ABSENT : nanos;
    }

    private static Mapping.Task task(JsonNode call, Map<String, String> tags) {
        String trace = text(call, "trace_id");
        String alias = text(call, "metadata", "user_api_key_alias");
        return new Mapping.Task(trace.isEmpty() ? text(call, "id") : trace, alias, "app", "", tags);
    }

    private static Map<String, String> tags(JsonNode call, OtlpRecord record, Caller caller) {
        Identity.Tags tags =
                Identity.tags(record, caller)
                        .put("team", text(call, "metadata", "user_api_key_team_alias"))
                        .put(TaskEvent.FAILURES_TAG, Mapping.ATTEMPTS);
        for (JsonNode tag : call.path("request_tags")) {
            String[] pair = tag.asText().split(":", 2);
            if (pair.length == 2) {
                tags.put(Names.id(pair[0]), pair[1]);
            }
        }
        return tags.map();
    }

    private static String errorType(JsonNode call) {
        return ErrorTypes.of(
                text(call, "error_information", "error_code"),
                text(call, "error_information", "error_class"),
                text(call, "error_information", "error_message"));
    }

    private static ReportedUsage usage(JsonNode call) throws InvalidEventException {
        JsonNode usage = call.path("hidden_params").path("usage_object");
        if (!usage.isObject()) {
            usage = call.path("metadata").path("usage_object");
        }
        String cached = text(usage, "cache_read_input_tokens");
        return ReportedUsage.of(
                        text(call, "prompt_tokens"),
                        cached.isEmpty()
                                ? text(usage, "prompt_tokens_details", "cached_tokens")
                                : cached,
                        text(usage, "cache_creation_input_tokens"),
                        text(call, "completion_tokens"),
                        text(usage, "completion_tokens_details", "reasoning_tokens"))
                .withWrittenInInput();
    }

    private static long between(JsonNode call, String from, String to) {
        long start = ReportedUsage.nanosOfEpochSeconds(text(call, from));
        long end = ReportedUsage.nanosOfEpochSeconds(text(call, to));
        return start > 0 && end >= start
                ? ReportedUsage.duration(Mapping.millis(end - start))
                : TaskEvent.ABSENT;
    }

    private static String text(JsonNode node, String... path) {
        return JsonElements.text(node, path);
    }
}
