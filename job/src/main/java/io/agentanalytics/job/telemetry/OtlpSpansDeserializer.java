package io.agentanalytics.job.telemetry;

import io.agentanalytics.contract.DeadLetterHeaders;
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
import java.util.Map;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deserializes what the Kafka exporter of the OpenTelemetry Collector writes: the traces of one
 * request, in protobuf or JSON. They are mapped as the intake maps them; never fails.
 */
@SuppressWarnings("NullAway.Init") // Flink calls open() first
public final class OtlpSpansDeserializer
        implements KafkaRecordDeserializationSchema<FragmentRecord> {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(OtlpSpansDeserializer.class);
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
            out.collect(refused(record, RejectCode.MALFORMED_JSON, String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            // A defect of the mapping must not stop the job at this record forever.
            LOG.error("The spans at offset {} cannot be mapped.", record.offset(), e);
            out.collect(refused(record, RejectCode.OTHER, "The mapping failed: " + e.getClass()));
        }
    }

    /** Returns the dead letter of a body, without the body: it may hold content. */
    private static FragmentRecord refused(
            ConsumerRecord<byte[], byte[]> record, RejectCode code, String detail) {
        return FragmentRecord.of(
                record, null, DeadLetter.of(record, code.wireName(), detail, new byte[0]));
    }

    private FragmentRecord received(ConsumerRecord<byte[], byte[]> record, Outgoing made) {
        Map<String, String> headers = made.headers();
        String code = headers.getOrDefault(DeadLetterHeaders.CODE, RejectCode.OTHER.wireName());
        String detail = headers.getOrDefault(DeadLetterHeaders.DETAIL, "");
        try {
            Fragment fragment = fragment(made);
            if (fragment != null) {
                limits.check(fragment, record.timestamp());
                return FragmentRecord.of(record, fragment, null);
            }
        } catch (InvalidEventException e) {
            code = e.code().wireName();
            detail = String.valueOf(e.getMessage());
        }
        return FragmentRecord.of(record, null, DeadLetter.of(record, code, detail, made.value()));
    }

    /** Returns null for a dead letter. */
    private @Nullable Fragment fragment(Outgoing made) throws InvalidEventException {
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
    }

    @Override
    public TypeInformation<FragmentRecord> getProducedType() {
        return TypeInformation.of(FragmentRecord.class);
    }
}
