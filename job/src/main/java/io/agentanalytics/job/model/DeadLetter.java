package io.agentanalytics.job.model;

import io.agentanalytics.contract.EventDecoder;
import io.agentanalytics.contract.RejectCode;
import java.util.Arrays;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Record that was rejected. {@code raw} is the original value of the record; for an event rejected
 * by the task assembler, which no longer has the original, the event is encoded again. At most
 * {@link EventDecoder#MAX_BYTES} bytes of it are kept: a record of the broker's maximum size would
 * exceed it once headers are added.
 */
public record DeadLetter(
        String code,
        String detail,
        String topic,
        int partition,
        long offset,
        long appendMillis,
        byte[] raw) {
    public DeadLetter {
        if (raw.length > EventDecoder.MAX_BYTES) {
            raw = Arrays.copyOf(raw, EventDecoder.MAX_BYTES);
        }
    }

    /** Returns the dead letter of a whole record. */
    public static DeadLetter of(
            ConsumerRecord<byte[], byte[]> record, RejectCode code, String detail) {
        byte[] value = Objects.requireNonNullElse(record.value(), new byte[0]);
        return of(record, code.wireName(), detail, value);
    }

    /** Returns the dead letter of a part of a record. */
    public static DeadLetter of(
            ConsumerRecord<byte[], byte[]> record, String code, String detail, byte[] raw) {
        return new DeadLetter(
                code,
                detail,
                record.topic(),
                record.partition(),
                record.offset(),
                record.timestamp(),
                raw);
    }
}
