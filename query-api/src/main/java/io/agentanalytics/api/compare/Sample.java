package io.agentanalytics.api.compare;

import java.util.List;

/**
 * Tasks of a version.
 *
 * @param label selectors of the version
 * @param tasks tasks that succeeded or failed
 * @param unjudged number of tasks that did neither: cancelled, abandoned, or of unknown outcome
 */
public record Sample(String label, List<ComparedTask> tasks, int unjudged) {
    long costNanos() {
        return tasks.stream().mapToLong(t -> Math.max(0, t.costNanos())).sum();
    }

    long withoutCost() {
        return tasks.stream().filter(t -> t.costNanos() == ComparedTask.UNKNOWN).count();
    }
}
