package io.agentanalytics.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Consumes a compacted topic of one partition from its beginning, until it is closed. */
final class TopicFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TopicFollower.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final String topic;
    private final Map<String, Object> settings;
    private final Values values;
    private final Thread thread;
    private volatile boolean closed;

    /** Receives the value of a key; null if the key was deleted. */
    interface Values {
        void take(String key, byte @Nullable [] value) throws IOException;
    }

    private TopicFollower(String topic, Map<String, String> kafka, Values values) {
        this.topic = topic;
        this.values = values;
        settings = new HashMap<>(kafka);
        settings.put("enable.auto.commit", false);
        settings.put("auto.offset.reset", "earliest");
        settings.putIfAbsent("fetch.max.wait.ms", "100");
        thread = new Thread(this::follow, topic);
        thread.setDaemon(true);
    }

    static TopicFollower start(String topic, Map<String, String> kafka, Values values) {
        if (!kafka.containsKey("bootstrap.servers")) {
            throw new IllegalArgumentException(
                    "bootstrap.servers is missing; name the brokers as host:port,...");
        }
        TopicFollower follower = new TopicFollower(topic, kafka, values);
        follower.thread.start();
        return follower;
    }

    private void follow() {
        while (!closed) {
            try (var consumer =
                    new KafkaConsumer<>(
                            settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                List<TopicPartition> partitions = List.of(new TopicPartition(topic, 0));
                consumer.assign(partitions);
                consumer.seekToBeginning(partitions);
                while (!closed) {
                    consumer.poll(POLL).forEach(this::take);
                }
            } catch (InterruptException | WakeupException e) {
                return;
            } catch (KafkaException e) {
                LOG.warn("The topic {} cannot be followed, next try in a second.", topic, e);
                pause();
            }
        }
    }

    private void pause() {
        try {
            Thread.sleep(RETRY.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed = true;
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null) {
            return;
        }
        try {
            values.take(new String(record.key(), StandardCharsets.UTF_8), record.value());
        } catch (IOException | RuntimeException e) {
            LOG.warn("A record of {} was skipped.", topic, e);
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
