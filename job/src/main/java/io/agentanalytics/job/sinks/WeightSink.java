package io.agentanalytics.job.sinks;

import io.agentanalytics.contract.Json;
import io.agentanalytics.contract.Topics;
import io.agentanalytics.job.options.JobOptions;
import io.agentanalytics.job.weights.WeightRecord;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Publishes decisions, keyed by scope; a scope without a decision gets a tombstone. */
public final class WeightSink {
    private WeightSink() {}

    /**
     * Creates the sink. Delivery is at least once: readers ignore older versions. Records do not
     * wait for a checkpoint.
     */
    public static KafkaSink<WeightRecord> of(JobOptions options) {
        Properties properties = new Properties();
        properties.putAll(options.kafka());
        return KafkaSink.<WeightRecord>builder()
                .setBootstrapServers(options.bootstrapServers())
                .setKafkaProducerConfig(properties)
                .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
                .setRecordSerializer(new WeightSchema())
                .build();
    }

    /** A named class, because Flink cannot extract the type of a lambda here. */
    private static final class WeightSchema
            implements KafkaRecordSerializationSchema<WeightRecord> {
        private static final long serialVersionUID = 1L;

        @Override
        public ProducerRecord<byte[], byte[]> serialize(
                WeightRecord record, KafkaSinkContext context, Long timestamp) {
            return new ProducerRecord<>(
                    Topics.PROVIDER_WEIGHTS,
                    record.scope().getBytes(StandardCharsets.UTF_8),
                    record.decision() == null ? null : Json.encode(record.decision()));
        }
    }
}
