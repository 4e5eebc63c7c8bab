package io.agentanalytics.local.transcripts;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.agentanalytics.contract.TaskEvent;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Allowed fields of one line. The rest of the line is skipped token by token, so that its size does
 * not matter. Values of several elements of an array are separated by spaces.
 */
public final class Fields {
    /** Length at which values are cut; longer than every id. */
    static final int MAX_LENGTH = 128;

    private static final JsonFactory EMBEDDED =
            JsonFactory.builder().disable(JsonFactory.Feature.INTERN_FIELD_NAMES).build();
    private static final int MAX_JOINED = 8192;
    private static final int MAX_DIGITS = 18;
    private final AllowList allowed;
    private final Map<String, String> values = new HashMap<>();

    private Fields(AllowList allowed) {
        this.allowed = allowed;
    }

    /** Reads one object; returns null if there is none. */
    static @Nullable Fields read(JsonParser json, AllowList allowed) throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            return null;
        }
        Fields fields = new Fields(allowed);
        fields.object(json, "");
        return fields;
    }

    private void object(JsonParser json, String prefix) throws IOException {
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String path = prefix + json.currentName();
            json.nextToken();
            value(json, path);
        }
    }

    private void value(JsonParser json, String path) throws IOException {
        switch (json.currentToken()) {
            case START_OBJECT -> {
                if (allowed.isParent(path)) {
                    object(json, path + ".");
                } else {
                    json.skipChildren();
                }
            }
            case START_ARRAY -> array(json, path);
            case VALUE_NULL -> {}
            default -> scalar(json, path);
        }
    }

    private void array(JsonParser json, String path) throws IOException {
        if (!allowed.isParent(path) && !allowed.allows(path)) {
            json.skipChildren();
            return;
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            value(json, path);
        }
    }

    private void scalar(JsonParser json, String path) throws IOException {
        if (!allowed.allows(path)) {
            if (allowed.isParent(path) && json.currentToken() == JsonToken.VALUE_STRING) {
                embedded(json.getText(), path);
            }
            return;
        }
        String kept = allowed.kept(path, json.getText());
        String old = values.get(path);
        if (!kept.isEmpty() && (old == null || old.length() < MAX_JOINED)) {
            values.put(path, old == null ? kept : old + " " + kept);
        }
    }

    /** Reads an object that is written as a text, as in columns of a database. */
    private void embedded(String text, String path) throws IOException {
        if (!text.startsWith("{")) {
            return;
        }
        try (JsonParser json = EMBEDDED.createParser(text)) {
            json.nextToken();
            object(json, path + ".");
        } catch (JacksonException e) {
            // An ordinary text that only looks like an object.
        }
    }

    /** Returns a field, or an empty text. */
    String text(String path) {
        return values.getOrDefault(path, "");
    }

    boolean has(String path) {
        return values.containsKey(path);
    }

    boolean isTrue(String path) {
        return text(path).equals("true");
    }

    /** Returns a number, or {@link TaskEvent#ABSENT}. */
    long number(String path) {
        return scaled(path, 0);
    }

    /** Returns a number times a power of ten, or {@link TaskEvent#ABSENT}. */
    long scaled(String path, int decimals) {
        try {
            BigDecimal number = new BigDecimal(text(path)).movePointRight(decimals);
            boolean small = number.precision() - number.scale() <= MAX_DIGITS;
            return number.signum() < 0 || !small ? TaskEvent.ABSENT : number.longValue();
        } catch (NumberFormatException e) {
            return TaskEvent.ABSENT;
        }
    }

    /** Returns a time in epoch milliseconds, or {@link TaskEvent#ABSENT}. */
    long time(String path) {
        try {
            return Instant.parse(text(path)).toEpochMilli();
        } catch (DateTimeParseException e) {
            return TaskEvent.ABSENT;
        }
    }
}
