package io.agentanalytics.job.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.job.model.CombinerHarness;
import io.agentanalytics.job.model.QueueChange;
import org.junit.jupiter.api.Test;

class QueueCombinerTest {
    @Test
    void changesAreSummedByTypeAndPane() throws Exception {
        try (var combiner = new CombinerHarness<>(new QueueCombiner())) {
            combiner.send(new QueueChange("qa", 0, 1, 0), new QueueChange("qa", 0, 2, 3));
            combiner.send(new QueueChange("qa", 10_000, -1, 1), new QueueChange("ops", 0, 5, 0));
            assertThat(combiner.reach(1))
                    .containsExactlyInAnyOrder(
                            new QueueChange("qa", 0, 3, 3),
                            new QueueChange("qa", 10_000, -1, 1),
                            new QueueChange("ops", 0, 5, 0));
        }
    }

    @Test
    void aTypeThatBeginsWithADigitIsNotPartOfTheTime() throws Exception {
        QueueChange first = new QueueChange("0a", 10_000, 1, 0);
        QueueChange second = new QueueChange("a", 100_000, 2, 0);
        try (var combiner = new CombinerHarness<>(new QueueCombiner())) {
            combiner.send(first, second);
            assertThat(combiner.checkpoint()).containsExactlyInAnyOrder(first, second);
        }
    }
}
