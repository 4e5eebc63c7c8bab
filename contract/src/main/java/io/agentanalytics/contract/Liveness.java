package io.agentanalytics.contract;

import java.time.Duration;

/** Timeouts after which a component is considered down, or a task ended. */
public final class Liveness {
    /**
     * Time without progress after which the job is considered down; it writes progress every
     * second.
     */
    public static final Duration JOB_SILENCE = Duration.ofSeconds(15);

    /**
     * Time without events after which a task is considered ended, if its client reports no ends.
     */
    public static final Duration TASK_SILENCE = Duration.ofMinutes(15);

    private Liveness() {}
}
