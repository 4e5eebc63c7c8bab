package io.agentanalytics.contract;

import static io.agentanalytics.contract.RejectCode.*;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Decodes one task event. Ignores unknown fields and rejects invalid values. Reusable, but not
 * thread-safe: after each {@link #decode}, {@link #notes} returns the anomalies of that event.
 */
public final class EventDecoder {
    public static final int MAX_BYTES = 256 * 1024;
    private static final int MAX_DEPTH = 16;
    private static final String LIMITS =
            "Nested deeper than %d levels, or a name or number is too long".formatted(MAX_DEPTH);

    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(MAX_DEPTH)
                                    .maxNumberLength(1000)
                                    .build())
                    .build();

    // Decoding first rejects invalid UTF-8, and UTF-16, which the parser would detect and accept.
    private final CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();
    private final EnumSet<EventNote> notes = EnumSet.noneOf(EventNote.class);
    private char[] chars = new char[1024];

    /** Returns the anomalies of the last accepted event. */
    public Set<EventNote> notes() {
        return notes;
    }

    /**
     * Decodes an event.
     *
     * @throws InvalidEventException if the event is invalid; carries the reject code and a message
     *     that names the value
     */
    public TaskEvent decode(byte @Nullable [] bytes) throws InvalidEventException {
        notes.clear();
        if (bytes == null || bytes.length == 0) {
            throw new InvalidEventException(MALFORMED_JSON, "The record is empty.");
        }
        if (bytes.length > MAX_BYTES) {
            throw new InvalidEventException(
                    TOO_LARGE,
                    "The record has %d bytes; the maximum is %d."
                            .formatted(bytes.length, MAX_BYTES));
        }
        try (JsonParser json = parser(bytes)) {
            return parsed(json);
        } catch (IOException e) {
            throw new InvalidEventException(MALFORMED_JSON, "Not readable: " + e.getMessage());
        }
    }

    private JsonParser parser(byte[] bytes) throws IOException, InvalidEventException {
        return isAscii(bytes)
                ? JSON.createParser(bytes)
                : JSON.createParser(chars, 0, toChars(bytes));
    }

    /** Returns true if bytes need no decoding; a zero is a sign of UTF-16. */
    private static boolean isAscii(byte[] bytes) {
        for (byte b : bytes) {
            if (b <= 0) {
                return false;
            }
        }
        return true;
    }

    private TaskEvent parsed(JsonParser json) throws IOException, InvalidEventException {
        try {
            TaskEvent event = read(json);
            EventRules.check(event, notes);
            return event;
        } catch (InputCoercionException e) {
            throw refused(NUMBER_OUT_OF_RANGE, "A number is too large", e, json);
        } catch (StreamConstraintsException e) {
            throw refused(TOO_COMPLEX, LIMITS, e, json);
        } catch (JsonProcessingException e) {
            throw refused(MALFORMED_JSON, "Not valid JSON", e, json);
        }
    }

    private int toChars(byte[] bytes) throws InvalidEventException {
        if (chars.length < bytes.length) {
            chars = new char[bytes.length];
        }
        CharBuffer out = CharBuffer.wrap(chars);
        try {
            utf8.reset();
            var result = utf8.decode(ByteBuffer.wrap(bytes), out, true);
            if (result.isError()) {
                result.throwException();
            }
            return out.position();
        } catch (CharacterCodingException e) {
            throw new InvalidEventException(MALFORMED_JSON, "Not valid UTF-8.");
        }
    }

    private TaskEvent read(JsonParser json) throws IOException, InvalidEventException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw new InvalidEventException(MALFORMED_JSON, "An event is one JSON object.");
        }
        TaskEventFields fields = TaskEvent.fields();
        Seen seen = new Seen();
        for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
            if (json.nextToken() == JsonToken.VALUE_NULL) {
                continue;
            }
            readField(field, json, fields, seen);
        }
        if (json.currentToken() != JsonToken.END_OBJECT || json.nextToken() != null) {
            throw new InvalidEventException(MALFORMED_JSON, "Text follows the event's object.");
        }
        TaskEvent event = fields.tokens(seen.tokenUsage()).build();
        seen.requireCommon(event);
        return event;
    }

    private void readField(String field, JsonParser json, TaskEventFields fields, Seen seen)
            throws IOException, InvalidEventException {
        FieldReader read = new FieldReader(field, json, notes);
        switch (field) {
            case "schema_version" -> read.version();
            case "event_id" -> fields.eventId(read.id());
            case "type" -> seen.type(read, fields);
            case "time" -> seen.time(read, fields);
            case "task_id" -> fields.taskId(read.id());
            case "agent_id" -> fields.agentId(read.id());
            case "agent_type" -> fields.agentType(orUnknown(read.id()));
            case "parent_task_id" -> fields.parentTaskId(read.id());
            case "root_task_id" -> fields.rootTaskId(read.id());
            case "call_id" -> fields.callId(read.id());
            case "provider" -> fields.provider(Providers.canonical(read.id()));
            case "model" -> fields.model(read.id());
            case "duration_ms" -> fields.durationMillis(read.number());
            case "time_to_first_token_ms" -> fields.timeToFirstTokenMillis(read.number());
            case "cache_write_1h_tokens" -> fields.cacheWrite1hTokens(read.number());
            case "cost_usd" -> fields.costNanos(read.nanoDollars());
            case "service_tier" -> fields.serviceTier(read.id().toLowerCase(Locale.ROOT));
            case "tool_name" -> fields.toolName(read.id());
            case "tool_target" -> fields.toolTarget(read.id());
            case "error_type" -> fields.errorType(read.id());
            case "error_message" -> fields.errorMessage(read.message());
            case "retry_at" -> fields.retryAtMillis(read.time());
            case "files_created" -> fields.filesCreated(read.smallNumber());
            case "files_modified" -> fields.filesModified(read.smallNumber());
            case "success" -> {
                fields.success(read.bool());
                seen.success = true;
            }
            case "tags" -> fields.tags(readTags(json));
            default -> readTokens(field, read, json, seen);
        }
    }

    private void readTokens(String field, FieldReader read, JsonParser json, Seen seen)
            throws IOException, InvalidEventException {
        TokenKind kind = TokenKind.ofField(field);
        if (kind == null) {
            notes.add(EventNote.UNKNOWN_FIELD);
            json.skipChildren();
        } else {
            seen.tokens(kind, read.number());
        }
    }

    private Map<String, String> readTags(JsonParser json)
            throws IOException, InvalidEventException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw new InvalidEventException(WRONG_TYPE, "tags must be an object of texts.");
        }
        var tags = new TreeMap<String, String>();
        for (String key = json.nextFieldName(); key != null; key = json.nextFieldName()) {
            if (json.nextToken() == JsonToken.VALUE_NULL) {
                continue;
            }
            tags.put(
                    EventText.checked("tags key", key, 64, TOO_COMPLEX),
                    new FieldReader("tags." + key, json, notes).tag());
        }
        if (tags.size() > EventRules.MAX_TAGS) {
            throw new InvalidEventException(
                    TOO_COMPLEX,
                    "The event has %d tags; the maximum is %d."
                            .formatted(tags.size(), EventRules.MAX_TAGS));
        }
        return tags;
    }

    private static String orUnknown(String agentType) {
        return agentType.isEmpty() ? TaskEvent.UNKNOWN_AGENT_TYPE : agentType;
    }

    private static InvalidEventException refused(
            RejectCode code, String what, JsonProcessingException e, JsonParser json) {
        JsonLocation known = e.getLocation();
        JsonLocation at = known == null ? json.currentLocation() : known;
        return new InvalidEventException(
                code,
                "%s at line %d, column %d.".formatted(what, at.getLineNr(), at.getColumnNr()));
    }

    /** Tracks the presence of fields that have no absent value. */
    private static final class Seen {
        boolean success;
        private boolean type;
        private boolean time;
        private long @Nullable [] tokens;

        void type(FieldReader read, TaskEventFields fields)
                throws IOException, InvalidEventException {
            if (!read.isBlank()) {
                fields.type(read.type());
                type = true;
            }
        }

        void time(FieldReader read, TaskEventFields fields)
                throws IOException, InvalidEventException {
            if (!read.isBlank()) {
                fields.timeMillis(read.time());
                time = true;
            }
        }

        void tokens(TokenKind kind, long count) {
            if (tokens == null) {
                tokens = new long[TokenKind.all().size()];
                Arrays.fill(tokens, TaskEvent.ABSENT);
            }
            tokens[kind.ordinal()] = count;
        }

        TokenUsage tokenUsage() {
            long[] counts = tokens;
            return counts == null
                    ? TokenUsage.ABSENT
                    : TokenUsage.of(kind -> counts[kind.ordinal()]);
        }

        void requireCommon(TaskEvent e) throws InvalidEventException {
            EventRules.require(type, "type");
            EventRules.require(time, "time");
            EventRules.require(e.type() != EventType.TASK_VERDICT || success, "success");
            EventRules.requireFields(e);
        }
    }
}
