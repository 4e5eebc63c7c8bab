package io.agentanalytics.sources;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Objects and arrays of JSON, and the attributes of OTLP in it. */
final class JsonValues {
    private JsonValues() {}

    /** Reads the value of a field; returns false to skip it. */
    interface FieldHandler {
        boolean read(String name) throws IOException;
    }

    interface ElementReader {
        void read() throws IOException;
    }

    static void fields(JsonParser json, FieldHandler handler) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return;
        }
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            json.nextToken();
            if (!handler.read(name)) {
                json.skipChildren();
            }
        }
    }

    static void elements(JsonParser json, ElementReader reader) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            json.skipChildren();
            return;
        }
        for (JsonToken token = json.nextToken();
                token != JsonToken.END_ARRAY;
                token = json.nextToken()) {
            requireToken(token);
            reader.read();
        }
    }

    /** The parser returns null at the end of a body that is cut off within an array. */
    static void requireToken(@Nullable JsonToken token) throws IOException {
        if (token == null) {
            throw new IOException("cut off");
        }
    }

    /** Reads one field of an object, and skips the others. */
    static void only(JsonParser json, String wanted, ElementReader reader) throws IOException {
        fields(
                json,
                name -> {
                    if (!name.equals(wanted)) {
                        return false;
                    }
                    reader.read();
                    return true;
                });
    }

    static void attributes(JsonParser json, OtlpBody.AttributeHandler handler) throws IOException {
        elements(
                json,
                () -> {
                    String[] pair = {"", ""};
                    fields(
                            json,
                            part -> {
                                switch (part) {
                                    case "key" -> pair[0] = text(json);
                                    case "value" -> pair[1] = value(json);
                                    default -> {
                                        return false;
                                    }
                                }
                                return true;
                            });
                    handler.accept(pair[0], pair[1]);
                });
    }

    /** Returns the text of an {@code AnyValue}. */
    private static String value(JsonParser json) throws IOException {
        StringBuilder out = new StringBuilder();
        fields(
                json,
                kind -> {
                    switch (kind) {
                        case "stringValue", "boolValue", "intValue", "bytesValue" ->
                                out.append(text(json));
                        case "doubleValue" -> out.append(decimal(json));
                        case "arrayValue" -> {
                            out.append('[');
                            only(json, "values", () -> values(json, out));
                            out.append(']');
                        }
                        case "kvlistValue" -> {
                            out.append('{');
                            only(json, "values", () -> pairs(json, out));
                            out.append('}');
                        }
                        default -> {
                            return false;
                        }
                    }
                    return true;
                });
        return out.toString();
    }

    private static void values(JsonParser json, StringBuilder out) throws IOException {
        elements(json, () -> out.append(value(json)).append(','));
    }

    private static void pairs(JsonParser json, StringBuilder out) throws IOException {
        attributes(json, (name, value) -> out.append(name).append('=').append(value).append(','));
    }

    private static String decimal(JsonParser json) throws IOException {
        try {
            return OtlpValues.text(Double.parseDouble(text(json)));
        } catch (NumberFormatException e) {
            return "";
        }
    }

    /** Returns a scalar as text; objects, arrays and null are empty. */
    static String text(JsonParser json) throws IOException {
        JsonToken token = json.currentToken();
        if (token.isStructStart()) {
            json.skipChildren();
            return "";
        }
        String text = token == JsonToken.VALUE_NULL ? null : json.getText();
        return text == null ? "" : text;
    }

    static String id(JsonParser json) throws IOException {
        return text(json).toLowerCase(Locale.ROOT);
    }

    /** Returns an unsigned number; 0 if the value is not one. */
    static long number(JsonParser json) throws IOException {
        try {
            return Long.parseUnsignedLong(text(json));
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
