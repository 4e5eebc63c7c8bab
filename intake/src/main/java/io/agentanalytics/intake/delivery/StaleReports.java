package io.agentanalytics.intake.delivery;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.agentanalytics.contract.Topics;
import io.agentanalytics.sources.Outgoing;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Removes old client reports. Each start of an intake has keys of its own, so that the compacted
 * topic would grow with every restart.
 */
public final class StaleReports {
    private static final Duration KEPT = Duration.ofDays(30);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final JsonFactory JSON = new JsonFactory();

    /** Payload that {@link KafkaWriter} writes as a record without a value. */
    private static final byte[] TOMBSTONE = {};

    private final Map<String, Object> properties;

    /**
     * @param client Kafka client properties, including {@code bootstrap.servers}
     */
    public StaleReports(Map<String, String> client) {
        properties = new HashMap<>(client);
        properties.put("enable.auto.commit", "false");
        properties.put("default.api.timeout.ms", "10000");
    }

    /** Reads the topic and writes a tombstone for each key without news for 30 days. */
    void remove(RecordWriter writer, Instant now) {
        Instant oldest = now.minus(KEPT);
        for (Map.Entry<String, Instant> report : lastNews(now).entrySet()) {
            if (report.getValue().isBefore(oldest)) {
                var written =
                        writer.write(new Outgoing(Topics.CLIENTS, report.getKey(), TOMBSTONE));
                if (written.isCompletedExceptionally()) {
                    return; // Kafka is unavailable; the next run tries again.
                }
            }
        }
    }

    private Map<String, Instant> lastNews(Instant now) {
        Map<String, Instant> last = new HashMap<>();
        try (var consumer =
                new KafkaConsumer<>(
                        properties, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(Topics.CLIENTS).stream()
                            .map(p -> new TopicPartition(p.topic(), p.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            long start = System.nanoTime();
            while (ends.entrySet().stream()
                            .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())
                    && System.nanoTime() - start < PATIENCE.toNanos()) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                    note(record, last, now);
                }
            }
        }
        return last;
    }

    private static void note(
            ConsumerRecord<String, byte[]> record, Map<String, Instant> last, Instant now) {
        if (record.value() == null) {
            last.remove(record.key());
        } else if (record.key() != null) {
            Instant time = last(record.value());
            last.put(record.key(), time == null ? now : time);
        }
    }

    /** Returns the time of the latest record in a report; null if it is not a report. */
    private static @Nullable Instant last(byte[] report) {
        try (JsonParser json = JSON.createParser(report)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                JsonToken value = json.nextToken();
                if (name.equals("last") && value == JsonToken.VALUE_STRING) {
                    return Instant.parse(json.getText());
                }
                json.skipChildren();
            }
        } catch (IOException | DateTimeParseException e) {
            // Not ours: another version may have written it, so it is kept.
        }
        return null;
    }
}
