package io.agentanalytics.job.stats;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.Figure;
import io.agentanalytics.job.model.CombinerHarness;
import io.agentanalytics.job.model.Scope;
import io.agentanalytics.job.model.Tally;
import io.agentanalytics.job.model.TallyDelta;
import java.util.List;
import org.junit.jupiter.api.Test;

class TallyCombinerTest {
    private static String text(TallyDelta change) {
        long requests = change.tally().get(Figure.REQUESTS);
        return change.scope() + " " + change.timeMillis() + " " + requests;
    }

    private static TallyDelta change(String agent, String provider, long millis) {
        Scope cell = Scope.cell(agent, "qa", provider, provider.isEmpty() ? "" : "gpt-5");
        return new TallyDelta(cell, millis, new Tally().add(Figure.REQUESTS, 1));
    }

    @Test
    void aChangeCountsForItsProviderAndForTheFleet() throws Exception {
        try (var combiner = new CombinerHarness<>(new TallyCombiner())) {
            combiner.send(
                    change("a", "openai", 1),
                    change("b", "openai", 9_999),
                    change("a", "openai", 10_000),
                    change("a", "", 0));
            List<String> sums = combiner.reach(1).stream().map(TallyCombinerTest::text).toList();
            Scope openai = Scope.provider("openai", "gpt-5");
            assertThat(sums)
                    .containsExactlyInAnyOrder(
                            openai + " 0 2",
                            openai + " 10000 1",
                            Scope.system() + " 0 3",
                            Scope.system() + " 10000 1");
        }
    }
}
