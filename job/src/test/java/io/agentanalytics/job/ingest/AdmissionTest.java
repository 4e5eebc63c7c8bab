package io.agentanalytics.job.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEventBuilder;
import io.agentanalytics.job.model.CountersHarness;
import io.agentanalytics.job.model.DeadLetter;
import io.agentanalytics.job.model.SourceRecord;
import java.time.Instant;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private static SourceRecord event(String id) {
        var event =
                new TaskEventBuilder(
                        EventType.TASK_STARTED,
                        id,
                        Instant.parse("2026-11-22T14:00:00Z"),
                        "task",
                        "agent");
        return new SourceRecord(event.build(), null, 0, 7, 0);
    }

    private static SourceRecord refused(String code) {
        DeadLetter letter = new DeadLetter(code, "not JSON", "task-events", 0, 8, 0, new byte[0]);
        return new SourceRecord(null, letter, 0, 8, 0);
    }

    @Test
    void eventsAreForwarded_deadLettersAreSeparated_andBothAreCounted() throws Exception {
        try (var harness = new CountersHarness<>(new ProcessOperator<>(new Admission()))) {
            harness.open();
            harness.processElement(event("a"), 0);
            harness.processElement(refused("x"), 0);
            harness.processElement(event("b"), 0);
            harness.processElement(event("c"), 0);

            assertThat(harness.extractOutputValues())
                    .containsExactly(event("a"), event("b"), event("c"));
            assertThat(harness.side(Admission.REFUSED))
                    .extracting(DeadLetter::code)
                    .containsExactly("x");
            assertThat(harness.count("outcome.accepted.events")).isEqualTo(3);
            assertThat(harness.count("outcome.refused.events")).isEqualTo(1);
        }
    }
}
