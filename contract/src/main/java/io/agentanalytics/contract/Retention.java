package io.agentanalytics.contract;

import java.time.Duration;

/** Retention of the tables; a migration sets the same days in {@code store.retention}. */
public final class Retention {
    public static final int DAYS = 30;

    /** Retention (days) of windows of agents and dimensions shorter than one hour. */
    public static final int CELL_MINUTES_DAYS = 2;

    public static final Duration ROWS = Duration.ofDays(DAYS);
    public static final Duration CELL_MINUTES = Duration.ofDays(CELL_MINUTES_DAYS);

    private Retention() {}
}
