package io.agentanalytics.contract;

/**
 * Phase of a task, with its legal transitions. The simulator emits only legal sequences; the job
 * accepts events in any order and counts those that a phase does not allow as {@code out_of_order}.
 * The ordinal is stored: add constants only at the end.
 */
public enum TaskPhase {
    UNKNOWN,
    PENDING,
    RUNNING,
    ENDED;

    public boolean allows(EventType type) {
        return switch (type) {
            case TASK_SUBMITTED -> this == UNKNOWN;
            case TASK_STARTED -> this == UNKNOWN || this == PENDING;
            case LLM_CALL_STARTED, LLM_CALL, TOOL_CALL -> this == RUNNING;
            case TASK_COMPLETED, TASK_FAILED -> this == RUNNING;
            case TASK_CANCELLED, TASK_ENDED -> this == PENDING || this == RUNNING;
            case TASK_VERDICT -> this == ENDED;
        };
    }

    /**
     * Returns the phase after an event. A task never moves back, so a late start does not reopen
     * it.
     */
    public TaskPhase after(EventType type) {
        TaskPhase reached =
                switch (type) {
                    case TASK_SUBMITTED -> PENDING;
                    case TASK_STARTED -> RUNNING;
                    case TASK_COMPLETED, TASK_FAILED, TASK_CANCELLED, TASK_ENDED -> ENDED;
                    case LLM_CALL_STARTED, LLM_CALL, TOOL_CALL, TASK_VERDICT -> this;
                };
        return reached.compareTo(this) > 0 ? reached : this;
    }
}
