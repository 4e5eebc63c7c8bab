package io.agentanalytics.job.alerts.signal;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.job.model.CombinerHarness;
import io.agentanalytics.job.model.Spend;
import org.junit.jupiter.api.Test;

class SpendCombinerTest {
    @Test
    void spendIsSummedByBudgetAndPane_andReleasedByEachWatermark() throws Exception {
        try (var combiner = new CombinerHarness<>(new SpendCombiner())) {
            combiner.send(new Spend("fleet", 0, 1), new Spend("fleet", 0, 2));
            combiner.send(new Spend("fleet", 10_000, 4), new Spend("agent_type=qa", 0, 8));
            assertThat(combiner.reach(1))
                    .containsExactlyInAnyOrder(
                            new Spend("fleet", 0, 3),
                            new Spend("fleet", 10_000, 4),
                            new Spend("agent_type=qa", 0, 8));
            combiner.send(new Spend("fleet", 0, 16));
            assertThat(combiner.reach(2)).containsExactly(new Spend("fleet", 0, 16));
        }
    }
}
