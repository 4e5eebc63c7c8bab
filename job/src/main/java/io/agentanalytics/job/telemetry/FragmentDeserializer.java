package io.agentanalytics.job.telemetry;

import io.agentanalytics.contract.EventDecoder;
import io.agentanalytics.contract.Fragment;
import io.agentanalytics.contract.FragmentCodec;
import io.agentanalytics.contract.FragmentRules;
import io.agentanalytics.contract.InvalidEventException;
import io.agentanalytics.job.model.DeadLetter;
import io.agentanalytics.job.time.TimeLimits;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Deserializes a record into a fragment, or into a dead letter with the reason; never fails. */
@SuppressWarnings("NullAway.Init") // Flink calls open() first
public final class FragmentDeserializer
        implements KafkaRecordDeserializationSchema<FragmentRecord> {
    private static final long serialVersionUID = 1L;
    private final TimeLimits limits;
    private transient EventDecoder decoder;

    public FragmentDeserializer(TimeLimits limits) {
        this.limits = limits;
    }

    @Override
    public void open(DeserializationSchema.InitializationContext context) {
        decoder = new EventDecoder();
    }

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<FragmentRecord> out) {
        try {
            Fragment fragment = FragmentCodec.decode(record.value(), decoder);
            FragmentRules.check(fragment);
            limits.check(fragment, record.timestamp());
            out.collect(FragmentRecord.of(record, fragment, null));
        } catch (InvalidEventException e) {
            DeadLetter letter = DeadLetter.of(record, e.code(), String.valueOf(e.getMessage()));
            out.collect(FragmentRecord.of(record, null, letter));
        }
    }

    @Override
    public TypeInformation<FragmentRecord> getProducedType() {
        return TypeInformation.of(FragmentRecord.class);
    }
}
