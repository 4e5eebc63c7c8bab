package io.agentanalytics.local.embedded;

import java.util.Arrays;
import org.apache.flink.runtime.taskmanager.Task;

/**
 * Priority of the threads of Flink's tasks. In one process, a busy job would otherwise delay every
 * answer of Kafka, the intake and the API, which each need a few threads in turn.
 */
final class TaskThreads {
    /** Name of Flink's thread group. */
    private static final String GROUP = "Flink Task Threads";

    private TaskThreads() {}

    /**
     * Gives the threads of tasks that start from now on, and the threads that these start, the
     * lowest priority. The JVM ignores priorities without {@code -XX:ThreadPriorityPolicy=1}.
     */
    static void lowerPriority() throws ClassNotFoundException {
        Class.forName(Task.class.getName()); // creates the group
        group().setMaxPriority(Thread.MIN_PRIORITY);
    }

    static ThreadGroup group() {
        ThreadGroup root = Thread.currentThread().getThreadGroup();
        while (root.getParent() != null) {
            root = root.getParent();
        }
        ThreadGroup[] groups = new ThreadGroup[2 * root.activeGroupCount() + 1];
        int found = root.enumerate(groups);
        return Arrays.stream(groups, 0, found)
                .filter(group -> group.getName().equals(GROUP))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("Flink has no group " + GROUP));
    }
}
