package io.agentanalytics.api.clients;

import io.agentanalytics.contract.Json;
import io.agentanalytics.contract.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the topic {@code clients} from its beginning. It never waits for Kafka: without it, the
 * answer is what is known, and says so.
 */
public final class ClientWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClientWatch.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final TopicPartition TOPIC = new TopicPartition(Topics.CLIENTS, 0);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread follower;
    private final ClientReports reports = new ClientReports();
    private boolean complete;
    private volatile boolean closed;

    private ClientWatch(Map<String, String> client) {
        Map<String, Object> reading = new HashMap<>(client);
        reading.put("enable.auto.commit", false);
        reading.put("auto.offset.reset", "earliest");
        consumer =
                new KafkaConsumer<>(
                        reading, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        follower = new Thread(this::follow, "client-reports");
        follower.setDaemon(true);
    }

    /**
     * Starts following the topic.
     *
     * @param client Kafka client properties, including {@code bootstrap.servers}
     */
    public static ClientWatch start(Map<String, String> client) {
        ClientWatch watch = new ClientWatch(client);
        watch.follower.start();
        return watch;
    }

    private void follow() {
        try {
            consumer.assign(List.of(TOPIC));
            consumer.seekToBeginning(List.of(TOPIC));
            while (!closed) {
                step();
            }
        } catch (WakeupException e) {
            LOG.debug("The topic of clients is no longer followed.");
        } finally {
            consumer.close();
        }
    }

    private void step() {
        try {
            takeAll(consumer.poll(POLL));
            // A poll reports no failure while Kafka is unavailable; a request for the end does.
            long end = consumer.endOffsets(List.of(TOPIC), PATIENCE).getOrDefault(TOPIC, 0L);
            long read = consumer.position(TOPIC, PATIENCE);
            caughtUp(read >= end);
        } catch (WakeupException e) {
            throw e;
        } catch (KafkaException e) {
            lost(e);
        }
    }

    private synchronized void takeAll(ConsumerRecords<byte[], byte[]> records) {
        records.forEach(this::take);
    }

    private synchronized void caughtUp(boolean now) {
        complete = now;
    }

    private synchronized void lost(KafkaException e) {
        if (complete) {
            LOG.warn("The topic of clients cannot be read: {}", e.getMessage());
        }
        complete = false;
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        try {
            reports.take(new String(record.key(), StandardCharsets.UTF_8), record.value());
        } catch (IOException | RuntimeException e) {
            String why = e instanceof IOException io ? Json.shortened(io) : "it has no key";
            LOG.warn("A record of {} was skipped: {}", record.topic(), why);
        }
    }

    /** Returns what is known now. */
    public synchronized ClientsAnswer answer(Instant now) {
        return reports.answer(complete, now);
    }

    @Override
    public void close() {
        closed = true;
        consumer.wakeup();
    }
}
