package io.agentanalytics.job.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Figures calculated by hand, or from published tables. */
class StatisticsTest {
    @ParameterizedTest
    @CsvSource({
        // hits as 1 and misses as 0: the probability of a hit goes from 0.9 to 0.5
        "'', 0",
        "1, 0",
        "0, 1.6094",
        "00, 3.2189",
        "001, 2.6311",
        "0111111, 0",
        "00100, 5.8500"
    })
    void cusum_addsLogLikelihoodRatios(String observations, double sum) {
        Cusum cusum = new Cusum();
        observations.chars().forEach(o -> cusum.add(Cusum.bernoulli(o == '1', 0.9, 0.5)));
        assertThat(cusum.sum).isCloseTo(sum, within(1e-3));
    }

    @ParameterizedTest
    @CsvSource({"0, 1, -0.5", "0.5, 1, 0", "3, 1, 2.5", "3, 2, 4"})
    void cusum_ofNormalObservations(double z, double shift, double ratio) {
        assertThat(Cusum.normal(z, shift)).isCloseTo(ratio, within(1e-12));
    }

    @Test
    void cusum_isBounded_andIsReducedAfterRecovery() {
        Cusum cusum = new Cusum();
        cusum.add(100, 30);
        assertThat(cusum.sum).isEqualTo(30);
        assertThat(cusum.isInProgress()).isTrue();
        cusum.recovered();
        assertThat(cusum.sum).isEqualTo(2);
        assertThat(cusum.isInProgress()).isFalse();
        cusum.reset();
        assertThat(cusum.sum).isZero();
    }

    @Test
    void decayedRate_followsDrift_andForgetsHalfIn138() {
        DecayedRate rate = new DecayedRate(18, 20);
        assertThat(rate.rate()).isCloseTo(0.9, within(1e-12));
        assertThat(rate.error(0.9)).isCloseTo(0.0671, within(1e-4));
        DecayedRate old = new DecayedRate(1000, 1000);
        for (int i = 0; i < 138; i++) {
            old.add(false);
        }
        assertThat(old.hits).isCloseTo(500, within(1.0));
        for (int i = 0; i < 5000; i++) {
            old.add(i % 4 == 0);
        }
        assertThat(old.rate()).isCloseTo(0.25, within(0.01));
        assertThat(old.n).isCloseTo(200, within(1e-6));
    }

    @ParameterizedTest
    @CsvSource({"60, 7", "120, 7.693", "1e9, 11", "1, 5"})
    void falseAlarms_threshold(double perHour, double threshold) {
        assertThat(FalseAlarms.threshold(7, perHour)).isCloseTo(threshold, within(1e-3));
    }

    @Test
    void robustBaseline_isExactAtFirst() {
        RobustBaseline baseline = new RobustBaseline();
        for (double value : new double[] {5, 1, 3, 2, 100}) {
            baseline.add(value);
        }
        assertThat(baseline.median).isEqualTo(3);
        assertThat(baseline.deviation).isCloseTo(1.4826 * 2, within(1e-6));
        baseline.replace(100, 4);
        assertThat(baseline.deviation).isCloseTo(1.4826, within(1e-6));
    }

    @Test
    void robustBaseline_approachesMedianAndDeviation_despiteOutliers() {
        RobustBaseline baseline = new RobustBaseline();
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            baseline.add(i % 20 == 0 ? 1000 : 10 + 2 * random.nextGaussian());
        }
        assertThat(baseline.median).isCloseTo(10, within(0.6));
        assertThat(baseline.deviation).isCloseTo(2, within(0.5));
        assertThat(baseline.first).isEmpty();
    }
}
