package io.agentanalytics.intake;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Requests as a coding agent and an SDK send them. */
final class Telemetry {
    private Telemetry() {}

    /** Logs of Claude Code: calls with the ids {@code req-0}, {@code req-1} and so on. */
    static ExportLogsServiceRequest calls(int count) {
        ScopeLogs.Builder scope =
                ScopeLogs.newBuilder()
                        .setScope(
                                InstrumentationScope.newBuilder()
                                        .setName("com.anthropic.claude_code.events"));
        for (int i = 0; i < count; i++) {
            scope.addLogRecords(call("req-" + i));
        }
        return ExportLogsServiceRequest.newBuilder()
                .addResourceLogs(
                        ResourceLogs.newBuilder()
                                .setResource(
                                        Resource.newBuilder()
                                                .addAttributes(text("service.name", "claude-code"))
                                                .addAttributes(text("service.version", "2.1.332")))
                                .addScopeLogs(scope))
                .build();
    }

    private static LogRecord.Builder call(String requestId) {
        LogRecord.Builder log =
                LogRecord.newBuilder()
                        .setTimeUnixNano(TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()))
                        .setBody(AnyValue.newBuilder().setStringValue("claude_code.api_request"));
        Map.of(
                        "event.name", "api_request",
                        "session.id", "session-1",
                        "prompt.id", "prompt-1",
                        "model", "claude-opus-5-5",
                        "input_tokens", "10",
                        "output_tokens", "5",
                        "cost_usd", "0.01",
                        "duration_ms", "120",
                        "request_id", requestId)
                .forEach((key, value) -> log.addAttributes(text(key, value)));
        return log;
    }

    /** Spans of HTTP requests, which are not used. */
    static ExportTraceServiceRequest spans(int count) {
        ScopeSpans.Builder scope = ScopeSpans.newBuilder();
        for (int i = 0; i < count; i++) {
            scope.addSpans(
                    Span.newBuilder()
                            .setTraceId(
                                    ByteString.copyFrom(
                                            new byte[] {
                                                1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
                                                16
                                            }))
                            .setSpanId(
                                    ByteString.copyFrom(new byte[] {1, 2, 3, 4, 5, 6, 7, (byte) i}))
                            .setName("GET /")
                            .setStartTimeUnixNano(1_000_000_000L)
                            .setEndTimeUnixNano(2_000_000_000L));
        }
        return ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(ResourceSpans.newBuilder().addScopeSpans(scope))
                .build();
    }

    static KeyValue text(String key, String value) {
        return KeyValue.newBuilder()
                .setKey(key)
                .setValue(AnyValue.newBuilder().setStringValue(value))
                .build();
    }
}
