package io.agentanalytics.local.reprocess;

import static io.agentanalytics.contract.DeadLetterHeaders.CODE;
import static io.agentanalytics.contract.DeadLetterHeaders.OFFSET;
import static io.agentanalytics.contract.DeadLetterHeaders.PARTITION;

import io.agentanalytics.client.topics.TopicContent;
import io.agentanalytics.contract.EventDecoder;
import io.agentanalytics.contract.InvalidEventException;
import io.agentanalytics.contract.RejectCode;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.Topics;
import io.agentanalytics.job.RefusedEvents;
import io.agentanalytics.local.command.UserError;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** The events that Kafka still holds, and those among them that the running job refused. */
final class KeptEvents implements AutoCloseable {
    private final Map<String, String> kafka;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final EventDecoder decoder = new EventDecoder();

    KeptEvents(String bootstrap, Map<String, String> client) {
        kafka = new HashMap<>(client);
        kafka.put("bootstrap.servers", bootstrap);
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.put("enable.auto.commit", false);
        consumer =
                new KafkaConsumer<>(
                        settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /**
     * Returns the append time since which Kafka holds every record of a topic, or null if nothing
     * was deleted yet. A partition that is empty now is no evidence.
     */
    @Nullable Instant completeSince(String topic) {
        List<TopicPartition> partitions = TopicContent.partitions(consumer, topic);
        Map<TopicPartition, Long> first = new HashMap<>(consumer.beginningOffsets(partitions));
        first.values().removeIf(offset -> offset == 0);
        Map<TopicPartition, Long> anyTime = new HashMap<>();
        first.keySet().forEach(partition -> anyTime.put(partition, 0L));
        return consumer.offsetsForTimes(anyTime).values().stream()
                .filter(found -> found != null)
                .map(OffsetAndTimestamp::timestamp)
                .max(Long::compare)
                .map(Instant::ofEpochMilli)
                .orElse(null);
    }

    /** Returns the keys of the events that the job refused as too late. */
    Set<String> refused() {
        Set<String> refused = new HashSet<>();
        TopicContent.forEach(
                kafka,
                Topics.DEAD_LETTERS,
                record -> {
                    if (TopicContent.header(record, CODE).equals(RejectCode.TOO_LATE.wireName())) {
                        refused.addAll(keys(record));
                    }
                });
        return refused;
    }

    private List<String> keys(ConsumerRecord<byte[], byte[]> letter) {
        try {
            TaskEvent event = decoder.decode(letter.value());
            return RefusedEvents.keysOf(
                    event,
                    Integer.parseInt(TopicContent.header(letter, PARTITION)),
                    Long.parseLong(TopicContent.header(letter, OFFSET)));
        } catch (InvalidEventException | NumberFormatException e) {
            throw new UserError(
                    "The record at offset %d of the topic %s was not written by the job; remove it."
                            .formatted(letter.offset(), Topics.DEAD_LETTERS),
                    e);
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
