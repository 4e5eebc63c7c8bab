package io.agentanalytics.api.compare;

import org.jspecify.annotations.Nullable;

/**
 * Task of a version, with everything that its sub-tasks spent. Unknown figures are {@link
 * #UNKNOWN}.
 *
 * @param name what the task is called in every version; null if it has no name
 */
record ComparedTask(
        String taskId,
        @Nullable String name,
        boolean succeeded,
        long durationMillis,
        long costNanos,
        long tokens) {
    static final long UNKNOWN = -1;
}
