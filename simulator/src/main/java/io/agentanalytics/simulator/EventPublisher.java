package io.agentanalytics.simulator;

import io.agentanalytics.contract.EventEncoder;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.Topics;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** Sends events to {@code task-events}, keyed by task; blocks when the broker is behind. */
public final class EventPublisher implements AutoCloseable {
    private final KafkaProducer<String, byte[]> producer;
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    /**
     * @param client Kafka producer properties; bootstrap.servers at least
     */
    public EventPublisher(Map<String, String> client) {
        Map<String, Object> properties = new HashMap<>(client);
        properties.putIfAbsent("acks", "all");
        properties.putIfAbsent("linger.ms", "20");
        properties.putIfAbsent("compression.type", "lz4");
        properties.putIfAbsent("max.block.ms", "15000");
        producer =
                new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer());
    }

    public void send(TaskEvent event) {
        send(event.taskId(), EventEncoder.encode(event));
    }

    /** Sends a record as it is. */
    public void send(String key, byte[] value) {
        Exception failed = failure.get();
        if (failed != null) {
            throw new IllegalStateException(
                    "Kafka refused an event: " + failed.getMessage(), failed);
        }
        producer.send(
                new ProducerRecord<>(Topics.TASK_EVENTS, key, value),
                (metadata, e) -> failure.compareAndSet(null, e));
    }

    public void flush() {
        producer.flush();
        Exception failed = failure.get();
        if (failed != null) {
            throw new IllegalStateException(
                    "Kafka refused an event: " + failed.getMessage(), failed);
        }
    }

    @Override
    public void close() {
        producer.close(java.time.Duration.ofSeconds(5));
    }
}
