package io.agentanalytics.job.sinks;

import io.agentanalytics.contract.Json;
import io.agentanalytics.contract.Topics;
import io.agentanalytics.job.budgets.BudgetRecord;
import io.agentanalytics.job.options.JobOptions;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Publishes the status of budgets, keyed by id; a deleted budget gets a tombstone. */
public final class BudgetSink {
    private BudgetSink() {}

    /**
     * Creates the sink. Delivery is at least once: readers ignore older versions. Records do not
     * wait for a checkpoint.
     */
    public static KafkaSink<BudgetRecord> of(JobOptions options) {
        Properties properties = new Properties();
        properties.putAll(options.kafka());
        return KafkaSink.<BudgetRecord>builder()
                .setBootstrapServers(options.bootstrapServers())
                .setKafkaProducerConfig(properties)
                .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
                .setRecordSerializer(new BudgetSchema())
                .build();
    }

    /** A named class, because Flink cannot extract the type of a lambda here. */
    private static final class BudgetSchema
            implements KafkaRecordSerializationSchema<BudgetRecord> {
        private static final long serialVersionUID = 1L;

        @Override
        public ProducerRecord<byte[], byte[]> serialize(
                BudgetRecord record, KafkaSinkContext context, Long timestamp) {
            return new ProducerRecord<>(
                    Topics.BUDGETS,
                    record.budgetId().getBytes(StandardCharsets.UTF_8),
                    record.status() == null ? null : Json.encode(record.status()));
        }
    }
}
