package io.agentanalytics.job.sinks;

import io.agentanalytics.contract.Json;
import io.agentanalytics.job.options.JobOptions;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Sinks of the topics that the job writes. */
final class TopicSink {
    private TopicSink() {}

    /**
     * Creates a sink. Delivery is at least once, and records do not wait for a checkpoint.
     *
     * @param schema an instance of a named class, because Flink cannot extract the type of a lambda
     */
    static <T> KafkaSink<T> of(JobOptions options, KafkaRecordSerializationSchema<T> schema) {
        Properties properties = new Properties();
        // An outage of Kafka for some minutes must not restart the job.
        properties.put("delivery.timeout.ms", "600000");
        properties.put("max.block.ms", "600000");
        properties.putAll(options.kafka());
        return KafkaSink.<T>builder()
                .setBootstrapServers(options.bootstrapServers())
                .setKafkaProducerConfig(properties)
                .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
                .setRecordSerializer(schema)
                .build();
    }

    /** Records of a compacted topic: JSON by key, and tombstones. */
    abstract static class JsonSchema<T> implements KafkaRecordSerializationSchema<T> {
        private static final long serialVersionUID = 1L;
        private final String topic;

        JsonSchema(String topic) {
            this.topic = topic;
        }

        abstract String key(T record);

        /** Returns the value, or null for a tombstone. */
        abstract @Nullable Object value(T record);

        @Override
        public final ProducerRecord<byte[], byte[]> serialize(
                T record, KafkaSinkContext context, Long timestamp) {
            Object value = value(record);
            return new ProducerRecord<>(
                    topic,
                    key(record).getBytes(StandardCharsets.UTF_8),
                    value == null ? null : Json.encode(value));
        }
    }
}
