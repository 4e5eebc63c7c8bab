package io.agentanalytics.intake.delivery;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.agentanalytics.client.topics.TopicContent;
import io.agentanalytics.contract.Retention;
import io.agentanalytics.contract.Topics;
import io.agentanalytics.sources.Outgoing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Removes old client reports. Each start of an intake has its own keys, so the compacted topic
 * would grow with every restart.
 */
public final class StaleReports {
    private static final JsonFactory JSON = new JsonFactory();

    /** Payload that {@link KafkaWriter} writes as a record without a value. */
    private static final byte[] TOMBSTONE = {};

    private final Map<String, String> kafka;

    /**
     * @param client Kafka client properties, including {@code bootstrap.servers}
     */
    public StaleReports(Map<String, String> client) {
        kafka = new HashMap<>(client);
        kafka.put("default.api.timeout.ms", "10000");
    }

    /**
     * Reads the topic and writes a tombstone for each key without records since {@link
     * Retention#ROWS}.
     */
    void remove(RecordWriter writer, Instant now) {
        Instant oldest = now.minus(Retention.ROWS);
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
        TopicContent.forEach(kafka, Topics.CLIENTS, record -> note(record, last, now));
        return last;
    }

    private static void note(
            ConsumerRecord<byte[], byte[]> record, Map<String, Instant> last, Instant now) {
        if (record.key() == null) {
            return;
        }
        String key = new String(record.key(), StandardCharsets.UTF_8);
        if (record.value() == null) {
            last.remove(key);
        } else {
            Instant time = last(record.value());
            last.put(key, time == null ? now : time);
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
