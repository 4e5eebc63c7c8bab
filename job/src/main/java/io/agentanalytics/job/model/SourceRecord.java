package io.agentanalytics.job.model;

import io.agentanalytics.contract.TaskEvent;
import org.jspecify.annotations.Nullable;

/** A record of the topic: an event, or the reason why it is none; and where it stands. */
public record SourceRecord(
        @Nullable TaskEvent event,
        @Nullable DeadLetter deadLetter,
        int partition,
        long offset,
        long appendMillis) {}
