package io.agentanalytics.benchmarks.soak;

import io.agentanalytics.contract.EventDecoder;
import io.agentanalytics.contract.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * Compares the topic of dead letters with the rejected records: each of them, and no other, with
 * its code and value. A recovery may publish a dead letter twice.
 */
final class DeadLetterCheck {
    private DeadLetterCheck() {}

    static List<String> differences(
            List<ConsumerRecord<byte[], byte[]>> published,
            Map<Truth.RecordPosition, Truth.Rejected> expected) {
        List<String> differences = new ArrayList<>();
        Map<Truth.RecordPosition, Truth.Rejected> missing = new HashMap<>(expected);
        for (ConsumerRecord<byte[], byte[]> record : published) {
            String code = header(record, "code");
            Truth.RecordPosition place =
                    new Truth.RecordPosition(
                            Integer.parseInt(header(record, "partition")),
                            Long.parseLong(header(record, "offset")));
            Truth.Rejected rejected = expected.get(place);
            missing.remove(place);
            if (!header(record, "topic").equals(Topics.TASK_EVENTS) || rejected == null) {
                differences.add(
                        "dead letter that is not expected: %s at %s: %s"
                                .formatted(code, place, header(record, "detail")));
            } else if (!rejected.code().equals(code) || !isSame(rejected.value(), record.value())) {
                differences.add(
                        "dead letter at %s: expected %s, found %s, or its value differs"
                                .formatted(place, rejected.code(), code));
            }
        }
        missing.forEach(
                (place, rejected) ->
                        differences.add(
                                "missing dead letter: %s at %s".formatted(rejected.code(), place)));
        return differences;
    }

    private static boolean isSame(byte[] sent, byte[] published) {
        return Arrays.equals(
                Arrays.copyOf(sent, Math.min(sent.length, EventDecoder.MAX_BYTES)), published);
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String key) {
        Header header = Objects.requireNonNull(record.headers().lastHeader(key), key);
        return new String(header.value(), StandardCharsets.UTF_8);
    }
}
