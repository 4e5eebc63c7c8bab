package io.agentanalytics.job.tasks;

import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.job.model.TaskOutcome;
import java.util.HashMap;
import java.util.Map;

/**
 * How many agents get rows of their own. Whoever sends a new agent id with every event would make
 * state and indexes without end: what is beyond the cap is counted together under one name. A story
 * holds its events under the name that they were given, so whatever is undone later is undone
 * there.
 */
final class AgentCap {
    static final String OVERFLOW = TaskOutcome.OVERFLOW_AGENT;
    private static final long SILENT_MILLIS = 3_600_000;
    private static final long BETWEEN_PURGES_MILLIS = 60_000;

    private final int most;
    private final Map<String, Long> newest = new HashMap<>();
    private long purgedAt = Long.MIN_VALUE;

    /**
     * @param most how many agents may be live at a time
     */
    AgentCap(int most) {
        this.most = most;
    }

    /** The event itself, or the same of the agent that stands for all beyond the cap. */
    TaskEvent admit(TaskEvent event) {
        String agent = event.agentId();
        Long seen = newest.get(agent);
        if (seen == null && newest.size() >= most) {
            purge(event.timeMillis());
            if (newest.size() >= most) {
                return event.ofAgent(OVERFLOW, TaskEvent.UNKNOWN_AGENT_TYPE);
            }
        }
        if (seen == null || seen < event.timeMillis()) {
            newest.put(agent, event.timeMillis());
        }
        return event;
    }

    /** Who is live, and the newest event time of each, epoch ms. */
    Map<String, Long> live() {
        return newest;
    }

    /** Goes on with who was live before. */
    void restore(String agent, long seen) {
        if (newest.size() < most) {
            newest.merge(agent, seen, Math::max);
        }
    }

    /** Makes room by forgetting who was silent for an hour; looking at all of them takes time. */
    private void purge(long now) {
        if (now >= purgedAt + BETWEEN_PURGES_MILLIS || purgedAt == Long.MIN_VALUE) {
            purgedAt = now;
            newest.values().removeIf(seen -> seen < now - SILENT_MILLIS);
        }
    }
}
