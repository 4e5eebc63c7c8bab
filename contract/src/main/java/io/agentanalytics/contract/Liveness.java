package io.agentanalytics.contract;

import java.time.Duration;

/** When a part of the system counts as gone. */
public final class Liveness {
    /** The job writes its progress every second; after this silence it does not run. */
    public static final Duration JOB_SILENCE = Duration.ofSeconds(15);

    private Liveness() {}
}
