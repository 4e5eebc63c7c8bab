package io.agentanalytics.job.budgets;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.Figure;
import io.agentanalytics.job.model.CombinerHarness;
import io.agentanalytics.job.model.Scope;
import io.agentanalytics.job.model.Tags;
import io.agentanalytics.job.model.Tally;
import io.agentanalytics.job.model.TallyDelta;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CellSpendCombinerTest {
    private static final Scope QA = Scope.cell("a", "qa", "openai", "gpt-5");
    private static final Tags TEAM = Tags.of(Map.of("team", "search"), List.of("team"));

    private static TallyDelta cost(Scope scope, long millis, Tags tags, Figure figure, long nanos) {
        return new TallyDelta(scope, millis, new Tally().add(figure, nanos), tags);
    }

    @Test
    void costIsSummedByLabelsAndQuarterOfAnHour() throws Exception {
        Scope other = Scope.cell("b", "qa", "openai", "gpt-5");
        try (var combiner = new CombinerHarness<>(new CellSpendCombiner())) {
            combiner.send(
                    cost(QA, 0, TEAM, Figure.REQUEST_COST_REPORTED, 1),
                    cost(QA, 899_999, TEAM, Figure.REQUEST_COST_PRICED, 2),
                    cost(QA, 900_000, TEAM, Figure.REQUEST_COST_PRICED, 4),
                    cost(QA, 0, Tags.NONE, Figure.REQUEST_COST_PRICED, 8),
                    cost(other, 0, TEAM, Figure.REQUEST_COST_PRICED, 16),
                    cost(other, 0, TEAM, Figure.REQUESTS_UNPRICED, 32),
                    cost(QA, 0, TEAM, Figure.REQUESTS, 64));
            assertThat(combiner.checkpoint())
                    .containsExactlyInAnyOrder(
                            new CellSpend(QA, TEAM.text(), 0, 3, 0),
                            new CellSpend(QA, TEAM.text(), 1, 4, 0),
                            new CellSpend(QA, "", 0, 8, 0),
                            new CellSpend(other, TEAM.text(), 0, 16, 32));
        }
    }

    @Test
    void aCallOfUnknownCost_isPassedOn() throws Exception {
        try (var combiner = new CombinerHarness<>(new CellSpendCombiner())) {
            combiner.send(cost(QA, 0, TEAM, Figure.REQUESTS_UNPRICED, 1));
            assertThat(combiner.checkpoint())
                    .containsExactly(new CellSpend(QA, TEAM.text(), 0, 0, 1));
        }
    }

    @Test
    void aCorrectionThatCancelsTheCost_leavesNothingToAdd() throws Exception {
        try (var combiner = new CombinerHarness<>(new CellSpendCombiner())) {
            combiner.send(
                    cost(QA, 0, TEAM, Figure.REQUEST_COST_PRICED, 5),
                    cost(QA, 0, TEAM, Figure.REQUEST_COST_PRICED, -5));
            assertThat(combiner.checkpoint())
                    .containsExactly(new CellSpend(QA, TEAM.text(), 0, 0, 0));
        }
    }
}
