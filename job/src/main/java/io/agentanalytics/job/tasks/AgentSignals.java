package io.agentanalytics.job.tasks;

import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskPhase;
import io.agentanalytics.job.model.AgentSignal;
import java.util.function.Consumer;

/**
 * Updates of agents by the events of a task. Pending and running tasks count for the agent that
 * opened them.
 */
final class AgentSignals {
    private AgentSignals() {}

    /**
     * Emits the sighting of the agent of an event, and the change of the task's phase.
     *
     * @param before phase of the task before the event
     * @param story task after the event
     */
    static void seen(
            TaskEvent event, TaskPhase before, TaskStory story, Consumer<AgentSignal> out) {
        int pending = in(TaskPhase.PENDING, story.phase) - in(TaskPhase.PENDING, before);
        int running = in(TaskPhase.RUNNING, story.phase) - in(TaskPhase.RUNNING, before);
        boolean own = story.opener.isEmpty() || story.opener.equals(event.agentId());
        out.accept(
                AgentSignal.seen(
                        event.agentId(),
                        event.agentType(),
                        event.tags(),
                        event.timeMillis(),
                        own ? pending : 0,
                        own ? running : 0));
        if (!own && (pending != 0 || running != 0)) {
            out.accept(AgentSignal.changed(story.opener, pending, running));
        }
    }

    /** Returns the change when a task is abandoned in its current phase. */
    static AgentSignal abandoned(TaskStory story) {
        return AgentSignal.changed(
                story.opener,
                -in(TaskPhase.PENDING, story.phase),
                -in(TaskPhase.RUNNING, story.phase));
    }

    private static int in(TaskPhase wanted, TaskPhase phase) {
        return phase == wanted ? 1 : 0;
    }
}
