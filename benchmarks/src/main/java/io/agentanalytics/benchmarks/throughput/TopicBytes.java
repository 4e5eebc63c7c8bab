package io.agentanalytics.benchmarks.throughput;

import io.agentanalytics.contract.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reader of the topic of events, from its beginning to its current end. */
final class TopicBytes {
    private static final Duration POLL = Duration.ofMillis(200);

    private TopicBytes() {}

    static void forEach(Map<String, String> kafka, Consumer<byte[]> event) {
        try (var consumer =
                new KafkaConsumer<>(
                        Map.<String, Object>copyOf(kafka),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(Topics.TASK_EVENTS).stream()
                            .map(p -> new TopicPartition(p.topic(), p.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream()
                    .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(POLL).forEach(record -> event.accept(record.value()));
            }
        }
    }
}
