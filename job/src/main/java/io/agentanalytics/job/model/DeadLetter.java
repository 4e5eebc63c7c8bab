package io.agentanalytics.job.model;

/**
 * Record that was rejected. {@code raw} is the original value of the record; for an event rejected
 * by the task assembler, which no longer has the original, the event is encoded again.
 */
public record DeadLetter(
        String code,
        String detail,
        String topic,
        int partition,
        long offset,
        long appendMillis,
        byte[] raw) {}
