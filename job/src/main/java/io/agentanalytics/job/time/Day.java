package io.agentanalytics.job.time;

/** Length of a day. */
public final class Day {
    public static final long MILLIS = 86_400_000;

    private Day() {}
}
