package io.agentanalytics.job.time;

import org.apache.flink.streaming.api.TimerService;

/**
 * Tracks whether events have caught up with the clock in this run of the job. Until then, events
 * may wait in the backlog of a downtime, so silence in processing time proves nothing. A function
 * has one per subtask; it is not state, because every run begins with a backlog.
 */
public final class CatchUp {
    /** Time without any progress after which there is no backlog. */
    private static final long STILL_MILLIS = 60_000;

    private final ScaledClock clock;
    private long beganMillis;
    private long movedMillis = Long.MIN_VALUE;
    private long reached;
    private boolean done;

    public CatchUp(ScaledClock clock) {
        this.clock = clock;
    }

    /** Returns the time at which this run began; known after the first question. */
    public long beganMillis() {
        return beganMillis;
    }

    /** Notes that an event has arrived. */
    public void arrived(TimerService timers) {
        if (!isDone(timers)) {
            movedMillis = timers.currentProcessingTime();
        }
    }

    /**
     * Returns true once event time has passed the beginning of this run, or nothing has arrived for
     * a minute.
     */
    public boolean isDone(TimerService timers) {
        if (done) {
            return true;
        }
        long machine = timers.currentProcessingTime();
        if (movedMillis == Long.MIN_VALUE) {
            beganMillis = clock.at(machine);
            movedMillis = machine;
        }
        if (reached != timers.currentWatermark()) {
            reached = timers.currentWatermark();
            movedMillis = machine;
        }
        done = reached >= beganMillis || machine - movedMillis >= STILL_MILLIS;
        return done;
    }
}
