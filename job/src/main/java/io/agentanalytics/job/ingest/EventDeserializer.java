package io.agentanalytics.job.ingest;

import io.agentanalytics.contract.EventDecoder;
import io.agentanalytics.contract.EventNote;
import io.agentanalytics.contract.InvalidEventException;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.job.model.DeadLetter;
import io.agentanalytics.job.model.SourceRecord;
import io.agentanalytics.job.time.TimeLimits;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Deserializes a record into an event, or into a dead letter with the reason; never fails. */
@SuppressWarnings("NullAway.Init") // Flink calls open() first
public final class EventDeserializer implements KafkaRecordDeserializationSchema<SourceRecord> {
    private static final long serialVersionUID = 1L;
    private final TimeLimits limits;
    private transient EventDecoder decoder;
    private transient Map<EventNote, Counter> notes;

    public EventDeserializer(TimeLimits limits) {
        this.limits = limits;
    }

    @Override
    public void open(DeserializationSchema.InitializationContext context) {
        decoder = new EventDecoder();
        notes = new EnumMap<>(EventNote.class);
        for (EventNote note : EventNote.values()) {
            MetricGroup group = context.getMetricGroup().addGroup("note", note.wireName());
            notes.put(note, group.counter("events_noted"));
        }
    }

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<SourceRecord> out) {
        try {
            TaskEvent event = decoder.decode(record.value());
            limits.check(event, record.timestamp());
            for (EventNote note : decoder.notes()) {
                Objects.requireNonNull(notes.get(note)).inc();
            }
            out.collect(received(record, event, null));
        } catch (InvalidEventException e) {
            out.collect(
                    received(
                            record,
                            null,
                            DeadLetter.of(record, e.code(), String.valueOf(e.getMessage()))));
        }
    }

    private static SourceRecord received(
            ConsumerRecord<byte[], byte[]> record,
            @Nullable TaskEvent event,
            @Nullable DeadLetter letter) {
        return new SourceRecord(
                event, letter, record.partition(), record.offset(), record.timestamp());
    }

    @Override
    public TypeInformation<SourceRecord> getProducedType() {
        return TypeInformation.of(SourceRecord.class);
    }
}
