package io.agentanalytics.contract;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;

/** Encodes task events as agents publish them; omits absent fields. */
public final class EventEncoder {
    private static final JsonFactory JSON = new JsonFactory();

    private EventEncoder() {}

    public static byte[] encode(TaskEvent e) {
        var out = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            write(json, e);
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }

    private static void write(JsonGenerator json, TaskEvent e) throws IOException {
        json.writeNumberField("schema_version", TaskEvent.SCHEMA_VERSION);
        text(json, "event_id", e.eventId());
        text(json, "type", e.type().wireName());
        text(json, "time", Instant.ofEpochMilli(e.timeMillis()).toString());
        text(json, "task_id", e.taskId());
        text(json, "agent_id", e.agentId());
        text(json, "agent_type", e.agentType());
        text(json, "parent_task_id", e.parentTaskId());
        text(json, "root_task_id", e.rootTaskId());
        text(json, "call_id", e.callId());
        text(json, "provider", e.provider());
        text(json, "model", e.model());
        number(json, "duration_ms", e.durationMillis());
        number(json, "time_to_first_token_ms", e.timeToFirstTokenMillis());
        for (TokenKind kind : TokenKind.all()) {
            number(json, kind.field(), e.tokens().get(kind));
        }
        number(json, "cache_write_1h_tokens", e.cacheWrite1hTokens());
        if (e.costNanos() >= 0) {
            json.writeFieldName("cost_usd");
            json.writeNumber(BigDecimal.valueOf(e.costNanos(), 9).toPlainString());
        }
        text(json, "service_tier", e.serviceTier());
        text(json, "tool_name", e.toolName());
        text(json, "tool_target", e.toolTarget());
        text(json, "error_type", e.errorType());
        text(json, "error_message", e.errorMessage());
        if (e.retryAtMillis() >= 0) {
            text(json, "retry_at", Instant.ofEpochMilli(e.retryAtMillis()).toString());
        }
        number(json, "files_created", e.filesCreated());
        number(json, "files_modified", e.filesModified());
        if (e.type() == EventType.TASK_VERDICT) {
            json.writeBooleanField("success", e.success());
        }
        if (!e.tags().isEmpty()) {
            json.writeObjectFieldStart("tags");
            for (var tag : e.tags().entrySet()) {
                json.writeStringField(tag.getKey(), tag.getValue());
            }
            json.writeEndObject();
        }
    }

    static void text(JsonGenerator json, String field, String value) throws IOException {
        if (!value.isEmpty()) {
            json.writeStringField(field, value);
        }
    }

    private static void number(JsonGenerator json, String field, long value) throws IOException {
        if (value >= 0) {
            json.writeNumberField(field, value);
        }
    }
}
