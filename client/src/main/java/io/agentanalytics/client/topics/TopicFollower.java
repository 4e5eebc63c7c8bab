package io.agentanalytics.client.topics;

import io.agentanalytics.contract.DaemonThreads;
import io.agentanalytics.contract.InvalidControlException;
import io.agentanalytics.contract.Json;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Thread that consumes topics of one partition, from their beginning or from a time on, until it is
 * closed.
 */
public final class TopicFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TopicFollower.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final List<TopicPartition> partitions;
    private final Map<String, Object> settings;
    private final Listener listener;
    private final @Nullable Instant since;
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

        /** Called if Kafka does not answer, or if {@link #polled} failed. */
        default void failed() {}
    }

    private TopicFollower(
            Map<String, String> kafka,
            Listener listener,
            @Nullable Instant since,
            String... topics) {
        this.since = since;
        this.partitions = Stream.of(topics).map(topic -> new TopicPartition(topic, 0)).toList();
        this.listener = listener;
        settings = new HashMap<>(kafka);
        settings.put("enable.auto.commit", false);
        settings.put("auto.offset.reset", "earliest");
        settings.putIfAbsent("fetch.max.wait.ms", "100");
        thread = DaemonThreads.named(String.join(",", topics)).newThread(this::follow);
    }

    /**
     * Starts to consume topics whose records have keys; never waits for Kafka.
     *
     * @param kafka consumer properties, including {@code bootstrap.servers}
     */
    public static TopicFollower start(
            Map<String, String> kafka, Listener listener, String... topics) {
        return start(kafka, listener, null, topics);
    }

    /**
     * Starts to consume the records of a topic that were appended at or after a time; never waits
     * for Kafka.
     *
     * @param kafka consumer properties, including {@code bootstrap.servers}
     */
    public static TopicFollower startAt(
            Instant since, Map<String, String> kafka, Listener listener, String topic) {
        return start(kafka, listener, since, topic);
    }

    private static TopicFollower start(
            Map<String, String> kafka,
            Listener listener,
            @Nullable Instant since,
            String... topics) {
        if (!kafka.containsKey("bootstrap.servers")) {
            throw new IllegalArgumentException(
                    "bootstrap.servers is missing; name the brokers as host:port,...");
        }
        TopicFollower follower = new TopicFollower(kafka, listener, since, topics);
        follower.thread.start();
        return follower;
    }

    private void follow() {
        while (!closed) {
            try (var consumer =
                    new KafkaConsumer<>(
                            settings, new StringDeserializer(), new ByteArrayDeserializer())) {
                consumer.assign(partitions);
                seek(consumer);
                while (!closed) {
                    poll(consumer);
                }
            } catch (InterruptException e) {
                return;
            } catch (RuntimeException e) {
                failed(e);
            }
        }
    }

    private void seek(KafkaConsumer<String, byte[]> consumer) {
        if (since == null) {
            consumer.seekToBeginning(partitions);
        } else {
            // The end is asked for first, so that no record between the answers is left out.
            TopicContent.seek(consumer, since, consumer.endOffsets(partitions));
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
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    private void accept(ConsumerRecord<String, byte[]> record) {
        if (record.key() == null && since == null) {
            return; // Compacted topics have keys.
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

    /** Waits after a failure of Kafka or of the listener, which must not end this thread. */
    private void failed(RuntimeException e) {
        if (!failed) {
            LOG.warn("Topics cannot be read, retrying in 1 s: {}", partitions, e);
        }
        failed = true;
        try {
            listener.failed();
        } catch (RuntimeException another) {
            LOG.warn("The listener of {} failed", partitions, another);
        }
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
