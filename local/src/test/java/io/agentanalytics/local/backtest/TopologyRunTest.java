package io.agentanalytics.local.backtest;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import io.agentanalytics.job.model.SourceRecord;
import io.agentanalytics.job.options.JobOptions;
import java.time.Instant;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TopologyRunTest {
    private static final Instant BEGINNING = Instant.parse("2026-11-25T10:00:00Z");

    private static SourceRecord completed(int n) {
        Instant at = BEGINNING.plusMillis(n);
        String task = "task-with-a-long-id-".repeat(8) + n;
        TaskEvent event =
                new TaskEventBuilder(EventType.TASK_COMPLETED, "e" + n, at, task, "agent")
                        .on("openai", "gpt-5")
                        .costNanos(1_000_000)
                        .build();
        return new SourceRecord(event, null, 0, 0, event.timeMillis());
    }

    /** The state of an operator exceeds the 5 MB that a checkpoint in memory takes. */
    @Test
    void aRunWithMuchStateEnds() throws Exception {
        TopologyRun.Result result =
                TopologyRun.run(
                        () ->
                                IntStream.range(0, 60_000)
                                        .mapToObj(TopologyRunTest::completed)
                                        .iterator(),
                        JobOptions.parse(new String[0], Map.of()),
                        1);
        assertThat(result.took()).isPositive();
    }
}
