package io.agentanalytics.job.agents;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.job.model.AgentSignal;
import io.agentanalytics.job.model.CombinerHarness;
import org.junit.jupiter.api.Test;

class FleetCombinerTest {
    @Test
    void changesOfAllAgentsAreOneSum() throws Exception {
        try (var combiner = new CombinerHarness<>(new FleetCombiner())) {
            combiner.send(AgentSignal.changed("a", 1, 0), AgentSignal.changed("b", 2, -1));
            assertThat(combiner.reach(60_000)).as("event time does not matter").isEmpty();
            assertThat(combiner.aSecond())
                    .containsExactly(AgentSignal.changed(FleetCombiner.FLEET, 3, -1));
            assertThat(combiner.aSecond()).isEmpty();
        }
    }
}
