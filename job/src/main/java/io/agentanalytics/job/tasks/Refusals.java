package io.agentanalytics.job.tasks;

import io.agentanalytics.contract.EventEncoder;
import io.agentanalytics.contract.RejectCode;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.job.model.DeadLetter;
import io.agentanalytics.job.model.SourceRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/** Dead letters of events that the assembly of tasks does not accept. */
final class Refusals {
    private Refusals() {}

    /** Returns the dead letter of an event behind the watermark by more than the lateness. */
    static DeadLetter tooLate(SourceRecord received, long reachedMillis, long latenessMillis) {
        TaskEvent event = Objects.requireNonNull(received.event());
        String detail =
                "time %s is more than %s before %s, the event time reached."
                        .formatted(
                                Instant.ofEpochMilli(event.timeMillis()),
                                Duration.ofMillis(latenessMillis),
                                Instant.ofEpochMilli(reachedMillis));
        return of(RejectCode.TOO_LATE, detail, received, event);
    }

    /** Returns the dead letter of an event whose task has {@link TaskStory#MAX_EVENTS} events. */
    static DeadLetter tooManyEvents(SourceRecord received) {
        TaskEvent event = Objects.requireNonNull(received.event());
        String detail =
                "task_id '%s' has %d events already; use a separate id for each task."
                        .formatted(event.taskId(), TaskStory.MAX_EVENTS);
        return of(RejectCode.TOO_COMPLEX, detail, received, event);
    }

    private static DeadLetter of(
            RejectCode code, String detail, SourceRecord received, TaskEvent event) {
        return new DeadLetter(
                code.wireName(),
                detail,
                received.topic(),
                received.partition(),
                received.offset(),
                received.appendMillis(),
                EventEncoder.encode(event));
    }
}
