package io.agentanalytics.job.model;

import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.Topics;
import org.apache.flink.api.common.typeinfo.TypeInfo;
import org.jspecify.annotations.Nullable;

/**
 * Event or dead letter, with its append time.
 *
 * @param partition partition of {@code task-events}; {@link #NO_POSITION} for an event that was
 *     made from records of another topic
 * @param offset offset in that partition
 */
@TypeInfo(SourceRecordSerializer.TypeFactory.class)
public record SourceRecord(
        @Nullable TaskEvent event,
        @Nullable DeadLetter deadLetter,
        int partition,
        long offset,
        long appendMillis) {
    /** Partition and offset of an event that is not itself a record of {@code task-events}. */
    public static final int NO_POSITION = -1;

    /** Returns the topic that the event was read from. */
    public String topic() {
        return partition == NO_POSITION ? Topics.SPANS : Topics.TASK_EVENTS;
    }
}
