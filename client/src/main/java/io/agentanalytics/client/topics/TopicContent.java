package io.agentanalytics.client.topics;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Content of a topic, from its beginning to its present end. */
public final class TopicContent {
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private TopicContent() {}

    /**
     * Receives all records of a topic, in the order of each partition.
     *
     * @param kafka consumer properties, including {@code bootstrap.servers}
     * @throws TimeoutException if no record arrives for 30 s before the end
     */
    public static void forEach(
            Map<String, String> kafka,
            String topic,
            Consumer<ConsumerRecord<byte[], byte[]>> each) {
        forEach(kafka, topic, Instant.EPOCH, each);
    }

    /** Receives the records of a topic that were appended at or after a time; see above. */
    public static void forEach(
            Map<String, String> kafka,
            String topic,
            Instant since,
            Consumer<ConsumerRecord<byte[], byte[]>> each) {
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.put("enable.auto.commit", false);
        try (var consumer =
                new KafkaConsumer<>(
                        settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = partitions(consumer, topic);
            consumer.assign(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            if (since.equals(Instant.EPOCH)) {
                consumer.seekToBeginning(partitions);
            } else {
                seek(consumer, since, ends);
            }
            readTo(ends, consumer, topic, each);
        }
    }

    private static void readTo(
            Map<TopicPartition, Long> ends,
            KafkaConsumer<byte[], byte[]> consumer,
            String topic,
            Consumer<ConsumerRecord<byte[], byte[]>> each) {
        long progress = System.nanoTime();
        while (ends.entrySet().stream()
                .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
            records.forEach(each);
            if (!records.isEmpty()) {
                progress = System.nanoTime();
            } else if (System.nanoTime() - progress > PATIENCE.toNanos()) {
                throw new TimeoutException(
                        "Kafka has sent no record of %s for 30 s.".formatted(topic));
            }
        }
    }

    /**
     * Moves a consumer to the first records that were appended at or after a time.
     *
     * @param ends ends of the partitions, asked for before this call
     */
    static void seek(KafkaConsumer<?, ?> consumer, Instant since, Map<TopicPartition, Long> ends) {
        Map<TopicPartition, Long> times = new HashMap<>();
        ends.keySet().forEach(partition -> times.put(partition, since.toEpochMilli()));
        consumer.offsetsForTimes(times)
                .forEach(
                        (partition, first) ->
                                consumer.seek(
                                        partition,
                                        first == null
                                                ? ends.getOrDefault(partition, 0L)
                                                : first.offset()));
    }

    /** Returns all records of a topic; see {@link #forEach}. */
    public static List<ConsumerRecord<byte[], byte[]>> of(Map<String, String> kafka, String topic) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        forEach(kafka, topic, records::add);
        return records;
    }

    /** Returns the text of a header; empty if it is absent. */
    public static String header(ConsumerRecord<?, ?> record, String name) {
        Header header = record.headers().lastHeader(name);
        byte[] value = header == null ? null : header.value();
        return value == null ? "" : new String(value, StandardCharsets.UTF_8);
    }

    /** Returns the partitions of a topic. */
    public static List<TopicPartition> partitions(KafkaConsumer<?, ?> consumer, String topic) {
        return consumer.partitionsFor(topic).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
    }
}
