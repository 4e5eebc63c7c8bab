package io.agentanalytics.job.telemetry;

import io.agentanalytics.contract.EventDecoder;
import io.agentanalytics.contract.Fragment;
import io.agentanalytics.contract.FragmentCodec;
import io.agentanalytics.contract.InvalidEventException;
import io.agentanalytics.contract.RejectCode;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.Topics;
import io.agentanalytics.job.model.DeadLetter;
import io.agentanalytics.job.time.TimeLimits;
import io.agentanalytics.sources.Caller;
import io.agentanalytics.sources.MalformedBodyException;
import io.agentanalytics.sources.Outgoing;
import io.agentanalytics.sources.Sources;
import io.agentanalytics.sources.TelemetrySignal;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Deserializes what the Kafka exporter of the OpenTelemetry Collector writes: the traces of one
 * request, in protobuf or JSON. They are mapped as the intake maps them; never fails.
 */
@SuppressWarnings("NullAway.Init") // Flink calls open() first
public final class OtlpSpansDeserializer
        implements KafkaRecordDeserializationSchema<FragmentRecord> {
    private static final long serialVersionUID = 1L;
    private final TimeLimits limits;
    private transient Sources sources;
    private transient EventDecoder decoder;

    public OtlpSpansDeserializer(TimeLimits limits) {
        this.limits = limits;
    }

    @Override
    public void open(DeserializationSchema.InitializationContext context) {
        // Only hooks of agents need the time, and they do not use this topic.
        sources = new Sources(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
        decoder = new EventDecoder();
    }

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<FragmentRecord> out) {
        byte[] body = record.value();
        if (body == null || body.length == 0) {
            return;
        }
        try {
            boolean isJson = body[0] == '{';
            for (Outgoing made :
                    sources.otlp(TelemetrySignal.TRACES, isJson, body, Caller.ANYONE).records()) {
                out.collect(received(record, made));
            }
        } catch (MalformedBodyException e) {
            // Without the body: it may hold content.
            String detail = String.valueOf(e.getMessage());
            out.collect(
                    received(
                            record,
                            null,
                            DeadLetter.of(
                                    record,
                                    RejectCode.MALFORMED_JSON.wireName(),
                                    detail,
                                    new byte[0])));
        }
    }

    private FragmentRecord received(ConsumerRecord<byte[], byte[]> record, Outgoing made) {
        Fragment fragment = fragment(made);
        if (fragment == null) {
            String code = made.headers().getOrDefault("code", "");
            String detail = made.headers().getOrDefault("detail", "");
            return received(record, null, DeadLetter.of(record, code, detail, made.value()));
        }
        try {
            TaskEvent event = fragment.event();
            if (event != null) {
                limits.check(event, record.timestamp());
            }
            return received(record, fragment, null);
        } catch (InvalidEventException e) {
            String detail = String.valueOf(e.getMessage());
            return received(
                    record, null, DeadLetter.of(record, e.code().wireName(), detail, made.value()));
        }
    }

    /** Returns null for a dead letter. */
    private @Nullable Fragment fragment(Outgoing made) {
        try {
            if (made.topic().equals(Topics.SPANS)) {
                return FragmentCodec.decode(made.value(), decoder);
            }
            if (made.topic().equals(Topics.TASK_EVENTS)) {
                TaskEvent event = decoder.decode(made.value());
                return Fragment.of(Fragment.Role.EVENT, event.taskId(), event.eventId())
                        .event(event)
                        .build();
            }
            return null;
        } catch (InvalidEventException e) {
            throw new IllegalStateException("The mapping made an invalid event.", e);
        }
    }

    private static FragmentRecord received(
            ConsumerRecord<byte[], byte[]> record,
            @Nullable Fragment fragment,
            @Nullable DeadLetter letter) {
        return new FragmentRecord(
                fragment, letter, record.partition(), record.offset(), record.timestamp());
    }

    @Override
    public TypeInformation<FragmentRecord> getProducedType() {
        return TypeInformation.of(FragmentRecord.class);
    }
}
