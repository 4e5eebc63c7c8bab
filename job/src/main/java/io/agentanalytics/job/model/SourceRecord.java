package io.agentanalytics.job.model;

import io.agentanalytics.contract.TaskEvent;
import org.apache.flink.api.common.typeinfo.TypeInfo;
import org.jspecify.annotations.Nullable;

/** Record of the event topic: an event or a dead letter, with its position and append time. */
@TypeInfo(SourceRecordSerializer.TypeFactory.class)
public record SourceRecord(
        @Nullable TaskEvent event,
        @Nullable DeadLetter deadLetter,
        int partition,
        long offset,
        long appendMillis) {}
