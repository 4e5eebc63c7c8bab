package io.agentanalytics.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventDecoderTest {
    private static final String HEAD =
            "{\"event_id\":\"e\",\"task_id\":\"t\",\"agent_id\":\"a\","
                    + "\"time\":\"2026-11-22T14:02:10.123Z\",";
    private static final String CALL =
            HEAD + "\"type\":\"llm_call\",\"provider\":\"openai\",\"model\":\"m\"";

    private final EventDecoder decoder = new EventDecoder();

    private TaskEvent decoded(String json) throws InvalidEventException {
        return decoder.decode(json.getBytes(StandardCharsets.UTF_8));
    }

    private RejectCode refusal(byte[] bytes) {
        return catchThrowableOfType(InvalidEventException.class, () -> decoder.decode(bytes))
                .code();
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                row("malformed_json", "{"),
                row("malformed_json", CALL + "} x"),
                row("malformed_json", CALL + ",\"duration_ms\":NaN}"),
                row("malformed_json", CALL + ",\"duration_ms\":Infinity}"),
                row("malformed_json", CALL + ",\"duration_ms\":01}"),
                row("too_complex", CALL + ",\"duration_ms\":" + "1".repeat(1100) + "}"),
                row("malformed_json", CALL + ",\"model\":\"twice\"}"),
                row("malformed_json", "[]"),
                row("malformed_json", ""),
                row("too_complex", CALL + ",\"x\":" + "[".repeat(17) + "]".repeat(17) + "}"),
                row("too_complex", CALL + ",\"tags\":{\"" + "k".repeat(65) + "\":\"v\"}}"),
                row("too_complex", CALL + ",\"tags\":{\"k\":\"" + "v".repeat(257) + "\"}}"),
                row("missing_field", "{}"),
                row("missing_field", HEAD + "\"type\":\"llm_call\",\"model\":\"m\"}"),
                row("missing_field", HEAD + "\"type\":\"llm_call\",\"provider\":\"p\"}"),
                row("missing_field", HEAD + "\"type\":\"task_verdict\"}"),
                row("missing_field", CALL.replace("\"task_id\":\"t\"", "\"task_id\":\"  \"") + "}"),
                row("unknown_type", HEAD + "\"type\":\"task_exploded\"}"),
                row("unsupported_version", CALL + ",\"schema_version\":2}"),
                row("number_out_of_range", CALL + ",\"input_tokens\":9223372036854775808}"),
                row("number_out_of_range", CALL + ",\"cost_usd\":1e400}"),
                row("number_out_of_range", CALL + ",\"cost_usd\":1e-999999999}"),
                row("number_out_of_range", CALL + ",\"input_tokens\":1e19}"),
                row("number_out_of_range", CALL + ",\"input_tokens\":1e999999999}"),
                row("out_of_range", CALL + ",\"input_tokens\":-1.0}"),
                row("wrong_type", CALL + ",\"input_tokens\":12.9}"),
                row("wrong_type", CALL + ",\"input_tokens\":1e-3}"),
                row("wrong_type", CALL + ",\"schema_version\":1.5}"),
                row("wrong_type", CALL + ",\"input_tokens\":\"12\"}"),
                row("wrong_type", CALL + ",\"cost_usd\":\"\"}"),
                row("wrong_type", CALL + ",\"tags\":[]}"),
                row("wrong_type", HEAD + "\"type\":\"task_verdict\",\"success\":1}"),
                row("out_of_range", CALL + ",\"cost_usd\":-0.01}"),
                row("out_of_range", CALL + ",\"cost_usd\":10000.01}"),
                row("out_of_range", CALL + ",\"duration_ms\":604800001}"),
                row("out_of_range", CALL + ",\"input_tokens\":1000000001}"),
                row("out_of_range", CALL + ",\"files_created\":-1}"),
                row("bad_time", CALL.replace("\"2026-11-22T14:02:10.123Z\"", "1763820130") + "}"),
                row(
                        "bad_time",
                        CALL.replace("2026-11-22T14:02:10.123Z", "0000-01-01T00:00:00Z") + "}"),
                row(
                        "bad_time",
                        CALL.replace("2026-11-22T14:02:10.123Z", "+292278994-01-01T00:00:00Z")
                                + "}"),
                row("too_long", CALL.replace("\"t\"", "\"" + "t".repeat(129) + "\"") + "}"),
                row("too_long", CALL.replace("\"t\"", "\"" + "語".repeat(100) + "\"") + "}"),
                row("control_character", CALL.replace("\"t\"", "\"t\\u0000\"") + "}"),
                row("control_character", CALL + ",\"error_message\":\"a\\u0007\"}"),
                row("bad_unicode", CALL.replace("\"t\"", "\"t\\ud800\"") + "}"),
                row("bad_unicode", CALL.replace("\"t\"", "\"t\\u202e\"") + "}"),
                row("bad_unicode", CALL.replace("\"t\"", "\"t\\u200b\"") + "}"),
                row("too_large", CALL + ",\"x\":\"" + "x".repeat(EventDecoder.MAX_BYTES) + "\"}"));
    }

    private static Arguments row(String code, String json) {
        return Arguments.of(code, json);
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refusesInvalidEvents(String code, String json) {
        assertThat(refusal(json.getBytes(StandardCharsets.UTF_8)).wireName()).isEqualTo(code);
    }

    @Test
    void refusesOtherEncodings() {
        assertThat(refusal((CALL + "}").getBytes(StandardCharsets.UTF_16LE)))
                .isEqualTo(RejectCode.MALFORMED_JSON);
        assertThat(refusal(new byte[] {'{', '"', (byte) 0xC3, '"', '}'}))
                .isEqualTo(RejectCode.MALFORMED_JSON);
    }

    @Test
    void refusal_namesFieldValueAndLine() {
        var e =
                catchThrowableOfType(
                        InvalidEventException.class,
                        () -> decoded(CALL + ",\n \"input_tokens\":-5}"));
        assertThat(e).hasMessageContaining("input_tokens").hasMessageContaining("-5");
        var syntax =
                catchThrowableOfType(InvalidEventException.class, () -> decoded("{\n  \"a\" 1}"));
        assertThat(syntax).hasMessageContaining("line 2");
    }

    @Test
    void ignoresAndNotesUnknownFields() throws Exception {
        TaskEvent e =
                decoded(CALL + ",\"colour\":{\"deep\":[1,2,{\"x\":null}]},\"input_tokens\":7}");
        assertThat(e.tokens().input()).isEqualTo(7);
        assertThat(decoder.notes()).containsExactly(EventNote.UNKNOWN_FIELD);
    }

    @Test
    void absentIsUnknownAndNotZero() throws Exception {
        TaskEvent e = decoded(CALL + ",\"output_tokens\":null}");
        assertThat(e.costNanos()).isEqualTo(TaskEvent.ABSENT);
        assertThat(e.tokens().output()).isEqualTo(TaskEvent.ABSENT);
    }

    @Test
    void roundsHalfEvenToNanoDollars() throws Exception {
        assertThat(decoded(CALL + ",\"cost_usd\":0.07168750000000002}").costNanos())
                .isEqualTo(71_687_500);
        assertThat(decoder.notes()).containsExactly(EventNote.ROUNDED);
        assertThat(decoded(CALL + ",\"cost_usd\":0.0000000005}").costNanos()).isZero();
        assertThat(decoded(CALL + ",\"cost_usd\":0.0000000015}").costNanos()).isEqualTo(2);
        assertThat(decoded(CALL + ",\"cost_usd\":5E-9}").costNanos()).isEqualTo(5);
    }

    @Test
    void normalisesNames() throws Exception {
        TaskEvent e =
                decoded(
                        CALL.replace("openai", " Vertex_AI ").replace("\"a\"", "\"cafe\\u0301\"")
                                + "}");
        assertThat(e.provider()).isEqualTo("gcp.vertex_ai");
        assertThat(e.agentId()).isEqualTo("café");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "risk-management",
                "risk-analytics-eu-2026",
                "helpdesk-assistant",
                "org/task-scheduler-service",
                "Bearer authentication failed"
            })
    void ordinaryWordsAreNoSecrets(String text) throws Exception {
        TaskEvent e = decoded(CALL + ",\"error_message\":\"" + text + "\"}");
        assertThat(e.errorMessage()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sk-abcdefghijklmnop",
                "sk-proj-Ab3_defGhi-jklmnop",
                "sk-ant-api03-abc-def-ghi",
                "Bearer abc123def456"
            })
    void secretsAreRedacted(String text) throws Exception {
        TaskEvent e = decoded(CALL + ",\"error_message\":\"key=" + text + "\"}");
        assertThat(e.errorMessage()).isEqualTo("key=[redacted]");
    }

    @Test
    void redactsAndTruncatesErrorMessages() throws Exception {
        TaskEvent e =
                decoded(
                        CALL
                                + ",\"error_message\":\"key sk-abcdef1234567890\\nline\\u00e9 "
                                + "x".repeat(2000)
                                + "\"}");
        assertThat(e.errorMessage()).startsWith("key [redacted] line").hasSize(1024).endsWith("…");
        assertThat(decoder.notes()).containsExactly(EventNote.REDACTED, EventNote.TRUNCATED);
    }

    @Test
    void acceptsWholeNumbersInEveryNotation() throws Exception {
        TaskEvent e =
                decoded(
                        CALL
                                + ",\"schema_version\":1.0,\"input_tokens\":1200.0,"
                                + "\"output_tokens\":8e1,"
                                + "\"reasoning_tokens\":1.2E1,\"duration_ms\":-0.0,"
                                + "\"files_created\":30e-1}");
        assertThat(e.tokens().input()).isEqualTo(1200);
        assertThat(e.tokens().output()).isEqualTo(80);
        assertThat(e.tokens().reasoning()).isEqualTo(12);
        assertThat(e.durationMillis()).isZero();
        assertThat(e.filesCreated()).isEqualTo(3);
    }

    @Test
    void partsThatExceedTheTotal_areAddedToIt() throws Exception {
        TaskEvent anthropic =
                decoded(
                        CALL
                                + ",\"input_tokens\":19,\"cached_input_tokens\":10,"
                                + "\"cache_write_tokens\":10}");
        assertThat(decoder.notes()).containsExactly(EventNote.INCONSISTENT_TOKENS);
        assertThat(anthropic.withWholes().tokens().input()).isEqualTo(39);
        TaskEvent gemini = decoded(CALL + ",\"output_tokens\":73,\"reasoning_tokens\":195}");
        assertThat(decoder.notes()).containsExactly(EventNote.INCONSISTENT_TOKENS);
        assertThat(gemini.withWholes().tokens().output()).isEqualTo(268);
        assertThat(gemini.withWholes().withWholes()).isEqualTo(gemini.withWholes());
    }

    @Test
    void writesForAnHourThatExceedAllWrites_areAddedToThem() throws Exception {
        String writes = ",\"cache_write_tokens\":2000,\"cache_write_1h_tokens\":8000}";
        TaskEvent inclusive = decoded(CALL + ",\"input_tokens\":12000" + writes);
        assertThat(decoder.notes()).containsExactly(EventNote.INCONSISTENT_TOKENS);
        assertThat(inclusive.withWholes().tokens().cacheWrite()).isEqualTo(10_000);
        assertThat(inclusive.withWholes().tokens().input()).isEqualTo(12_000);
        TaskEvent beside = decoded(CALL + ",\"input_tokens\":3" + writes);
        assertThat(beside.withWholes().tokens().input()).isEqualTo(10_003);
        assertThat(beside.withWholes().withWholes()).isEqualTo(beside.withWholes());
        TaskEvent alone = decoded(CALL + ",\"input_tokens\":3,\"cache_write_1h_tokens\":8000}");
        assertThat(alone.withWholes().tokens().cacheWrite()).isEqualTo(8000);
        assertThat(alone.withWholes().tokens().input()).isEqualTo(8003);
    }

    @Test
    void partsWithinTheTotal_leaveItUnchanged() throws Exception {
        TaskEvent e =
                decoded(
                        CALL
                                + ",\"input_tokens\":20,\"cached_input_tokens\":10,"
                                + "\"cache_write_tokens\":10,"
                                + "\"output_tokens\":5,\"reasoning_tokens\":5}");
        assertThat(decoder.notes()).isEmpty();
        assertThat(e.withWholes()).isSameAs(e);
        TaskEvent unknown = decoded(CALL + ",\"cached_input_tokens\":10,\"reasoning_tokens\":5}");
        assertThat(unknown.withWholes().tokens().input()).isEqualTo(TaskEvent.ABSENT);
    }

    @Test
    void keepsHostileTextUnchanged() throws Exception {
        String text = "<script>alert(1)</script> {{7*7}} '; DROP TABLE %_ ${jndi:ldap://x}";
        assertThat(decoded(CALL.replace("\"a\"", "\"" + text + "\"") + "}").agentId())
                .isEqualTo(text);
    }

    @Test
    void resetsAllFieldsBetweenEvents() throws Exception {
        decoded(CALL + ",\"input_tokens\":5,\"tags\":{\"team\":\"x\"}}");
        TaskEvent second = decoded(HEAD + "\"type\":\"task_started\"}");
        assertThat(second.tokens().input()).isEqualTo(TaskEvent.ABSENT);
        assertThat(second.tags()).isEmpty();
    }
}
