package io.agentanalytics.contract;

import java.time.Duration;

/** Timeouts after which a component is considered down. */
public final class Liveness {
    /**
     * Time without progress after which the job is considered down; it writes progress every
     * second.
     */
    public static final Duration JOB_SILENCE = Duration.ofSeconds(15);

    private Liveness() {}
}
