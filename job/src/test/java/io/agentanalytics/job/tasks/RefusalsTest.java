package io.agentanalytics.job.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import io.agentanalytics.job.model.DeadLetter;
import io.agentanalytics.job.model.SourceRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RefusalsTest {
    private static final Instant TIME = Instant.parse("2026-11-22T14:00:00Z");
    private static final TaskEvent EVENT =
            new TaskEventBuilder(EventType.TASK_STARTED, "e", TIME, "task 1", "agent").build();
    private static final SourceRecord RECEIVED = new SourceRecord(EVENT, null, 3, 77, 12_345);

    private static void assertRefused(DeadLetter letter, String code, String detail) {
        assertThat(letter.code()).isEqualTo(code);
        assertThat(letter.detail()).isEqualTo(detail);
        assertThat(letter.topic()).isEqualTo("task-events");
        assertThat(letter.partition()).isEqualTo(3);
        assertThat(letter.offset()).isEqualTo(77);
        assertThat(letter.appendMillis()).isEqualTo(12_345);
        assertThat(new String(letter.raw(), StandardCharsets.UTF_8)).contains("\"event_id\":\"e\"");
    }

    @Test
    void lateEvent_saysByHowMuch() {
        assertRefused(
                Refusals.tooLate(RECEIVED, TIME.plusSeconds(4000).toEpochMilli(), 3_600_000),
                "too_late",
                "time 2026-11-22T14:00:00Z is more than PT1H before 2026-11-22T15:06:40Z, "
                        + "the event time reached.");
    }

    @Test
    void eventOfATaskThatIsTooLarge_namesTheTask() {
        assertRefused(
                Refusals.tooManyEvents(RECEIVED),
                "too_complex",
                "task_id 'task 1' has 20000 events already; use a separate id for each task.");
    }
}
