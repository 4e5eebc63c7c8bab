package io.agentanalytics.contract;

/**
 * The legal course of a task. The simulator emits nothing else; the job takes every event whatever
 * its order, and counts those that a phase does not allow as {@code out_of_order}.
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
            case LLM_CALL_STARTED, LLM_CALL -> this == RUNNING;
            case TASK_COMPLETED, TASK_FAILED -> this == RUNNING;
            case TASK_CANCELLED -> this == PENDING || this == RUNNING;
            case TASK_VERDICT -> this == ENDED;
        };
    }

    /** The phase after the event: a task only ever moves on, so a late start revives nothing. */
    public TaskPhase after(EventType type) {
        TaskPhase reached =
                switch (type) {
                    case TASK_SUBMITTED -> PENDING;
                    case TASK_STARTED -> RUNNING;
                    case TASK_COMPLETED, TASK_FAILED, TASK_CANCELLED -> ENDED;
                    case LLM_CALL_STARTED, LLM_CALL, TASK_VERDICT -> this;
                };
        return reached.compareTo(this) > 0 ? reached : this;
    }
}
