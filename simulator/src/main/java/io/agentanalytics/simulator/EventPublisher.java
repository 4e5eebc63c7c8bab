package io.agentanalytics.simulator;

import io.agentanalytics.contract.EventEncoder;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** Sends events to {@code task-events}, keyed by task id; blocks while the broker is behind. */
public final class EventPublisher implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private final KafkaProducer<String, byte[]> producer;
    private final LongAdder lost = new LongAdder();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    /**
     * @param client Kafka producer properties, including {@code bootstrap.servers}
     */
    public EventPublisher(Map<String, String> client) {
        Map<String, Object> properties = new HashMap<>(client);
        properties.putIfAbsent("acks", "all");
        properties.putIfAbsent("linger.ms", "20");
        properties.putIfAbsent("compression.type", "lz4");
        properties.putIfAbsent("max.block.ms", Long.toString(PATIENCE.toMillis()));
        producer =
                new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer());
    }

    public void send(TaskEvent event) {
        send(event.taskId(), EventEncoder.encode(event));
    }

    /** Sends a record unchanged. */
    @SuppressWarnings("FutureReturnValueIgnored") // the callback notes a failure
    public void send(String key, byte[] value) {
        requireNoneLost();
        producer.send(
                new ProducerRecord<>(Topics.TASK_EVENTS, key, value),
                (metadata, e) -> {
                    if (e != null) {
                        lost.increment();
                        failure.compareAndSet(null, e);
                    }
                });
    }

    public void flush() {
        producer.flush();
        requireNoneLost();
    }

    private void requireNoneLost() {
        Exception failed = failure.get();
        if (failed != null) {
            throw new IllegalStateException(
                    "Kafka did not accept %d events: %s".formatted(lost.sum(), failed.getMessage()),
                    failed);
        }
    }

    /**
     * Waits up to 30 s for outstanding records.
     *
     * @throws IllegalStateException if Kafka did not accept all of them
     */
    @Override
    public void close() {
        producer.close(PATIENCE);
        requireNoneLost();
    }
}
