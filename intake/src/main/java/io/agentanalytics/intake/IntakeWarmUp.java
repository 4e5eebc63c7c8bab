package io.agentanalytics.intake;

import io.agentanalytics.sources.Caller;
import io.agentanalytics.sources.MalformedBodyException;
import io.agentanalytics.sources.Sources;
import io.agentanalytics.sources.TelemetrySignal;
import java.nio.charset.StandardCharsets;

/**
 * Maps sample requests before the first real one: mapping takes ten times as long until it is
 * compiled, and agents time out after ten seconds.
 */
final class IntakeWarmUp {
    private static final int ROUNDS = 60;
    private static final int RECORDS = 50;

    private static final String LOG =
            """
            {"timeUnixNano":"1795636657782000000","body":{"stringValue":"claude_code.api_request"},\
            "attributes":[%1$s,%2$s,%3$s,%4$s,%5$s]}""";

    private static final String SPAN =
            """
            {"traceId":"0123456789abcdef0123456789abcdef","spanId":"0123456789abcdef",\
            "parentSpanId":"0123456789abcde0","name":"chat","startTimeUnixNano":"1795636657000000000",\
            "endTimeUnixNano":"1795636657782000000","attributes":[%s,%s,%s,%s]}""";

    private IntakeWarmUp() {}

    /** Maps the samples and drops the results. */
    static void run(Sources sources) {
        byte[] logs = logs();
        byte[] spans = spans();
        try {
            for (int i = 0; i < ROUNDS; i++) {
                sources.otlp(TelemetrySignal.LOGS, true, logs, Caller.ANYONE);
                sources.otlp(TelemetrySignal.TRACES, true, spans, Caller.ANYONE);
            }
        } catch (MalformedBodyException e) {
            throw new IllegalStateException("A sample is malformed.", e);
        }
    }

    private static byte[] logs() {
        String log =
                LOG.formatted(
                        text("event.name", "api_request"),
                        text("prompt.id", "p"),
                        text("model", "claude-opus-5"),
                        text("request_id", "r"),
                        text("input_tokens", "1000"));
        return body(
                "resourceLogs", "scopeLogs", "com.anthropic.claude_code.events", "logRecords", log);
    }

    private static byte[] spans() {
        String span =
                SPAN.formatted(
                        text("gen_ai.operation.name", "chat"),
                        text("gen_ai.provider.name", "openai"),
                        text("gen_ai.request.model", "gpt-5"),
                        text("gen_ai.usage.input_tokens", "1000"));
        return body("resourceSpans", "scopeSpans", "sample", "spans", span);
    }

    private static byte[] body(
            String resources, String scopes, String scope, String records, String record) {
        return """
        {"%s":[{"resource":{"attributes":[%s]},"%s":[{"scope":{"name":"%s"},"%s":[%s]}]}]}"""
                .formatted(
                        resources,
                        text("service.name", "sample"),
                        scopes,
                        scope,
                        records,
                        (record + ",").repeat(RECORDS - 1) + record)
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String text(String name, String value) {
        return "{\"key\":\"%s\",\"value\":{\"stringValue\":\"%s\"}}".formatted(name, value);
    }
}
