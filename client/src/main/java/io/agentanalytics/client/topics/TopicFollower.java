package io.agentanalytics.client.topics;

import io.agentanalytics.contract.DaemonThreads;
import io.agentanalytics.contract.InvalidControlException;
import io.agentanalytics.contract.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Thread that consumes topics of one partition from their beginning, until it is closed. */
public final class TopicFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TopicFollower.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final List<TopicPartition> partitions;
    private final Map<String, Object> settings;
    private final Listener listener;
    private final Thread thread;
    private boolean failed;
    private volatile boolean closed;

    /** Receives records; is called by the thread of the follower only. */
    public interface Listener {
        /** Receives a record, whose value is null if its key was deleted. */
        void accept(ConsumerRecord<String, byte[]> record)
                throws IOException, InvalidControlException;

        /**
         * Called after the records of each poll.
         *
         * @param isAtEnd asks Kafka whether all records were received. It fails while Kafka is
         *     unavailable, unlike a poll.
         */
        default void polled(BooleanSupplier isAtEnd) {}

        /** Called if Kafka does not answer. */
        default void failed() {}
    }

    private TopicFollower(Map<String, String> kafka, Listener listener, String... topics) {
        this.partitions = Stream.of(topics).map(topic -> new TopicPartition(topic, 0)).toList();
        this.listener = listener;
        settings = new HashMap<>(kafka);
        settings.put("enable.auto.commit", false);
        settings.put("auto.offset.reset", "earliest");
        settings.putIfAbsent("fetch.max.wait.ms", "100");
        thread = DaemonThreads.named(String.join(",", topics)).newThread(this::follow);
    }

    /**
     * Starts to consume topics; never waits for Kafka.
     *
     * @param kafka consumer properties, including {@code bootstrap.servers}
     */
    public static TopicFollower start(
            Map<String, String> kafka, Listener listener, String... topics) {
        if (!kafka.containsKey("bootstrap.servers")) {
            throw new IllegalArgumentException(
                    "bootstrap.servers is missing; name the brokers as host:port,...");
        }
        TopicFollower follower = new TopicFollower(kafka, listener, topics);
        follower.thread.start();
        return follower;
    }

    private void follow() {
        while (!closed) {
            try (var consumer =
                    new KafkaConsumer<>(
                            settings, new StringDeserializer(), new ByteArrayDeserializer())) {
                consumer.assign(partitions);
                consumer.seekToBeginning(partitions);
                while (!closed) {
                    poll(consumer);
                }
            } catch (InterruptException e) {
                return;
            } catch (KafkaException e) {
                failed(e);
            }
        }
    }

    /** Polls. After a failure the consumer continues, so that no older value is received again. */
    private void poll(KafkaConsumer<String, byte[]> consumer) {
        try {
            consumer.poll(POLL).forEach(this::accept);
            listener.polled(() -> isAtEnd(consumer));
            failed = false;
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            failed(e);
        }
    }

    private void accept(ConsumerRecord<String, byte[]> record) {
        if (record.key() == null) {
            return;
        }
        try {
            listener.accept(record);
        } catch (IOException e) {
            skipped(record, Json.shortened(e));
        } catch (InvalidControlException | RuntimeException e) {
            skipped(record, e.getMessage());
        }
    }

    private static void skipped(ConsumerRecord<String, byte[]> record, @Nullable String why) {
        LOG.warn("A record of {} was skipped: {}", record.topic(), why);
    }

    private boolean isAtEnd(KafkaConsumer<String, byte[]> consumer) {
        return consumer.endOffsets(partitions, PATIENCE).entrySet().stream()
                .allMatch(end -> consumer.position(end.getKey(), PATIENCE) >= end.getValue());
    }

    private void failed(KafkaException e) {
        if (!failed) {
            LOG.warn("Topics cannot be read until Kafka answers: {}", partitions, e);
        }
        failed = true;
        listener.failed();
        try {
            Thread.sleep(RETRY.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            closed = true;
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(2).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
