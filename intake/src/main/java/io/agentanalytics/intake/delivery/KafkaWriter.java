package io.agentanalytics.intake.delivery;

import io.agentanalytics.contract.Topics;
import io.agentanalytics.sources.Outgoing;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.slf4j.LoggerFactory;

/**
 * Writes records to Kafka, idempotently and to all in-sync replicas. An empty value is written as a
 * tombstone.
 */
public final class KafkaWriter implements RecordWriter {
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);
    private final Supplier<KafkaProducer<String, byte[]>> open;
    private final LogLimit log =
            new LogLimit(LoggerFactory.getLogger(KafkaWriter.class), Clock.systemUTC());
    private volatile KafkaProducer<String, byte[]> producer;
    private boolean closed; // guarded by this

    /**
     * @param client Kafka client properties, including {@code bootstrap.servers}
     */
    public KafkaWriter(Map<String, String> client) {
        this(() -> open(properties(client)));
    }

    /**
     * @param open opens a producer; called again after a fatal error
     */
    KafkaWriter(Supplier<KafkaProducer<String, byte[]>> open) {
        this.open = open;
        producer = open.get();
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

    private static KafkaProducer<String, byte[]> open(Map<String, Object> properties) {
        return new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer());
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the callback completes our own future
    public CompletableFuture<Void> write(Outgoing record) {
        CompletableFuture<Void> written = new CompletableFuture<>();
        KafkaProducer<String, byte[]> used = producer;
        try {
            used.send(
                    producerRecord(record),
                    (metadata, e) -> {
                        if (e == null) {
                            written.complete(null);
                        } else {
                            fail(written, e, used);
                        }
                    });
        } catch (RuntimeException e) {
            fail(written, e, used);
        }
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

    private void fail(
            CompletableFuture<Void> written, Exception e, KafkaProducer<String, byte[]> used) {
        if (isRefusal(e)) {
            written.completeExceptionally(
                    new RecordRefusedException(String.valueOf(e.getMessage())));
            return;
        }
        // First, so that the record is spooled even if the producer cannot be replaced.
        written.completeExceptionally(e);
        if (!(e instanceof RetriableException || e instanceof InterruptException)) {
            replace(used);
        }
    }

    private static boolean isRefusal(Exception e) {
        return e instanceof RecordTooLargeException
                || e instanceof RecordBatchTooLargeException
                || e instanceof InvalidRecordException
                || e instanceof InvalidTimestampException
                || e instanceof SerializationException;
    }

    /**
     * Replaces a producer after a fatal error, such as a lost permission: it would fail forever,
     * even when the permission is back. Without a new producer, as while the names of the brokers
     * cannot be resolved, the next failure tries again.
     */
    private synchronized void replace(KafkaProducer<String, byte[]> failed) {
        if (producer != failed || closed) {
            return;
        }
        try {
            producer = open.get();
            // Called by a callback of this producer, which therefore must not wait for itself.
            failed.close(Duration.ZERO);
        } catch (KafkaException e) {
            log.warn("The Kafka producer cannot be replaced after a fatal error", e);
        }
    }

    @Override
    public boolean isReachable() {
        try {
            return !producer.partitionsFor(Topics.TASK_EVENTS).isEmpty();
        } catch (KafkaException | IllegalStateException e) {
            return false;
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        producer.close(CLOSE_PATIENCE);
    }
}
