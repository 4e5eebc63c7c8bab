package io.agentanalytics.job.telemetry;

import io.agentanalytics.contract.Fragment;
import io.agentanalytics.job.model.DeadLetter;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Record of the topic {@code spans}: a fragment or a dead letter, with its position. */
public record FragmentRecord(
        @Nullable Fragment fragment,
        @Nullable DeadLetter deadLetter,
        int partition,
        long offset,
        long appendMillis) {
    static FragmentRecord of(
            ConsumerRecord<byte[], byte[]> record,
            @Nullable Fragment fragment,
            @Nullable DeadLetter deadLetter) {
        return new FragmentRecord(
                fragment, deadLetter, record.partition(), record.offset(), record.timestamp());
    }
}
