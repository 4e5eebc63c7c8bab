package io.agentanalytics.job.model;

/**
 * A record that could not be used. {@code raw} is the record's value as it came; for an event
 * refused at the door, which no longer has it, the event written anew.
 */
public record DeadLetter(
        String code,
        String detail,
        String topic,
        int partition,
        long offset,
        long appendMillis,
        byte[] raw) {}
