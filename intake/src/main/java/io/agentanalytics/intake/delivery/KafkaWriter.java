package io.agentanalytics.intake.delivery;

import io.agentanalytics.client.topics.LastingProducer;
import io.agentanalytics.contract.Topics;
import io.agentanalytics.sources.Outgoing;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Writes records to Kafka, idempotently and to all in-sync replicas. An empty value is written as a
 * tombstone.
 */
public final class KafkaWriter implements RecordWriter {
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);
    private final LastingProducer producer;

    /**
     * @param client Kafka client properties, including {@code bootstrap.servers}
     */
    public KafkaWriter(Map<String, String> client) {
        this(new LastingProducer(properties(client)));
    }

    KafkaWriter(LastingProducer producer) {
        this.producer = producer;
    }

    private static Map<String, Object> properties(Map<String, String> client) {
        Map<String, Object> properties = new HashMap<>(client);
        properties.put("acks", "all");
        properties.put("enable.idempotence", "true");
        properties.putIfAbsent("compression.type", "lz4");
        properties.putIfAbsent("linger.ms", "5");
        // Clients wait for the answer, and the spool can confirm records that Kafka cannot: all
        // timeouts are shorter than the five seconds of Delivery.
        properties.put("max.block.ms", "1000");
        properties.put("request.timeout.ms", "3000");
        properties.put("delivery.timeout.ms", "4500");
        return properties;
    }

    @Override
    public CompletableFuture<Void> write(Outgoing record) {
        CompletableFuture<Void> written = new CompletableFuture<>();
        producer.send(
                producerRecord(record),
                e -> {
                    if (e == null) {
                        written.complete(null);
                    } else if (LastingProducer.isOfRecord(e)) {
                        written.completeExceptionally(
                                new RecordRefusedException(String.valueOf(e.getMessage())));
                    } else {
                        written.completeExceptionally(e);
                    }
                });
        return written;
    }

    private static ProducerRecord<String, byte[]> producerRecord(Outgoing record) {
        // Records without a key are spread over all partitions.
        String key = record.key().isEmpty() ? null : record.key();
        // Compaction removes the key of a record without a value.
        byte[] value = record.value().length == 0 ? null : record.value();
        var kafka = new ProducerRecord<>(record.topic(), key, value);
        record.headers()
                .forEach((k, v) -> kafka.headers().add(k, v.getBytes(StandardCharsets.UTF_8)));
        return kafka;
    }

    @Override
    public boolean isReachable() {
        return producer.isReachable(Topics.TASK_EVENTS);
    }

    @Override
    public void close() {
        producer.close(CLOSE_PATIENCE);
    }
}
