package io.agentanalytics.job.sinks;

import io.agentanalytics.contract.DeadLetterHeaders;
import io.agentanalytics.contract.Topics;
import io.agentanalytics.job.model.DeadLetter;
import io.agentanalytics.job.options.JobOptions;
import java.nio.charset.StandardCharsets;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/** Publishes dead letters: the raw bytes as value, reason and origin in the headers. */
public final class DeadLetterSink {
    private DeadLetterSink() {}

    public static KafkaSink<DeadLetter> of(JobOptions options) {
        return TopicSink.of(options, new DeadLetterSchema());
    }

    private static final class DeadLetterSchema
            implements KafkaRecordSerializationSchema<DeadLetter> {
        private static final long serialVersionUID = 1L;

        @Override
        public ProducerRecord<byte[], byte[]> serialize(
                DeadLetter letter, KafkaSinkContext context, Long timestamp) {
            var record =
                    new ProducerRecord<byte[], byte[]>(Topics.DEAD_LETTERS, null, letter.raw());
            Headers headers = record.headers();
            header(headers, DeadLetterHeaders.CODE, letter.code());
            header(headers, DeadLetterHeaders.DETAIL, letter.detail());
            header(headers, DeadLetterHeaders.TOPIC, letter.topic());
            header(headers, DeadLetterHeaders.PARTITION, Integer.toString(letter.partition()));
            header(headers, DeadLetterHeaders.OFFSET, Long.toString(letter.offset()));
            header(headers, DeadLetterHeaders.APPEND_TIME, Long.toString(letter.appendMillis()));
            return record;
        }

        private static void header(Headers headers, String key, String value) {
            headers.add(key, value.getBytes(StandardCharsets.UTF_8));
        }
    }
}
