package io.agentanalytics.job.tasks;

import io.agentanalytics.contract.TaskEvent;
import java.util.HashMap;
import java.util.Map;

/**
 * Limits the number of agents with rows of their own. A sender with a new agent id for every event
 * would grow state and indexes without bound; agents beyond the cap are counted together under one
 * id. A {@link TaskStory} keeps its events under the id that they were given, so later corrections
 * apply to the same id.
 */
final class AgentCap {
    private static final long SILENT_MILLIS = 3_600_000;
    private static final long BETWEEN_PURGES_MILLIS = 60_000;

    private final int most;
    private final Map<String, Long> newest = new HashMap<>();
    private long purgedAt = Long.MIN_VALUE;

    /**
     * @param most maximum number of live agents
     */
    AgentCap(int most) {
        this.most = most;
    }

    /** Returns the event, or a copy with the id that stands for all agents beyond the cap. */
    TaskEvent admit(TaskEvent event) {
        String agent = event.agentId();
        Long seen = newest.get(agent);
        if (seen == null && newest.size() >= most) {
            purge(event.timeMillis());
            if (newest.size() >= most) {
                return event.ofAgent(TaskEvent.OVERFLOW, TaskEvent.UNKNOWN_AGENT_TYPE);
            }
        }
        if (seen == null || seen < event.timeMillis()) {
            newest.put(agent, event.timeMillis());
        }
        return event;
    }

    /** Returns the live agents and the newest event time of each, epoch ms. */
    Map<String, Long> live() {
        return newest;
    }

    /** Restores a live agent from a snapshot. */
    void restore(String agent, long seen) {
        if (newest.size() < most) {
            newest.merge(agent, seen, Math::max);
        }
    }

    /**
     * Removes agents that were silent for an hour; at most once per minute, because it scans all
     * agents.
     */
    private void purge(long now) {
        if (now >= purgedAt + BETWEEN_PURGES_MILLIS || purgedAt == Long.MIN_VALUE) {
            purgedAt = now;
            newest.values().removeIf(seen -> seen < now - SILENT_MILLIS);
        }
    }
}
