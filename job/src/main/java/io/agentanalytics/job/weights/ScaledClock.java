package io.agentanalytics.job.weights;

import java.io.Serializable;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The clock that weights go by: the machine's, or for rehearsals one that runs faster.
 *
 * @param originMillis the machine's time at which both show the same
 * @param speed how many times as fast it runs
 */
public record ScaledClock(long originMillis, double speed) implements Serializable {
    private static final long serialVersionUID = 1L;

    private static final Pattern FORM = Pattern.compile("([1-9]\\d{0,2})@(\\d{1,15})");

    /** The machine's clock. */
    public static final ScaledClock REAL = new ScaledClock(0, 1);

    /**
     * Reads {@code real} or {@code SPEED@EPOCH_MILLIS}.
     *
     * @throws IllegalArgumentException naming the value
     */
    public static ScaledClock parse(String text) {
        if (text.equals("real")) {
            return REAL;
        }
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "--weights-clock is '%s'; write real, or SPEED@EPOCH_MILLIS such as 6@1800000000000."
                            .formatted(text));
        }
        return new ScaledClock(Long.parseLong(parts.group(2)), Double.parseDouble(parts.group(1)));
    }

    /** What it shows when the machine's clock shows {@code machineMillis}. */
    public long at(long machineMillis) {
        return originMillis + Math.round((machineMillis - originMillis) * speed);
    }

    /** The same for those who rehearse with the job: agents and their routers. */
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

    /** When the machine's clock shows what this one shows as {@code millis}. */
    long machineTime(long millis) {
        return originMillis + (long) Math.ceil((millis - originMillis) / speed);
    }
}
