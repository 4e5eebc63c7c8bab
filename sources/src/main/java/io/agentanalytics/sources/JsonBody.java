package io.agentanalytics.sources;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** OTLP in JSON, read as a stream. Numbers may be strings, and fields may be in any order. */
final class JsonBody implements OtlpBody {
    private static final int MAX_DEPTH = 64;
    private static final int IS_REMOTE = 0x300;
    static final JsonFactory JSON =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(MAX_DEPTH)
                                    .maxStringLength(16 << 20)
                                    .build())
                    .build();

    @Override
    public void decode(TelemetrySignal signal, byte[] body, Visitor visitor)
            throws MalformedBodyException {
        String resources =
                switch (signal) {
                    case TRACES -> "resourceSpans";
                    case LOGS -> "resourceLogs";
                    default -> "resourceMetrics";
                };
        try (JsonParser json = JSON.createParser(body)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new MalformedBodyException(
                        "The body is not a JSON object; send an OTLP request in JSON.");
            }
            fields(
                    json,
                    name -> {
                        if (!name.equals(resources)) {
                            return false;
                        }
                        elements(json, () -> resource(signal, json, visitor));
                        return true;
                    });
            if (json.nextToken() != null) {
                throw new MalformedBodyException(
                        "Text follows the object of the body; send one request in each body.");
            }
        } catch (JsonProcessingException e) {
            throw malformed(e);
        } catch (IOException e) {
            throw new MalformedBodyException(
                    "The body is not an OTLP request of %s in JSON; check path and content type."
                            .formatted(signal.wireName()));
        }
    }

    /** Returns the error of a body that is not JSON, or exceeds a limit of the parser. */
    static MalformedBodyException malformed(JsonProcessingException e) {
        if (e instanceof StreamConstraintsException) {
            return new MalformedBodyException(
                    ("The body is nested deeper than %d levels, or a name, number or text in it is"
                                    + " too long; send smaller values.")
                            .formatted(MAX_DEPTH));
        }
        JsonLocation at = e.getLocation();
        return new MalformedBodyException(
                at == null
                        ? "The body is not JSON; check the content type."
                        : "The body is not JSON at line %d, column %d; correct it there."
                                .formatted(at.getLineNr(), at.getColumnNr()));
    }

    /** Reads the value of a field; returns false to skip it. */
    private interface FieldHandler {
        boolean read(String name) throws IOException;
    }

    private interface ElementReader {
        void read() throws IOException;
    }

    private static void fields(JsonParser json, FieldHandler handler) throws IOException {
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

    private static void elements(JsonParser json, ElementReader reader) throws IOException {
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

    private static void resource(TelemetrySignal signal, JsonParser json, Visitor visitor)
            throws IOException {
        List<OtlpRecord> records = new ArrayList<>();
        long[] points = {0};
        OtlpRecord.Origin whole = new OtlpRecord.Origin();
        fields(
                json,
                name -> {
                    switch (name) {
                        case "resource" ->
                                fields(json, part -> resourceAttributes(part, json, whole));
                        case "scopeSpans", "scopeLogs", "scopeMetrics" ->
                                elements(
                                        json,
                                        () -> {
                                            OtlpRecord.Origin origin = new OtlpRecord.Origin();
                                            origin.resource = whole.resource;
                                            scope(signal, json, origin, records, points);
                                        });
                        default -> {
                            return false;
                        }
                    }
                    return true;
                });
        records.forEach(visitor::record);
        if (points[0] > 0) {
            visitor.points(whole, points[0]);
        }
    }

    private static boolean resourceAttributes(
            String part, JsonParser json, OtlpRecord.Origin origin) throws IOException {
        if (!part.equals("attributes")) {
            return false;
        }
        attributes(
                json,
                (name, value) -> {
                    if (KeptFields.isOfResource(name)) {
                        origin.resource.put(name, value);
                    }
                });
        return true;
    }

    private static void scope(
            TelemetrySignal signal,
            JsonParser json,
            OtlpRecord.Origin origin,
            List<OtlpRecord> records,
            long[] points)
            throws IOException {
        fields(
                json,
                name -> {
                    switch (name) {
                        case "scope" -> fields(json, part -> scopeName(part, json, origin));
                        case "spans", "logRecords" ->
                                elements(
                                        json,
                                        () -> {
                                            OtlpRecord record = new OtlpRecord(origin);
                                            records.add(record);
                                            record(signal, json, record);
                                        });
                        case "metrics" -> elements(json, () -> metric(json, points));
                        default -> {
                            return false;
                        }
                    }
                    return true;
                });
    }

    private static boolean scopeName(String part, JsonParser json, OtlpRecord.Origin origin)
            throws IOException {
        if (!part.equals("name")) {
            return false;
        }
        origin.scope = text(json);
        return true;
    }

    private static void metric(JsonParser json, long[] points) throws IOException {
        fields(
                json,
                kind -> {
                    fields(
                            json,
                            name -> {
                                if (!name.equals("dataPoints")) {
                                    return false;
                                }
                                elements(
                                        json,
                                        () -> {
                                            points[0]++;
                                            json.skipChildren();
                                        });
                                return true;
                            });
                    return true;
                });
    }

    private static void record(TelemetrySignal signal, JsonParser json, OtlpRecord r)
            throws IOException {
        boolean log = signal == TelemetrySignal.LOGS;
        fields(
                json,
                name -> {
                    switch (name) {
                        case "traceId" -> r.traceId = id(json);
                        case "spanId" -> r.spanId = id(json);
                        case "parentSpanId" -> r.parentId = id(json);
                        case "flags" ->
                                r.isParentRemote = !log && (number(json) & IS_REMOTE) == IS_REMOTE;
                        case "name" -> r.name = text(json);
                        case "eventName" -> r.name = r.name.isEmpty() ? text(json) : r.name;
                        case "startTimeUnixNano", "timeUnixNano" -> r.startNanos = number(json);
                        case "endTimeUnixNano" -> r.endNanos = number(json);
                        case "observedTimeUnixNano" -> r.observedNanos = number(json);
                        case "status" -> fields(json, part -> status(part, json, r));
                        case "events" ->
                                elements(
                                        json, () -> fields(json, part -> spanEvent(part, json, r)));
                        case "attributes" ->
                                attributes(
                                        json,
                                        (key, value) -> ProtobufBody.keep(r, log, key, value));
                        default -> {
                            return false;
                        }
                    }
                    return true;
                });
    }

    private static boolean status(String part, JsonParser json, OtlpRecord r) throws IOException {
        switch (part) {
            case "code" -> r.status = statusCode(json);
            case "message" -> r.message = text(json);
            default -> {
                return false;
            }
        }
        return true;
    }

    private static int statusCode(JsonParser json) throws IOException {
        return switch (text(json)) {
            case "2", "STATUS_CODE_ERROR" -> 2;
            case "1", "STATUS_CODE_OK" -> 1;
            default -> 0;
        };
    }

    private static boolean spanEvent(String part, JsonParser json, OtlpRecord r)
            throws IOException {
        if (!part.equals("attributes")) {
            return false;
        }
        attributes(json, r::exception);
        return true;
    }

    private interface AttributeHandler {
        void accept(String name, String value);
    }

    private static void attributes(JsonParser json, AttributeHandler handler) throws IOException {
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
                            fields(json, part -> list(part, json, false, out));
                            out.append(']');
                        }
                        case "kvlistValue" -> {
                            out.append('{');
                            fields(json, part -> list(part, json, true, out));
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

    private static boolean list(String part, JsonParser json, boolean pairs, StringBuilder out)
            throws IOException {
        if (!part.equals("values")) {
            return false;
        }
        if (pairs) {
            attributes(json, (name, value) -> out.append(name).append('=').append(value + ","));
        } else {
            elements(json, () -> out.append(value(json)).append(','));
        }
        return true;
    }

    private static String decimal(JsonParser json) throws IOException {
        try {
            return OtlpValues.text(Double.parseDouble(text(json)));
        } catch (NumberFormatException e) {
            return "";
        }
    }

    /** Returns a scalar as text; objects, arrays and null are empty. */
    private static String text(JsonParser json) throws IOException {
        JsonToken token = json.currentToken();
        if (token.isStructStart()) {
            json.skipChildren();
            return "";
        }
        String text = token == JsonToken.VALUE_NULL ? null : json.getText();
        return text == null ? "" : text;
    }

    private static String id(JsonParser json) throws IOException {
        return text(json).toLowerCase(Locale.ROOT);
    }

    private static long number(JsonParser json) throws IOException {
        Long parsed = parsed(text(json));
        return parsed == null ? 0 : parsed;
    }

    private static @Nullable Long parsed(String text) {
        try {
            return text.isEmpty() ? null : Long.parseUnsignedLong(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
