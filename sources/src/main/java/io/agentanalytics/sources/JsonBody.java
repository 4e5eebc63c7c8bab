package io.agentanalytics.sources;

import static io.agentanalytics.sources.JsonValues.attributes;
import static io.agentanalytics.sources.JsonValues.elements;
import static io.agentanalytics.sources.JsonValues.fields;
import static io.agentanalytics.sources.JsonValues.id;
import static io.agentanalytics.sources.JsonValues.number;
import static io.agentanalytics.sources.JsonValues.only;
import static io.agentanalytics.sources.JsonValues.text;

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

/** OTLP in JSON, read as a stream. Numbers may be strings, and fields may be in any order. */
final class JsonBody implements OtlpBody {
    private static final int MAX_DEPTH = 64;
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
            only(json, resources, () -> elements(json, () -> resource(signal, json, visitor)));
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
                                only(json, "attributes", () -> attributes(json, whole::keep));
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
                        case "scope" -> only(json, "name", () -> origin.scope = text(json));
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

    private static void metric(JsonParser json, long[] points) throws IOException {
        fields(
                json,
                kind -> {
                    only(json, "dataPoints", () -> elements(json, () -> point(json, points)));
                    return true;
                });
    }

    private static void point(JsonParser json, long[] points) throws IOException {
        points[0]++;
        json.skipChildren();
    }

    private static void record(TelemetrySignal signal, JsonParser json, OtlpRecord r)
            throws IOException {
        boolean log = signal == TelemetrySignal.LOGS;
        OtlpBody.AttributeHandler kept = log ? r::keepOfLog : r::keepOfSpan;
        fields(
                json,
                name -> {
                    switch (name) {
                        case "traceId" -> r.traceId = id(json);
                        case "spanId" -> r.spanId = id(json);
                        case "parentSpanId" -> r.parentId = id(json);
                        case "flags" -> r.flags(log ? 0 : number(json));
                        case "name" -> r.name = text(json);
                        case "eventName" -> r.name = r.name.isEmpty() ? text(json) : r.name;
                        case "startTimeUnixNano", "timeUnixNano" -> r.startNanos = number(json);
                        case "endTimeUnixNano" -> r.endNanos = number(json);
                        case "observedTimeUnixNano" -> r.observedNanos = number(json);
                        case "status" -> fields(json, part -> status(part, json, r));
                        case "events" -> elements(json, () -> event(json, r));
                        case "attributes" -> attributes(json, kept);
                        default -> {
                            return false;
                        }
                    }
                    return true;
                });
    }

    private static void event(JsonParser json, OtlpRecord r) throws IOException {
        only(json, "attributes", () -> attributes(json, r::exception));
    }

    private static boolean status(String part, JsonParser json, OtlpRecord r) throws IOException {
        switch (part) {
            case "code" -> r.status = statusCode(json);
            case "message" -> r.statusMessage(text(json));
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
}
