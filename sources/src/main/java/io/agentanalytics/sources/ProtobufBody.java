package io.agentanalytics.sources;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * OTLP in protobuf, read as a stream: generated classes would build an object of every value, and
 * most of a body is dropped. Requests, resources and scopes have the same field numbers in the
 * three signals.
 */
final class ProtobufBody implements OtlpBody {
    private static final int MAX_DEPTH = 32;
    private static final int IS_REMOTE = 0x300;

    @Override
    public void decode(TelemetrySignal signal, byte[] body, Visitor visitor)
            throws MalformedBodyException {
        CodedInputStream in = CodedInputStream.newInstance(body);
        try {
            in.enableAliasing(true);
            message(
                    in,
                    field -> {
                        if (field != ExportTraceServiceRequest.RESOURCE_SPANS_FIELD_NUMBER) {
                            return false;
                        }
                        nested(in, () -> resource(signal, in, visitor));
                        return true;
                    });
        } catch (TooDeepException e) {
            throw new MalformedBodyException(
                    "A value is nested deeper than %d levels; send values with fewer levels."
                            .formatted(MAX_DEPTH));
        } catch (IOException e) {
            throw new MalformedBodyException(
                    ("The body is not a complete OTLP request of %s in protobuf; check path and"
                                    + " content type.")
                            .formatted(signal.wireName()));
        }
    }

    /** Value with more levels than any client sends. */
    private static final class TooDeepException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /** Reads a field of a message; returns false to skip it. */
    private interface FieldHandler {
        boolean read(int field) throws IOException;
    }

    private interface MessageReader {
        void read() throws IOException;
    }

