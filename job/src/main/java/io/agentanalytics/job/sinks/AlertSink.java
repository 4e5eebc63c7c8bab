package io.agentanalytics.job.sinks;

import io.agentanalytics.contract.Json;
import io.agentanalytics.contract.Topics;
import io.agentanalytics.contract.alerts.Alert;
import io.agentanalytics.job.options.JobOptions;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Publishes every transition of every alert, keyed by alert id. */
public final class AlertSink {
    private AlertSink() {}

    /**
     * Creates the sink. Delivery is at least once: a duplicate has the same id and revision.
     * Records do not wait for a checkpoint.
     */
    public static KafkaSink<Alert> of(JobOptions options) {
        Properties properties = new Properties();
        properties.putAll(options.kafka());
        return KafkaSink.<Alert>builder()
                .setBootstrapServers(options.bootstrapServers())
                .setKafkaProducerConfig(properties)
                .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
                .setRecordSerializer(new AlertSchema())
                .build();
    }

    /** A named class, because Flink cannot extract the type of a lambda here. */
    private static final class AlertSchema implements KafkaRecordSerializationSchema<Alert> {
        private static final long serialVersionUID = 1L;

        @Override
        public ProducerRecord<byte[], byte[]> serialize(
                Alert alert, KafkaSinkContext context, Long timestamp) {
            return new ProducerRecord<>(
                    Topics.ALERTS,
                    alert.alertId().getBytes(StandardCharsets.UTF_8),
                    Json.encode(alert));
        }
    }
}
