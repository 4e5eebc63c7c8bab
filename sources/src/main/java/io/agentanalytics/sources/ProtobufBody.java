package io.agentanalytics.sources;

import static io.agentanalytics.sources.ProtobufValues.attribute;
import static io.agentanalytics.sources.ProtobufValues.attributes;
import static io.agentanalytics.sources.ProtobufValues.message;
import static io.agentanalytics.sources.ProtobufValues.nested;
import static io.agentanalytics.sources.ProtobufValues.only;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
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
import java.util.HexFormat;
import java.util.List;

/**
 * OTLP in protobuf, read as a stream: generated classes would build an object of every value, and
 * most of a body is dropped. Requests, resources and scopes have the same field numbers in the
 * three signals.
 */
final class ProtobufBody implements OtlpBody {
    @Override
    public void decode(TelemetrySignal signal, byte[] body, Visitor visitor)
            throws MalformedBodyException {
        CodedInputStream in = CodedInputStream.newInstance(body);
        try {
            in.enableAliasing(true);
            only(
                    in,
                    ExportTraceServiceRequest.RESOURCE_SPANS_FIELD_NUMBER,
                    () -> nested(in, () -> resource(signal, in, visitor)));
        } catch (ProtobufValues.TooDeepException e) {
            throw new MalformedBodyException(
                    "A value is nested deeper than %d levels; send values with fewer levels."
                            .formatted(ProtobufValues.MAX_DEPTH));
        } catch (IOException e) {
            throw new MalformedBodyException(
                    ("The body is not a complete OTLP request of %s in protobuf; check path and"
                                    + " content type.")
                            .formatted(signal.wireName()));
        }
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
        attributes(in, Resource.ATTRIBUTES_FIELD_NUMBER, origin::keep);
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
                                nested(in, () -> record(signal, in, record));
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
        only(
                in,
                InstrumentationScope.NAME_FIELD_NUMBER,
                () -> origin.scope = in.readStringRequireUtf8());
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

    private static void record(TelemetrySignal signal, CodedInputStream in, OtlpRecord r)
            throws IOException {
        if (signal == TelemetrySignal.TRACES) {
            span(in, r);
        } else {
            log(in, r);
        }
    }

    private static void span(CodedInputStream in, OtlpRecord r) throws IOException {
        message(
                in,
                field -> {
                    switch (field) {
                        case Span.TRACE_ID_FIELD_NUMBER -> r.traceId = hex(in.readBytes());
                        case Span.SPAN_ID_FIELD_NUMBER -> r.spanId = hex(in.readBytes());
                        case Span.PARENT_SPAN_ID_FIELD_NUMBER -> r.parentId = hex(in.readBytes());
                        case Span.FLAGS_FIELD_NUMBER -> r.flags(in.readFixed32());
                        case Span.NAME_FIELD_NUMBER -> r.name = in.readStringRequireUtf8();
                        case Span.START_TIME_UNIX_NANO_FIELD_NUMBER ->
                                r.startNanos = in.readFixed64();
                        case Span.END_TIME_UNIX_NANO_FIELD_NUMBER -> r.endNanos = in.readFixed64();
                        case Span.STATUS_FIELD_NUMBER -> nested(in, () -> status(in, r));
                        case Span.ATTRIBUTES_FIELD_NUMBER -> attribute(in, r::keepOfSpan);
                        case Span.EVENTS_FIELD_NUMBER ->
                                nested(
                                        in,
                                        () ->
                                                attributes(
                                                        in,
                                                        Span.Event.ATTRIBUTES_FIELD_NUMBER,
                                                        r::exception));
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
                        case Status.MESSAGE_FIELD_NUMBER -> r.statusMessage(in.readString());
                        default -> {
                            return false;
                        }
                    }
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
                        case LogRecord.ATTRIBUTES_FIELD_NUMBER -> attribute(in, r::keepOfLog);
                        default -> {
                            return false;
                        }
                    }
                    return true;
                });
    }

    private static String hex(ByteString id) {
        return HexFormat.of().formatHex(id.toByteArray());
    }
}
