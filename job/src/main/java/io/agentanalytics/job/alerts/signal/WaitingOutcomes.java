package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.job.model.OutcomeKind;
import io.agentanalytics.job.model.TaskOutcome;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/** Rules for the outcomes of one time that wait until the watermark has reached it. */
final class WaitingOutcomes {
    /** Order in which outcomes of one time are applied. */
    static final Comparator<TaskOutcome> ORDER =
            Comparator.comparing(TaskOutcome::kind)
                    .thenComparing(TaskOutcome::taskId)
                    .thenComparingLong(TaskOutcome::version)
                    .thenComparingLong(TaskOutcome::timeMillis);

    private WaitingOutcomes() {}

    /**
     * Adds an outcome in place of those that it replaces. The retraction of a waiting ending stays
     * and marks that the ending was not counted.
     */
    static void add(List<TaskOutcome> waiting, TaskOutcome outcome) {
        Predicate<TaskOutcome> isOfTask = o -> o.taskId().equals(outcome.taskId());
        boolean hadEnding = waiting.stream().anyMatch(isOfTask.and(o -> o.kind().isOfEnding()));
        waiting.removeIf(isOfTask.and(o -> isReplaced(o.kind(), outcome.kind())));
        if (hadEnding || outcome.kind() != OutcomeKind.RETRACTED) {
            waiting.add(outcome);
        }
    }

    private static boolean isReplaced(OutcomeKind known, OutcomeKind kind) {
        if (kind == OutcomeKind.RETRACTED) {
            return known != OutcomeKind.STARTED;
        }
        return kind == known || (kind.isOfEnding() && known.isOfEnding());
    }

    /** Removes the marks of endings that were not counted. */
    static void removeRetractions(List<TaskOutcome> waiting) {
        waiting.removeIf(o -> o.kind() == OutcomeKind.RETRACTED);
    }

    /** Removes the mark that an ending of a task was not counted; returns false without one. */
    static boolean removeRetraction(List<TaskOutcome> waiting, String taskId) {
        return waiting.removeIf(
                o -> o.kind() == OutcomeKind.RETRACTED && o.taskId().equals(taskId));
    }

    /**
     * Returns true if an outcome that arrived behind the watermark counts like one in time. An
     * ending that was counted must not count again.
     *
     * @param wasTakenBack true if a later ending of the task was retracted before it was counted
     */
    static boolean isNew(TaskOutcome late, boolean wasTakenBack) {
        return switch (late.kind()) {
            case STARTED -> late.version() == 0; // else the ending arrived first
            case ENDED -> true;
            case AMENDED -> wasTakenBack;
            default -> false;
        };
    }
}
