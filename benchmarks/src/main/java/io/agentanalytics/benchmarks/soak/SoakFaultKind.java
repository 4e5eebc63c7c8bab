package io.agentanalytics.benchmarks.soak;

import java.util.Locale;

/** Kinds of faults. */
enum SoakFaultKind {
    TASKMANAGER_KILLED(Ends.AFTER_RECOVERY),
    TASKMANAGER_FROZEN(Ends.AFTER_RECOVERY),
    JOBMANAGER_KILLED(Ends.AFTER_RECOVERY),
    BROKER_KILLED(Ends.BEFORE_RECOVERY),
    BROKER_FROZEN(Ends.BEFORE_RECOVERY),
    /** The intake is killed after its response and before its records are in Kafka. */
    INTAKE_KILLED(Ends.BEFORE_RECOVERY),
    POSTGRES_STOPPED(Ends.BEFORE_RECOVERY),
    POSTGRES_FROZEN(Ends.BEFORE_RECOVERY),
    POSTGRES_READ_ONLY(Ends.BEFORE_RECOVERY),
    /** All connections from the job to Postgres are reset, again and again. */
    CONNECTIONS_RESET(Ends.BEFORE_RECOVERY),
    /** The connections from the job to Postgres become very slow. */
    LINK_SLOW(Ends.BEFORE_RECOVERY),
    KAFKA_DISK_FULL(Ends.BEFORE_RECOVERY),
    CHECKPOINT_DISK_FULL(Ends.BEFORE_RECOVERY),
    SPOOL_DISK_FULL(Ends.BEFORE_RECOVERY),
    POSTGRES_DISK_FULL(Ends.BEFORE_RECOVERY),
    /** The clocks of some producers are ten minutes ahead: their events are rejected. */
    CLOCK_AHEAD(Ends.BEFORE_RECOVERY),
    /** The clocks of some producers are ten minutes behind: their events are late, but count. */
    CLOCK_BEHIND(Ends.BEFORE_RECOVERY);

    /** Time at which a fault ends. */
    enum Ends {
        /** After its duration; the system recovers afterwards. */
        BEFORE_RECOVERY,
        /** After the system has recovered despite the fault. */
        AFTER_RECOVERY
    }

    private final Ends ends;

    SoakFaultKind(Ends ends) {
        this.ends = ends;
    }

    boolean endsAfterRecovery() {
        return ends == Ends.AFTER_RECOVERY;
    }

    /** Returns the offset of the producers' clocks in milliseconds; 0 for other kinds. */
    long clockOffsetMillis() {
        return switch (this) {
            case CLOCK_AHEAD -> 600_000;
            case CLOCK_BEHIND -> -600_000;
            default -> 0;
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
