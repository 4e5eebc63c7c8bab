package io.agentanalytics.job.alerts.tree;

import io.agentanalytics.job.model.TreeChange;
import io.agentanalytics.job.model.TreeChangeBuilder;

/** Changes of a tree with the root {@code root}, for tests. */
final class Trees {
    static final long BEGINNING = 1_800_000_000_000L;
    static final long USD = 1_000_000_000;

    private Trees() {}

    static long at(long second) {
        return BEGINNING + second * 1000;
    }

    /** Returns the change by which a task is seen. */
    static TreeChangeBuilder seen(long second, String task, String parent) {
        return TreeChangeBuilder.builder()
                .rootTaskId("root")
                .taskId(task)
                .parentTaskId(parent)
                .agentId(task.equals("root") ? "lead" : "lead/sub")
                .agentType("coder")
                .session("s-1")
                .timeMillis(at(second));
    }

    static TreeChange joins(long second, String task, String parent) {
        return seen(second, task, parent).build();
    }

    static TreeChange call(long second, String task, long nanos, long tokens) {
        return seen(second, task, task.equals("root") ? "" : "root")
                .costNanos(nanos)
                .calls(1)
                .inputTokens(tokens)
                .build();
    }

    static TreeChange ends(long second, String task) {
        return seen(second, task, task.equals("root") ? "" : "root").ended(true).build();
    }
}
