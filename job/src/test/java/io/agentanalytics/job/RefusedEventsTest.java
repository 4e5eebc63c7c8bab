package io.agentanalytics.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import io.agentanalytics.job.model.SourceRecord;
import java.time.Instant;
import java.util.Set;
import org.apache.flink.streaming.api.operators.StreamFilter;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefusedEventsTest {
    private static final TaskEvent EVENT = event("e");

    private static TaskEvent event(String id) {
        return new TaskEventBuilder(
                        EventType.TASK_STARTED,
                        id,
                        Instant.parse("2026-11-22T14:00:00Z"),
                        "task 1",
                        "agent")
                .build();
    }

    private static SourceRecord at(TaskEvent event, int partition, long offset) {
        return new SourceRecord(event, null, partition, offset, 0);
    }

    /** Returns whether an event passes, of which the job refused one at the given position. */
    private static boolean isKept(SourceRecord received, int partition, long offset)
            throws Exception {
        var refused = Set.copyOf(RefusedEvents.keysOf(EVENT, partition, offset));
        try (var harness =
                new OneInputStreamOperatorTestHarness<SourceRecord, SourceRecord>(
                        new StreamFilter<>(new RefusedEvents(refused)))) {
            harness.open();
            harness.processElement(received, 0);
            return !harness.getOutput().isEmpty();
        }
    }

    @Test
    void anEventOfTheTopic_isDroppedAtItsPositionOnly() throws Exception {
        assertThat(isKept(at(EVENT, 3, 77), 3, 77)).isFalse();
        assertThat(isKept(at(EVENT, 3, 78), 3, 77)).as("a repetition").isTrue();
        assertThat(isKept(at(event("other"), 3, 77), 3, 77)).isTrue();
        assertThat(isKept(at(EVENT, 3, 77), -1, -1)).as("one made from spans").isTrue();
    }

    /** Earlier jobs wrote 0 and 0, or the position of the fragment. */
    @ParameterizedTest
    @CsvSource({"-1, -1", "0, 0", "5, 1234"})
    void anEventOfSpans_isDroppedByItsIds(int partition, long offset) throws Exception {
        assertThat(isKept(at(EVENT, -1, -1), partition, offset)).isFalse();
        assertThat(isKept(at(event("other"), -1, -1), partition, offset)).isTrue();
    }
}
