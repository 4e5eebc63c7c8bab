package io.agentanalytics.sources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;

/** Errors of bodies name the fault and the remedy. */
class MalformedBodyTest {
    private final Sources sources = new Sources(Clock.systemUTC());

    @Test
    void protobuf() {
        byte[] body = span(1).toByteArray();
        assertError(false, Arrays.copyOf(body, body.length - 1))
                .hasMessage(
                        "The body is not a complete OTLP request of traces in protobuf; check"
                                + " path and content type.");
        assertError(false, span(40).toByteArray())
                .hasMessage(
                        "A value is nested deeper than 32 levels; send values with fewer levels.");
    }

    @Test
    void json() {
        assertError(true, bytes("[]"))
                .hasMessage("The body is not a JSON object; send an OTLP request in JSON.");
        assertError(true, bytes("{} {}")).hasMessageContaining("send one request in each body");
        assertError(true, bytes("{\"resourceSpans\":" + "[".repeat(100)))
                .hasMessage(
                        "The body is nested deeper than 64 levels, or a name, number or text in it"
                                + " is too long; send smaller values.");
        assertError(true, bytes("{\"" + "n".repeat(60_000) + "\":1}"))
                .hasMessageContaining("a name, number or text in it is too long");
        assertError(true, bytes("{\"a\":b}"))
                .hasMessageContaining("line 1, column 6; correct it there");
    }

    @Test
    void events() throws MalformedBodyException {
        assertThat(sources.events(bytes("[1]"), Caller.ANYONE).rejection())
                .isEqualTo("The element is a JSON number; send each event as an object.");
        assertThatThrownBy(() -> sources.events(bytes("[{}"), Caller.ANYONE))
                .hasMessageContaining("line 1, column 4; correct it there");
    }

    private AbstractThrowableAssert<?, ?> assertError(boolean isJson, byte[] body) {
        return assertThatThrownBy(
                        () -> sources.otlp(TelemetrySignal.TRACES, isJson, body, Caller.ANYONE))
                .isInstanceOf(MalformedBodyException.class);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static ExportTraceServiceRequest span(int levels) {
        AnyValue value = AnyValue.newBuilder().setStringValue("v").build();
        for (int i = 0; i < levels; i++) {
            value =
                    AnyValue.newBuilder()
                            .setArrayValue(ArrayValue.newBuilder().addValues(value))
                            .build();
        }
        KeyValue attribute = KeyValue.newBuilder().setKey("k").setValue(value).build();
        var spans = ScopeSpans.newBuilder().addSpans(Span.newBuilder().addAttributes(attribute));
        return ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(ResourceSpans.newBuilder().addScopeSpans(spans))
                .build();
    }
}
