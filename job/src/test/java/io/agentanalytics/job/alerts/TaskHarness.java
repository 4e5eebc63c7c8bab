package io.agentanalytics.job.alerts;

import io.agentanalytics.job.model.SourceRecord;
import io.agentanalytics.job.model.TallyDelta;
import io.agentanalytics.job.tasks.TaskAssembler;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;

/** Harness of the task assembly, from which alerts get their outcomes. */
final class TaskHarness {
    private TaskHarness() {}

    static KeyedOneInputStreamOperatorTestHarness<String, SourceRecord, TallyDelta> open()
            throws Exception {
        var harness =
                new KeyedOneInputStreamOperatorTestHarness<>(
                        new KeyedProcessOperator<>(
                                new TaskAssembler(
                                        Duration.ofHours(1),
                                        Duration.ofHours(24),
                                        1000,
                                        null,
                                        List.of())),
                        (SourceRecord received) -> received.event().taskId(),
                        Types.STRING);
        harness.open();
        return harness;
    }
}
