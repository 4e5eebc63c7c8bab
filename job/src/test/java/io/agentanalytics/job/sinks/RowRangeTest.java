package io.agentanalytics.job.sinks;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.job.model.Scope;
import io.agentanalytics.job.model.WindowRow;
import io.agentanalytics.job.model.WindowRowBuilder;
import io.agentanalytics.job.tasks.TaskRow;
import io.agentanalytics.job.tasks.TaskRowBuilder;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RowRangeTest {
    private static final Instant NOW = Instant.parse("2026-11-26T15:00:00Z");
    private static final Duration LATENESS = Duration.ofHours(1);
    private static final Scope CELL = Scope.cell("a", "t", "p", "m");

    private static RowRange range(String from, String to) {
        return RowRange.of(Instant.parse(from), Instant.parse(to), NOW, LATENESS, NOW);
    }

    private static WindowRow row(Scope scope, int seconds, String start) {
        return WindowRowBuilder.builder()
                .scope(scope)
                .seconds(seconds)
                .start(Instant.parse(start).toEpochMilli())
                .closed(true)
                .seen(1)
                .figures(new long[0])
                .requestLatency(new byte[0])
                .taskDuration(new byte[0])
                .build();
    }

    @Test
    void rangeIsExtendedToWholeDays() {
        RowRange part = range("2026-11-24T10:00:00Z", "2026-11-24T11:00:00Z");
        assertThat(part.from()).isEqualTo("2026-11-24T00:00:00Z");
        assertThat(part.to()).isEqualTo("2026-11-25T00:00:00Z");
        assertThat(range("2026-11-24T00:00:00Z", "2026-11-25T00:00:00Z")).isEqualTo(part);
    }

    @Test
    void rangeBeginsWithTheOldestDayThatIsKept() {
        assertThat(range("2020-01-01T00:00:00Z", "2026-11-25T00:00:00Z").from())
                .isEqualTo("2026-10-27T00:00:00Z");
    }

    @Test
    void rowsThatTheJobMayStillChange_areNotCovered() {
        RowRange today = range("2026-11-25T00:00:00Z", "2026-11-26T15:00:00Z");
        assertThat(today.settled()).isEqualTo("2026-11-26T12:59:00Z");
        assertThat(today.covers(row(CELL, 86_400, "2026-11-25T00:00:00Z"))).isTrue();
        assertThat(today.covers(row(CELL, 86_400, "2026-11-26T00:00:00Z"))).isFalse();
        assertThat(today.covers(row(CELL, 3600, "2026-11-26T11:00:00Z"))).isTrue();
        assertThat(today.covers(row(CELL, 3600, "2026-11-26T12:00:00Z"))).isFalse();
        assertThat(range("2026-11-26T13:00:00Z", "2026-11-26T14:00:00Z").isEmpty()).isFalse();
        assertThat(range("2026-11-27T00:00:00Z", "2026-11-28T00:00:00Z").isEmpty()).isTrue();
    }

    @Test
    void rowsPastTheirRetention_areNotCovered() {
        RowRange range = range("2026-11-20T00:00:00Z", "2026-11-26T00:00:00Z");
        assertThat(range.covers(row(CELL, 60, "2026-11-23T23:59:00Z"))).isFalse();
        assertThat(range.covers(row(CELL, 60, "2026-11-24T00:00:00Z"))).isTrue();
        assertThat(range.covers(row(CELL, 3600, "2026-11-23T23:00:00Z"))).isTrue();
        assertThat(range.covers(row(Scope.system(), 10, "2026-11-23T23:00:00Z"))).isTrue();
    }

    /**
     * The row of an abandoned task that continues is retracted by the running job, whose rows do
     * not replace those of a recomputation.
     */
    @Test
    void abandonedTasksThatMayContinue_areNotCovered() {
        RowRange range = range("2026-11-10T00:00:00Z", "2026-11-26T00:00:00Z");
        assertThat(range.covers(task("succeeded", "2026-11-25T10:00:00Z"))).isTrue();
        assertThat(range.covers(task("abandoned", "2026-11-25T10:00:00Z"))).isFalse();
        assertThat(range.covers(task("abandoned", "2026-11-19T12:59:01Z"))).isFalse();
        assertThat(range.covers(task("abandoned", "2026-11-19T12:59:00Z"))).isTrue();
        assertThat(range.ofTasks())
                .contains("t.outcome <> 'abandoned'", "timestamptz '2026-11-19T12:59:00Z'");
    }

    private static TaskRow task(String outcome, String endedAt) {
        return TaskRowBuilder.builder()
                .taskId("task")
                .endedAt(Instant.parse(endedAt).toEpochMilli())
                .outcome(outcome)
                .build();
    }
}
