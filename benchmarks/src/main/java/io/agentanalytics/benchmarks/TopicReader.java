package io.agentanalytics.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Thread that reads topics of one partition from their beginning until it is closed. */
public final class TopicReader implements AutoCloseable {
    private final Map<String, String> kafka;
    private final RecordConsumer each;
    private final List<TopicPartition> partitions;
    private final Thread thread = new Thread(this::read, "reader");
    private volatile boolean closed;

    /** Consumer of the records of a topic. */
    public interface RecordConsumer {
        void accept(ConsumerRecord<byte[], byte[]> record) throws IOException;
    }

    /** Starts to read. */
    public TopicReader(Map<String, String> kafka, RecordConsumer each, String... topics) {
        this.kafka = kafka;
        this.each = each;
        partitions = Stream.of(topics).map(topic -> new TopicPartition(topic, 0)).toList();
        thread.setDaemon(true);
        thread.start();
    }

    private void read() {
        try (var consumer =
                new KafkaConsumer<>(
                        Map.<String, Object>copyOf(kafka),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (!closed) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(20))) {
                    each.accept(record);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