    private static void message(CodedInputStream in, FieldHandler fields) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            int at = in.getTotalBytesRead();
            if (!fields.read(WireFormat.getTagFieldNumber(tag))) {
                if (at != in.getTotalBytesRead() || !in.skipField(tag)) {
                    throw new IOException("not a message");
                }
            }
        }
    }

    private static void nested(CodedInputStream in, MessageReader reader) throws IOException {
        int limit = in.pushLimit(in.readRawVarint32());
        reader.read();
        if (in.getBytesUntilLimit() != 0) {
            throw new IOException("trailing bytes");
        }
        in.popLimit(limit);
    }

    private void resource(TelemetrySignal signal, CodedInputStream in, Visitor visitor)
            throws IOException {
        List<OtlpRecord> records = new ArrayList<>();
        long[] points = {0};
        OtlpRecord.Origin whole = new OtlpRecord.Origin();
        message(
                in,
                field -> {
                    switch (field) {
                        case ResourceSpans.RESOURCE_FIELD_NUMBER ->
                                nested(in, () -> resourceAttributes(in, whole));
                        case ResourceSpans.SCOPE_SPANS_FIELD_NUMBER -> {
                            OtlpRecord.Origin origin = new OtlpRecord.Origin();
                            origin.resource = whole.resource;
                            nested(in, () -> scope(signal, in, origin, records, points));
                        }
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

    private static void resourceAttributes(CodedInputStream in, OtlpRecord.Origin origin)
            throws IOException {
        message(
                in,
                field -> {
                    if (field != Resource.ATTRIBUTES_FIELD_NUMBER) {
                        return false;
                    }
                    nested(
                            in,
                            () ->
                                    attribute(
                                            in,
                                            (name, value) -> {
                                                if (KeptFields.isOfResource(name)) {
                                                    origin.resource.put(name, value);
                                                }
                                            }));
                    return true;
                });
    }

    private void scope(
            TelemetrySignal signal,
            CodedInputStream in,
            OtlpRecord.Origin origin,
            List<OtlpRecord> records,
            long[] points)
            throws IOException {
        message(
                in,
                field -> {
                    switch (field) {
                        case ScopeSpans.SCOPE_FIELD_NUMBER ->
                                nested(in, () -> scopeName(in, origin));
                        case ScopeSpans.SPANS_FIELD_NUMBER -> {
                            if (signal == TelemetrySignal.METRICS) {
                                nested(in, () -> metric(in, points));
                            } else {
                                OtlpRecord record = new OtlpRecord(origin);
                                records.add(record);
                                nested(
                                        in,
                                        () -> {
                                            if (signal == TelemetrySignal.TRACES) {
                                                span(in, record);
                                            } else {
                                                log(in, record);
                                            }
                                        });
                            }
                        }
                        default -> {
                            return false;
                        }
                    }
                    return true;
                });
    }

    private static void scopeName(CodedInputStream in, OtlpRecord.Origin origin)
            throws IOException {
        message(
                in,
                field -> {
                    if (field != InstrumentationScope.NAME_FIELD_NUMBER) {
                        return false;
                    }
                    origin.scope = in.readStringRequireUtf8();
                    return true;
                });
    }

    private static void metric(CodedInputStream in, long[] points) throws IOException {
        message(
                in,
                field -> {
                    switch (field) {
                        case Metric.GAUGE_FIELD_NUMBER,
                                Metric.SUM_FIELD_NUMBER,
                                Metric.HISTOGRAM_FIELD_NUMBER,
                                Metric.EXPONENTIAL_HISTOGRAM_FIELD_NUMBER,
                                Metric.SUMMARY_FIELD_NUMBER ->
                                nested(in, () -> points(in, points));
                        default -> {
                            return false;
                        }
                    }
                    return true;
                });
    }

    private static void points(CodedInputStream in, long[] points) throws IOException {
        message(
                in,
                field -> {
                    if (field == Sum.DATA_POINTS_FIELD_NUMBER) {
                        points[0]++;
                    }
                    return false;
                });
    }

    private static void span(CodedInputStream in, OtlpRecord r) throws IOException {
        message(
                in,
                field -> {
                    switch (field) {
                        case Span.TRACE_ID_FIELD_NUMBER -> r.traceId = hex(in.readBytes());
                        case Span.SPAN_ID_FIELD_NUMBER -> r.spanId = hex(in.readBytes());
                        case Span.PARENT_SPAN_ID_FIELD_NUMBER -> r.parentId = hex(in.readBytes());
                        case Span.FLAGS_FIELD_NUMBER ->
                                r.isParentRemote = (in.readFixed32() & IS_REMOTE) == IS_REMOTE;
                        case Span.NAME_FIELD_NUMBER -> r.name = in.readStringRequireUtf8();
                        case Span.START_TIME_UNIX_NANO_FIELD_NUMBER ->
                                r.startNanos = in.readFixed64();
                        case Span.END_TIME_UNIX_NANO_FIELD_NUMBER -> r.endNanos = in.readFixed64();
                        case Span.STATUS_FIELD_NUMBER -> nested(in, () -> status(in, r));
                        case Span.ATTRIBUTES_FIELD_NUMBER ->
                                nested(in, () -> attribute(in, kept(r, false)));
                        case Span.EVENTS_FIELD_NUMBER -> nested(in, () -> spanEvent(in, r));
                        default -> {
                            return false;
                        }
                    }
                    return true;
                });
    }

    private static void status(CodedInputStream in, OtlpRecord r) throws IOException {
        message(
                in,
                field -> {
                    switch (field) {
                        case Status.CODE_FIELD_NUMBER -> r.status = in.readEnum();
                        case Status.MESSAGE_FIELD_NUMBER -> r.message = in.readString();
                        default -> {
                            return false;
                        }
                    }
                    return true;
                });
    }

    private static void spanEvent(CodedInputStream in, OtlpRecord r) throws IOException {
        message(
                in,
                field -> {
                    if (field != Span.Event.ATTRIBUTES_FIELD_NUMBER) {
                        return false;
                    }
                    nested(in, () -> attribute(in, (name, value) -> r.exception(name, value)));
                    return true;
                });
    }

    private static void log(CodedInputStream in, OtlpRecord r) throws IOException {
        message(
                in,
                field -> {
                    switch (field) {
                        case LogRecord.TIME_UNIX_NANO_FIELD_NUMBER ->
                                r.startNanos = in.readFixed64();
                        case LogRecord.OBSERVED_TIME_UNIX_NANO_FIELD_NUMBER ->
                                r.observedNanos = in.readFixed64();
                        case LogRecord.EVENT_NAME_FIELD_NUMBER -> {
                            String name = in.readStringRequireUtf8();
                            r.name = r.name.isEmpty() ? name : r.name;
                        }
                        case LogRecord.TRACE_ID_FIELD_NUMBER -> r.traceId = hex(in.readBytes());
                        case LogRecord.SPAN_ID_FIELD_NUMBER -> r.spanId = hex(in.readBytes());
                        case LogRecord.ATTRIBUTES_FIELD_NUMBER ->
                                nested(in, () -> attribute(in, kept(r, true)));
                        default -> {
                            return false;
                        }
                    }
                    return true;
                });
    }

    private interface AttributeHandler {
        void accept(String name, String value);
    }

    /** Keeps an attribute, if it is one of those that the mapping reads. */
    static AttributeHandler kept(OtlpRecord r, boolean hashed) {
        return (name, value) -> keep(r, hashed, name, value);
    }

    static void keep(OtlpRecord r, boolean hashed, String name, String value) {
        if (hashed) {
            r.hash.add(name, value);
        }
        if (KeptFields.isOfRecord(name) && !value.isEmpty()) {
            r.attributes.put(name, value);
            if (hashed && name.equals("event.name")) {
                r.name = value;
            }
        }
    }

    private static void attribute(CodedInputStream in, AttributeHandler handler)
            throws IOException {
        String[] name = {""};
        StringBuilder value = new StringBuilder();
        message(
                in,
                field -> {
                    switch (field) {
                        case KeyValue.KEY_FIELD_NUMBER -> name[0] = in.readStringRequireUtf8();
                        case KeyValue.VALUE_FIELD_NUMBER ->
                                nested(in, () -> value(in, value, MAX_DEPTH));
                        default -> {
                            return false;
                        }
                    }
                    return true;
                });
        handler.accept(name[0], value.toString());
    }

    /** Appends a value as text. */
    private static void value(CodedInputStream in, StringBuilder out, int depth)
            throws IOException {
        if (depth == 0) {
            throw new TooDeepException();
        }
        message(
                in,
                field -> {
                    switch (field) {
                        case AnyValue.STRING_VALUE_FIELD_NUMBER -> out.append(in.readString());
                        case AnyValue.BOOL_VALUE_FIELD_NUMBER -> out.append(in.readBool());
                        case AnyValue.INT_VALUE_FIELD_NUMBER -> out.append(in.readInt64());
                        case AnyValue.DOUBLE_VALUE_FIELD_NUMBER ->
                                out.append(OtlpValues.text(in.readDouble()));
                        case AnyValue.BYTES_VALUE_FIELD_NUMBER ->
                                out.append(
                                        Base64.getEncoder()
                                                .encodeToString(in.readBytes().toByteArray()));
                        case AnyValue.ARRAY_VALUE_FIELD_NUMBER -> {
                            out.append('[');
                            nested(in, () -> values(in, out, depth));
                            out.append(']');
                        }
                        case AnyValue.KVLIST_VALUE_FIELD_NUMBER -> {
                            out.append('{');
                            nested(in, () -> pairs(in, out, depth));
                            out.append('}');
                        }
                        default -> {
                            return false;
                        }
                    }
                    return true;
                });
    }

    private static void values(CodedInputStream in, StringBuilder out, int depth)
            throws IOException {
        message(
                in,
                field -> {
                    if (field != ArrayValue.VALUES_FIELD_NUMBER) {
                        return false;
                    }
                    nested(in, () -> value(in, out, depth - 1));
                    out.append(',');
                    return true;
                });
    }

    private static void pairs(CodedInputStream in, StringBuilder out, int depth)
            throws IOException {
        message(
                in,
                field -> {
                    if (field != KeyValueList.VALUES_FIELD_NUMBER) {
                        return false;
                    }
                    nested(
                            in,
                            () ->
                                    message(
                                            in,
                                            part -> {
                                                if (part == KeyValue.KEY_FIELD_NUMBER) {
                                                    out.append(in.readStringRequireUtf8())
                                                            .append('=');
                                                } else if (part == KeyValue.VALUE_FIELD_NUMBER) {
                                                    nested(in, () -> value(in, out, depth - 1));
                                                } else {
                                                    return false;
                                                }
                                                return true;
                                            }));
                    out.append(',');
                    return true;
                });
    }

    private static String hex(ByteString id) {
        return HexFormat.of().formatHex(id.toByteArray());
    }
}
