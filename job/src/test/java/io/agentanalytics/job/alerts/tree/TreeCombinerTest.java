package io.agentanalytics.job.alerts.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.job.model.CombinerHarness;
import io.agentanalytics.job.model.TreeChange;
import io.agentanalytics.job.model.TreeChangeBuilder;
import org.junit.jupiter.api.Test;

class TreeCombinerTest {
    private static TreeChangeBuilder change(String root, String task, long millis) {
        return TreeChangeBuilder.builder()
                .rootTaskId(root)
                .taskId(task)
                .parentTaskId("")
                .agentId("agent")
                .agentType("coder")
                .session("")
                .timeMillis(millis)
                .costNanos(1)
                .calls(1);
    }

    @Test
    void changesAreSummedByTreeTaskAndSecond() throws Exception {
        try (var combiner = new CombinerHarness<>(new TreeCombiner())) {
            combiner.send(
                    change("r", "t", 1_001).parentTaskId("p").build(),
                    change("r", "t", 1_999).ended(true).build(),
                    change("r", "t", 2_000).build(),
                    change("s", "t", 1_000).build());
            TreeChange sum =
                    change("r", "t", 1_000)
                            .parentTaskId("p")
                            .costNanos(2)
                            .calls(2)
                            .ended(true)
                            .build();
            assertThat(combiner.reach(1_999))
                    .containsExactlyInAnyOrder(
                            sum, change("r", "t", 2_000).build(), change("s", "t", 1_000).build());
        }
    }

    @Test
    void changesWaitForTheEndOfTheSecond() throws Exception {
        try (var combiner = new CombinerHarness<>(new TreeCombiner())) {
            combiner.reach(999);
            combiner.send(change("r", "t", 1_000).build());
            assertThat(combiner.reach(1_500)).isEmpty();
            assertThat(combiner.reach(1_999)).hasSize(1);
        }
    }
}
