package io.agentanalytics.job.agents;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.job.model.AgentSignal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AgentCombinerTest {
    private static AgentSignal seen(String type, Map<String, String> tags, long time) {
        return AgentSignal.seen("a", type, tags, time, 0, 0);
    }

    @Test
    void omittedFields_overwriteNothing_inAnyOrder() {
        List<AgentSignal> signals =
                new ArrayList<>(
                        List.of(
                                seen("researcher", Map.of("team", "search"), 1),
                                seen("unknown", Map.of("team", "answers"), 2),
                                seen("writer", Map.of(), 3),
                                seen("unknown", Map.of(), 4),
                                AgentSignal.changed("a", 0, 1)));
        for (int seed = 0; seed < 20; seed++) {
            Collections.shuffle(signals, new Random(seed));
            AgentSignal sum = signals.stream().reduce(AgentCombiner::sum).orElseThrow();
            assertThat(sum.agentType()).isEqualTo("writer");
            assertThat(sum.tags()).containsExactly(Map.entry("team", "answers"));
            assertThat(sum.seenMillis()).isEqualTo(4);
            assertThat(sum.firstMillis()).isEqualTo(1);
        }
    }
}
