package io.agentanalytics.intake;

import com.google.protobuf.MessageLite;
import io.agentanalytics.sources.Mapped;
import io.agentanalytics.sources.TelemetrySignal;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsPartialSuccess;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsPartialSuccess;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;

/** Responses of OTLP to an export: empty, or the number of rejected records and the reason. */
final class ExportResponses {
    private ExportResponses() {}

    static MessageLite protobuf(TelemetrySignal signal, Mapped mapped) {
        return switch (signal) {
            case TRACES -> traces(mapped);
            case LOGS -> logs(mapped);
            case METRICS -> metrics(mapped);
            default -> throw new IllegalArgumentException(signal.wireName());
        };
    }

    private static MessageLite traces(Mapped mapped) {
        var response = ExportTraceServiceResponse.newBuilder();
        if (mapped.rejected() > 0) {
            response.setPartialSuccess(
                    ExportTracePartialSuccess.newBuilder()
                            .setRejectedSpans(mapped.rejected())
                            .setErrorMessage(mapped.rejection()));
        }
        return response.build();
    }

    private static MessageLite logs(Mapped mapped) {
        var response = ExportLogsServiceResponse.newBuilder();
        if (mapped.rejected() > 0) {
            response.setPartialSuccess(
                    ExportLogsPartialSuccess.newBuilder()
                            .setRejectedLogRecords(mapped.rejected())
                            .setErrorMessage(mapped.rejection()));
        }
        return response.build();
    }

    private static MessageLite metrics(Mapped mapped) {
        var response = ExportMetricsServiceResponse.newBuilder();
        if (mapped.rejected() > 0) {
            response.setPartialSuccess(
                    ExportMetricsPartialSuccess.newBuilder()
                            .setRejectedDataPoints(mapped.rejected())
                            .setErrorMessage(mapped.rejection()));
        }
        return response.build();
    }

    /** Returns the response in the JSON of OTLP, where 64-bit integers are strings. */
    static String json(TelemetrySignal signal, Mapped mapped) {
        if (mapped.rejected() == 0) {
            return "{}";
        }
        String field =
                switch (signal) {
                    case TRACES -> "rejectedSpans";
                    case LOGS -> "rejectedLogRecords";
                    case METRICS -> "rejectedDataPoints";
                    default -> throw new IllegalArgumentException(signal.wireName());
                };
        return JsonDialect.json(
                json -> {
                    json.writeObjectFieldStart("partialSuccess");
                    json.writeStringField(field, Long.toString(mapped.rejected()));
                    json.writeStringField("errorMessage", mapped.rejection());
                    json.writeEndObject();
                });
    }
}
