package io.agentanalytics.job.telemetry;

import io.agentanalytics.contract.Fragment;
import io.agentanalytics.contract.FragmentFields;
import io.agentanalytics.contract.TaskEvent;
import java.util.Objects;

/**
 * Fragment in state. Once its event was emitted, the event is dropped: the part remains to
 * recognise repeats and to connect later fragments.
 *
 * @param fragment the fragment; without its event once that was emitted
 * @param arrivedMillis processing time at which it arrived
 * @param timeMillis time of its event; {@link TaskEvent#ABSENT} without an event
 * @param errorType error of its event; empty for none
 * @param task task that it was assigned to; empty while it waits
 * @param callId {@link CallMark} of the call of its event as text, or the name of its tool; empty
 *     for none
 */
record Part(
        Fragment fragment,
        long arrivedMillis,
        long timeMillis,
        String errorType,
        String task,
        String callId) {

    static Part of(Fragment fragment, long arrivedMillis) {
        TaskEvent event = fragment.event();
        return new Part(
                fragment,
                arrivedMillis,
                event == null ? TaskEvent.ABSENT : event.timeMillis(),
                event == null ? "" : event.errorType(),
                "",
                event == null ? "" : markOf(event));
    }

    /** Calls of a tool are one if they have its name. */
    private static String markOf(TaskEvent event) {
        return event.toolName().isEmpty() ? CallMark.of(event).text() : event.toolName();
    }

    /** Returns the mark of the call of its event. */
    CallMark mark() {
        return CallMark.of(callId);
    }

    boolean isWaiting() {
        return task.isEmpty();
    }

    boolean is(Fragment.Role role) {
        return fragment.role() == role;
    }

    /** Returns true if a turn of a conversation begins with this part. */
    boolean isPrompt() {
        return fragment.name().equals(Fragment.PROMPT);
    }

    /** Returns the event of a part that waits. */
    TaskEvent event() {
        return Objects.requireNonNull(fragment.event());
    }

    /** Returns this part with its task, still with its event. */
    Part assigned(String taskId) {
        return new Part(fragment, arrivedMillis, timeMillis, errorType, taskId, callId);
    }

    /** Returns this part without its event. */
    Part emitted() {
        return new Part(
                FragmentFields.builder(fragment).event(null).build(),
                arrivedMillis,
                timeMillis,
                errorType,
                task,
                callId);
    }
}
