package io.agentanalytics.api.control;

import io.agentanalytics.api.control.Controls.UnavailableException;
import io.agentanalytics.client.topics.TopicFollower;
import io.agentanalytics.contract.InvalidControlException;
import io.agentanalytics.contract.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads and writes the records of the control topics; a written record is read back. */
final class ControlLog implements AutoCloseable {
    /** Record header with the author of a change. */
    static final String BY = "by";

    private static final Logger LOG = LoggerFactory.getLogger(ControlLog.class);

    private final KafkaProducer<byte[], byte[]> producer;
    private final TopicFollower follower;
    private final ControlState state = new ControlState();

    /** Offset of the last record that was read, by topic. */
    private final Map<String, Long> read = new HashMap<>();

    private boolean caughtUp;

    ControlLog(Map<String, String> client) {
        int patience = (int) Controls.PATIENCE.toMillis();
        Map<String, Object> settings = new HashMap<>(client);
        settings.put("delivery.timeout.ms", patience);
        settings.put("request.timeout.ms", patience / 2);
        settings.put("max.block.ms", (long) patience);
        settings.put("linger.ms", 0);
        producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        follower =
                TopicFollower.start(
                        client,
                        new Follower(),
                        Topics.ALERT_RULES,
                        Topics.ALERT_COMMANDS,
                        Topics.ROUTING_POLICY,
                        Topics.BUDGET_DEFINITIONS);
    }

    private final class Follower implements TopicFollower.Listener {
        @Override
        public void accept(ConsumerRecord<String, byte[]> record) throws InvalidControlException {
            synchronized (ControlLog.this) {
                read.put(record.topic(), record.offset());
                state.apply(record);
            }
        }

        @Override
        public void polled(BooleanSupplier isAtEnd) {
            boolean now = caughtUp || isAtEnd.getAsBoolean();
            synchronized (ControlLog.this) {
                caughtUp = now;
                ControlLog.this.notifyAll();
            }
        }
    }

    /** Reads the state, after it has been read from Kafka to the end. */
    synchronized <T> T read(Function<ControlState, T> part) throws UnavailableException {
        awaitUntil(() -> caughtUp);
        return part.apply(state);
    }

    private synchronized void awaitUntil(BooleanSupplier condition) throws UnavailableException {
        long end = System.nanoTime() + Controls.PATIENCE.toNanos();
        try {
            while (!condition.getAsBoolean()) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0) {
                    throw new UnavailableException("Kafka did not answer within 5 s.");
                }
                wait(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("Interrupted.");
        }
    }

    /**
     * Writes a record, waits until it has been read back, and returns its offset.
     *
     * @param value null for a tombstone
     */
    long write(String topic, String key, byte @Nullable [] value, String by)
            throws UnavailableException {
        var record =
                new ProducerRecord<byte[], byte[]>(
                        topic, 0, key.getBytes(StandardCharsets.UTF_8), value);
        record.headers().add(BY, by.getBytes(StandardCharsets.UTF_8));
        try {
            var written =
                    producer.send(record).get(Controls.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            LOG.info("{} '{}' was {} by {}", topic, key, value == null ? "removed" : "set", by);
            awaitUntil(() -> read.getOrDefault(topic, -1L) >= written.offset());
            return written.offset();
        } catch (ExecutionException | TimeoutException e) {
            throw new UnavailableException("Kafka did not accept the change: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("Interrupted.");
        }
    }

    @Override
    public void close() {
        follower.close();
        producer.close(Duration.ofSeconds(1));
    }
}
