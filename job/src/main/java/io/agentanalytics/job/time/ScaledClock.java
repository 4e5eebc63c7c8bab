package io.agentanalytics.job.time;

import java.io.Serializable;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.streaming.api.TimerService;

/**
 * Clock of functions in processing time (weights, alerts, budgets): the machine's clock, or a
 * faster one for rehearsals.
 *
 * @param originMillis machine time (epoch ms) at which both clocks show the same time
 * @param speed speed relative to the machine's clock
 */
public record ScaledClock(long originMillis, double speed) implements Serializable {
    private static final long serialVersionUID = 1L;

    private static final Pattern FORM = Pattern.compile("([1-9]\\d{0,2})@(\\d{1,15})");

    /** The machine's clock. */
    public static final ScaledClock REAL = new ScaledClock(0, 1);

    /**
     * Parses {@code real} or {@code SPEED@EPOCH_MILLIS}.
     *
     * @throws IllegalArgumentException with the value in the message, if the value is invalid
     */
    public static ScaledClock parse(String text) {
        if (text.equals("real")) {
            return REAL;
        }
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    ("--weights-clock is '%s'; write real, or SPEED@EPOCH_MILLIS "
                                    + "such as 6@1800000000000.")
                            .formatted(text));
        }
        return new ScaledClock(Long.parseLong(parts.group(2)), Double.parseDouble(parts.group(1)));
    }

    /** Returns the time of this clock at the machine time {@code machineMillis}. */
    public long at(long machineMillis) {
        return originMillis + Math.round((machineMillis - originMillis) * speed);
    }

    /**
     * Returns this clock as a {@link Clock}, for agents and routers that take part in a rehearsal.
     */
    public Clock clock(Clock machine) {
        return new Clock() {
            @Override
            public long millis() {
                return at(machine.millis());
            }

            @Override
            public Instant instant() {
                return Instant.ofEpochMilli(millis());
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                throw new UnsupportedOperationException("UTC only");
            }
        };
    }

    /** Returns the current time of this clock, by the processing time of a Flink function. */
    public long now(TimerService timers) {
        return at(timers.currentProcessingTime());
    }

    /** Registers a processing-time timer that fires when this clock shows {@code millis}. */
    public void register(TimerService timers, long millis) {
        timers.registerProcessingTimeTimer(machineTime(millis));
    }

    private long machineTime(long millis) {
        return originMillis + (long) Math.ceil((millis - originMillis) / speed);
    }
}
