package io.agentanalytics.job.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.agentanalytics.contract.EventDecoder;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.Fragment;
import io.agentanalytics.contract.FragmentCodec;
import io.agentanalytics.contract.RejectCode;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import io.agentanalytics.contract.Topics;
import io.agentanalytics.job.time.TimeLimits;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FragmentDeserializerTest {
    private static final int LARGEST_RECORD = 1_048_000;

    private static final TimeLimits LIMITS =
            new TimeLimits(Duration.ofMinutes(5), Duration.ofDays(30));
    private static final long APPENDED = Instant.parse("2026-11-27T10:00:00Z").toEpochMilli();

    /** With headers, a record of the broker's maximum size would exceed it, again and again. */
    @Test
    void theDeadLetterOfTheLargestRecord_fitsIntoARecord() {
        FragmentDeserializer deserializer = new FragmentDeserializer(LIMITS);
        deserializer.open(null);
        List<FragmentRecord> out =
                deserialized(
                        deserializer,
                        new ConsumerRecord<>(Topics.SPANS, 0, 7, null, new byte[LARGEST_RECORD]));
        assertThat(out).hasSize(1);
        assertThat(out.get(0).deadLetter().code()).isEqualTo(RejectCode.MALFORMED_JSON.wireName());
        assertThat(out.get(0).deadLetter().offset()).isEqualTo(7);
        assertThat(out.get(0).deadLetter().raw()).hasSize(EventDecoder.MAX_BYTES);
    }

    @ParameterizedTest
    @CsvSource({"PT5M1S, future_time", "-P30DT1S, too_old", "PT5M,", "-P30D,"})
    void fragmentOutsideTheTimeLimits_isADeadLetter(Duration ahead, @Nullable String code) {
        FragmentDeserializer deserializer = new FragmentDeserializer(LIMITS);
        deserializer.open(null);
        TaskEvent call =
                new TaskEventBuilder(
                                EventType.LLM_CALL,
                                "e",
                                Instant.ofEpochMilli(APPENDED).plus(ahead),
                                "task",
                                "agent")
                        .on("openai", "gpt-5")
                        .build();
        byte[] value =
                FragmentCodec.encode(
                        Fragment.of(Fragment.Role.EVENT, "task", "e").event(call).build());

        List<FragmentRecord> out = deserialized(deserializer, appended(Topics.SPANS, value));

        assertThat(out).extracting(FragmentDeserializerTest::codeOf).containsExactly(code);
        assertThat(out.get(0).offset()).isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource({"PT5M1S, future_time", "-P30DT1S, too_old", "PT0S,"})
    void spanOfACollectorOutsideTheTimeLimits_isADeadLetter(Duration ahead, @Nullable String code) {
        OtlpSpansDeserializer deserializer = new OtlpSpansDeserializer(LIMITS);
        deserializer.open(null);
        long nanos = 1_000_000 * Instant.ofEpochMilli(APPENDED).plus(ahead).toEpochMilli();
        String span =
                """
                {"resourceSpans": [{"scopeSpans": [{"spans": [{
                  "traceId": "0af7651916cd43dd8448eb211c80319c", "spanId": "b7ad6b7169203331",
                  "name": "chat gpt-5", "kind": 3,
                  "startTimeUnixNano": "%1$d", "endTimeUnixNano": "%1$d",
                  "attributes": [
                    {"key": "gen_ai.operation.name", "value": {"stringValue": "chat"}},
                    {"key": "gen_ai.provider.name", "value": {"stringValue": "openai"}},
                    {"key": "gen_ai.request.model", "value": {"stringValue": "gpt-5"}}]}]}]}]}
                """
                        .formatted(nanos);

        List<FragmentRecord> out =
                deserialized(
                        deserializer,
                        appended("otlp_spans", span.getBytes(StandardCharsets.UTF_8)));

        assertThat(out).isNotEmpty();
        assertThat(out).extracting(FragmentDeserializerTest::codeOf).containsOnly(code);
    }

    /** Each of them stopped the job, again after each restart, when it was assembled. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'role':'call','key':'k','id':'i'}|missing_field",
                "{'role':'tool','key':'k','id':'i'}|missing_field",
                "{'role':'agent','key':'k','id':'i'}|missing_field",
                "{'role':'turn','key':'k','id':'i'}|missing_field",
                "{'role':'event','key':'k','id':'i'}|missing_field",
                "{'role':'prompt','key':'k','id':'i'}|missing_field",
                "{'role':'spawn','key':'k','id':'i'}|missing_field",
                "{'role':'step','key':'%s','id':'i'}|too_long",
                "{'role':'step','key':'k','id':'i','parent_id':'%s'}|too_long",
                "{'role':'step','key':'k','id':'\\u0000'}|control_character",
                "{'role':'accepted','key':'k','id':'i','start_ms':7}|bad_time",
                "{'role':'accepted','key':'k','id':'i','start_ms':1900000000000}|future_time",
                "{'role':'accepted','key':'k','id':'i','start_ms':1764000000000}|",
                "{'role':'step','key':'k','id':'i'}|",
            })
    void aFragmentThatCannotBeAssembled_isADeadLetter(String fragment, @Nullable String code) {
        FragmentDeserializer deserializer = new FragmentDeserializer(LIMITS);
        deserializer.open(null);
        byte[] value =
                fragment.replace('\'', '"')
                        .replace("%s", "x".repeat(70_000))
                        .getBytes(StandardCharsets.UTF_8);

        List<FragmentRecord> out = deserialized(deserializer, appended(Topics.SPANS, value));

        assertThat(out).extracting(FragmentDeserializerTest::codeOf).containsExactly(code);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "openai",
                "\u0958", // twice as long when composed
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\uD83D\uDE00", // is cut at the emoji
            })
    void aSpanOfACollectorWithOddNamesAndWithoutAStart_isAccepted(String agent) {
        OtlpSpansDeserializer deserializer = new OtlpSpansDeserializer(LIMITS);
        deserializer.open(null);
        String span =
                """
                {"resourceSpans": [{"scopeSpans": [{"spans": [{
                  "traceId": "0af7651916cd43dd8448eb211c80319c", "spanId": "b7ad6b7169203331",
                  "name": "run", "startTimeUnixNano": "0", "endTimeUnixNano": "%d",
                  "attributes": [
                    {"key": "gen_ai.operation.name", "value": {"stringValue": "invoke_agent"}},
                    {"key": "gen_ai.agent.name", "value": {"stringValue": "%s"}}]}]}]}]}
                """
                        .formatted(1_000_000 * APPENDED, agent.repeat(85));

        List<FragmentRecord> out =
                deserialized(
                        deserializer,
                        appended("otlp_spans", span.getBytes(StandardCharsets.UTF_8)));

        assertThat(out).isNotEmpty();
        assertThat(out).extracting(FragmentDeserializerTest::codeOf).containsOnly((String) null);
    }

    private static @Nullable String codeOf(FragmentRecord record) {
        return record.deadLetter() == null ? null : record.deadLetter().code();
    }

    private static ConsumerRecord<byte[], byte[]> appended(String topic, byte[] value) {
        return new ConsumerRecord<>(
                topic,
                0,
                7,
                APPENDED,
                TimestampType.LOG_APPEND_TIME,
                -1,
                value.length,
                null,
                value,
                new RecordHeaders(),
                Optional.empty());
    }

    private static List<FragmentRecord> deserialized(
            KafkaRecordDeserializationSchema<FragmentRecord> deserializer,
            ConsumerRecord<byte[], byte[]> record) {
        List<FragmentRecord> out = new ArrayList<>();
        Collector<FragmentRecord> collector =
                new Collector<>() {
                    @Override
                    public void collect(FragmentRecord fragment) {
                        out.add(fragment);
                    }

                    @Override
                    public void close() {}
                };
        assertThatCode(() -> deserializer.deserialize(record, collector))
                .doesNotThrowAnyException();
        return out;
    }
}
