package io.agentanalytics.job.time;

import java.io.Serializable;
import java.time.Duration;

/**
 * Limits of the watermark of a partition.
 *
 * @param outOfOrderness delay behind the newest record
 * @param idleness silence after which the partition no longer holds back the watermark
 * @param lateness maximum lateness of an event
 * @param future maximum time by which a record may be ahead of the current time
 */
public record WatermarkLimits(
        Duration outOfOrderness, Duration idleness, Duration lateness, Duration future)
        implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Silence in a backlog is a delay of the broker or of the job for at least this time. */
    private static final Duration IN_BACKLOG = Duration.ofMinutes(1);

    /** Returns these limits for records that are in order. */
    WatermarkLimits inOrder() {
        return new WatermarkLimits(Duration.ZERO, idleness, lateness, future);
    }

    /** Returns the silence after which a partition is idle. */
    Duration patience(long lagMillis) {
        return isBacklog(lagMillis) ? longer(idleness, IN_BACKLOG) : idleness;
    }

    /**
     * Returns true if records are so late that others may be too late. Below half the lateness,
     * none is, even if all others catch up.
     *
     * @param lagMillis time by which records arrive after they were appended
     */
    public boolean isBacklog(long lagMillis) {
        return lagMillis >= longer(lateness.dividedBy(2), IN_BACKLOG).toMillis();
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }
}
