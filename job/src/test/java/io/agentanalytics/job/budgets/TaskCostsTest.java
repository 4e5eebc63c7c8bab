package io.agentanalytics.job.budgets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class TaskCostsTest {
    private static final long USD = 1_000_000_000;

    @Test
    void aNewTask_isEstimatedWithTheMeanOfTheOthers() {
        TaskCosts costs = new TaskCosts();
        for (int i = 1; i <= 10; i++) {
            costs.add(i * USD, 0);
        }
        assertThat(costs.open(0).nanos()).isEqualTo(55 * USD / 10);
        double deviation = Math.sqrt(costs.open(0).variance()) * Estimate.UNIT;
        assertThat(deviation).isCloseTo(2.87 * USD, Percentage.withPercentage(10));
    }

    @Test
    void anExpensiveTask_isEstimatedFromMoreExpensiveOnes() {
        TaskCosts costs = new TaskCosts();
        for (int i = 0; i < 90; i++) {
            costs.add(USD, 0);
        }
        for (int i = 0; i < 10; i++) {
            costs.add(100 * USD, 0);
        }
        assertThat(costs.open(0).nanos()).isEqualTo(109 * USD / 10);
        assertThat(costs.open(2 * USD).nanos()).isEqualTo(98 * USD);
        assertThat(costs.open(200 * USD).nanos()).isEqualTo(costs.open(0).nanos());
    }

    @Test
    void recentTasksCountMore_andMemoryIsBounded() {
        TaskCosts costs = new TaskCosts();
        Random random = new Random(1);
        for (int i = 0; i < 100_000; i++) {
            costs.add((long) (USD * Math.exp(random.nextGaussian())), 0);
        }
        for (int i = 0; i < 10_000; i++) {
            costs.add(3 * USD, 0);
        }
        assertThat(costs.open(0).nanos()).isCloseTo(3 * USD, within(USD / 10));
        assertThat(costs.buckets.length).isLessThan(60);
        assertThat(costs.n).isLessThan(2000);
    }

    @Test
    void billsAfterTheEndAreExpected_onceTheyWereSeen() {
        TaskCosts costs = new TaskCosts();
        for (int i = 0; i < 30; i++) {
            costs.billedAfter(40_000);
            costs.add(USD, USD);
        }
        assertThat(costs.ended(0).nanos()).isEqualTo(USD);
        assertThat(costs.ended(80_000).nanos()).isCloseTo((long) (USD * 0.135), within(USD / 100));
        assertThat(costs.holdMillis()).isEqualTo(160_000);
    }
}
