package io.agentanalytics.job.budgets;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.job.model.Scope;
import io.agentanalytics.job.model.Tags;
import io.agentanalytics.job.model.TaskInFlight;
import io.agentanalytics.job.model.TaskInFlight.Phase;
import io.agentanalytics.job.model.TaskInFlightBuilder;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class TaskCombinerTest {
    private static TaskInFlight task(String agent, Phase phase, boolean first) {
        return TaskInFlightBuilder.builder()
                .taskId("task")
                .agentId(agent)
                .scope(Scope.cell(agent, "qa", "openai", "gpt-5"))
                .tags(Tags.NONE)
                .phase(phase)
                .known(true)
                .first(first)
                .build();
    }

    @Test
    void theNewestRecordOfATaskRemains_atEachOfItsAgents() throws Exception {
        try (var harness = new OneInputStreamOperatorTestHarness<>(new TaskCombiner())) {
            harness.open();
            harness.processElement(task("helper", Phase.OPEN, true), 0);
            harness.processElement(task("helper", Phase.ABANDONED, false), 0);
            harness.processElement(task("agent", Phase.OPEN, true), 0);
            harness.processElement(task("agent", Phase.ENDED, false), 0);
            harness.setProcessingTime(2000);
            assertThat(harness.extractOutputValues())
                    .containsExactlyInAnyOrder(
                            task("helper", Phase.ABANDONED, true),
                            task("agent", Phase.ENDED, true));
        }
    }
}
