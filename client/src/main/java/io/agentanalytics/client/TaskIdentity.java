package io.agentanalytics.client;

import java.util.Map;

/** Fields that all events of a task have; the ids of the parent and the root may be empty. */
record TaskIdentity(
        String taskId,
        String agentId,
        String agentType,
        String parentTaskId,
        String rootTaskId,
        Map<String, String> tags) {
    TaskIdentity {
        tags = Map.copyOf(tags);
    }

    /** Returns the identity of a task that this one starts. It has the same tags. */
    TaskIdentity child(String id, String agent, String type) {
        String root = rootTaskId.isEmpty() ? taskId : rootTaskId;
        return new TaskIdentity(id, agent, type, taskId, root, tags);
    }
}
