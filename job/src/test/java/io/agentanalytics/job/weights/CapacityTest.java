package io.agentanalytics.job.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class CapacityTest {
    private static final double ALL = 10;
    private final Capacity capacity = new Capacity();
    private double now = 1000;

    /** Numbers of accepted and refused requests per second. */
    private void pass(int seconds, int accepted, int refused) {
        for (int i = 0; i < seconds; i++) {
            for (int k = 0; k < accepted + refused; k++) {
                capacity.accepted(now);
            }
            for (int k = 0; k < refused; k++) {
                capacity.refused(now, true);
            }
            now++;
            if (now % 5 == 0) {
                capacity.tick(now, ALL);
            }
        }
    }

    private double limit() {
        return capacity.limit(now, ALL);
    }

    @Test
    void repeatedRefusals_setTheLimitToTheAcceptedRate() {
        pass(60, 5, 0);
        assertThat(capacity.isKnown()).isFalse();
        pass(60, 2, 3);
        assertThat(limit()).isBetween(1.6, 2.5);
        pass(600, 2, 3);
        assertThat(limit()).as("repeated cuts do not add up").isBetween(1.6, 2.5);
    }

    @Test
    void aRefusalRightAfterACut_doesNotLowerTheLimit() {
        pass(60, 8, 2);
        double known = limit();
        for (int i = 0; i < 100; i++) {
            // In each second the first request is refused, and a decision is made at once.
            capacity.accepted(now);
            capacity.refused(now, true);
            capacity.tick(now, ALL);
            pass(1, 8, 1);
            assertThat(limit()).isGreaterThan(.7 * known);
        }
    }

    /** A slow provider: requests end ten seconds after their start, refused ones at once. */
    @Test
    void endsOfRequestsWithoutAReportedStart_giveTheAcceptedRate() {
        for (int i = 0; i < 120; i++) {
            for (int k = 0; i >= 10 && k < 4; k++) {
                capacity.accepted(now);
            }
            capacity.refused(now, false);
            now++;
            if (i >= 20) {
                capacity.tick(now, ALL);
                assertThat(limit()).as("second %d", i).isBetween(1.9, 4.5);
            }
        }
    }

    @Test
    void theRateAcceptedWithoutRefusals_isTheLowestLimit() {
        pass(60, 1, 2);
        pass(65, 4, 0);
        assertThat(limit()).isGreaterThanOrEqualTo(3.9);
    }

    @Test
    void aLimitOfZero_isForgottenInMinutes() {
        pass(120, 0, 3);
        assertThat(capacity.share(now, ALL)).isCloseTo(0, within(.01));
        pass(245, 0, 0);
        assertThat(capacity.isKnown()).isFalse();
        assertThat(capacity.share(now, ALL)).isEqualTo(1);
    }

    @Test
    void growthIsSlowAtFirst_andFastAtLast() {
        pass(60, 2, 3);
        double cutAt = capacity.cutAt;
        assertThat(capacity.limit(cutAt + 60, ALL) - capacity.accepted).isLessThan(.02);
        assertThat(capacity.limit(cutAt + 120, ALL) - capacity.accepted).isLessThan(.5);
        assertThat(capacity.limit(cutAt + 240, ALL) - capacity.accepted)
                .isCloseTo(ALL, within(1e-9));
    }

    @Test
    void singleRefusals_changeNothing() {
        pass(60, 5, 0);
        capacity.accepted(now);
        capacity.refused(now, true);
        pass(120, 5, 0);
        assertThat(capacity.isKnown()).isFalse();
    }

    @Test
    void oneRefusalAmongManyRequests_confirmsNoLimit() {
        pass(60, 2, 3);
        double cutAt = capacity.cutAt;
        pass(30, 5, 0);
        capacity.accepted(now);
        capacity.refused(now, true);
        pass(5, 5, 0);
        assertThat(capacity.cutAt).isEqualTo(cutAt);
    }
}
