package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.job.time.Day;

/**
 * Decides when a change of an agent has lasted so long that it is usual. The baseline does not
 * learn from a change in progress, so that an incident does not become usual; without an end, a new
 * price or a new model would be an alert forever. Stored in Flink state.
 */
public class LastingChange {
    /** Beginning of the change, epoch ms; the greatest value if there is none. */
    public long sinceMillis = Long.MAX_VALUE;

    /** Number of tasks since the change was adopted, or since the last pause of the agent. */
    public long tasks;

    public long adoptedMillis = Long.MIN_VALUE;

    /** Required by Flink's POJO serializer. */
    public LastingChange() {}

    /**
     * Adds a task.
     *
     * @param changed true if it shows the change
     * @param over true if the change is over
     * @param least number of tasks since a pause without which a day does not count: nothing is
     *     known about a change during the pause
     * @return true if the change has lasted for a day
     */
    boolean lasts(boolean changed, boolean over, long now, int least) {
        tasks++;
        if (over) {
            sinceMillis = Long.MAX_VALUE;
        } else if (changed) {
            sinceMillis = Math.min(sinceMillis, now);
        }
        return changed && tasks >= least && sinceMillis <= now - Day.MILLIS;
    }

    boolean isRunning() {
        return sinceMillis != Long.MAX_VALUE;
    }

    void adopted(long now) {
        sinceMillis = Long.MAX_VALUE;
        tasks = 0;
        adoptedMillis = now;
    }

    /** Returns true as long as an alert about the adopted change may be open. */
    boolean isNew(AgentContext context) {
        return adoptedMillis != Long.MIN_VALUE
                && context.now() - adoptedMillis <= context.rule().keepMillis();
    }

    /** Notes a long pause of the agent. */
    void paused() {
        tasks = 0;
    }
}
