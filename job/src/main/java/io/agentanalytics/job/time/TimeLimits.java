package io.agentanalytics.job.time;

import io.agentanalytics.contract.Fragment;
import io.agentanalytics.contract.InvalidEventException;
import io.agentanalytics.contract.RejectCode;
import io.agentanalytics.contract.TaskEvent;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;

/**
 * Limits of the time of an event, relative to the broker's append time, so that a replay makes the
 * same decisions.
 *
 * @param future maximum time by which an event may be ahead of the broker's clock
 * @param retention maximum age of an event
 */
public record TimeLimits(Duration future, Duration retention) implements Serializable {

    /**
     * Checks the time of an event.
     *
     * @throws InvalidEventException if it is outside the limits
     */
    public void check(TaskEvent event, long appendMillis) throws InvalidEventException {
        if (event.timeMillis() > appendMillis + future.toMillis()) {
            throw refused(
                    RejectCode.FUTURE_TIME,
                    "time",
                    event.timeMillis(),
                    appendMillis,
                    "after",
                    future);
        }
        if (event.timeMillis() < appendMillis - retention.toMillis()) {
            throw refused(
                    RejectCode.TOO_OLD,
                    "time",
                    event.timeMillis(),
                    appendMillis,
                    "before",
                    retention);
        }
    }

    /**
     * Checks the times of a fragment: that of its event, and its start, which becomes the time of
     * an event.
     *
     * @throws InvalidEventException if one is outside the limits
     */
    public void check(Fragment fragment, long appendMillis) throws InvalidEventException {
        TaskEvent event = fragment.event();
        if (event != null) {
            check(event, appendMillis);
        }
        if (fragment.startMillis() > appendMillis + future.toMillis()) {
            throw refused(
                    RejectCode.FUTURE_TIME,
                    "start_ms",
                    fragment.startMillis(),
                    appendMillis,
                    "after",
                    future);
        }
    }

    private static InvalidEventException refused(
            RejectCode code, String field, long time, long append, String side, Duration limit) {
        return new InvalidEventException(
                code,
                "%s %s is more than %s %s the broker's append time %s."
                        .formatted(
                                field,
                                Instant.ofEpochMilli(time),
                                limit,
                                side,
                                Instant.ofEpochMilli(append)));
    }
}
