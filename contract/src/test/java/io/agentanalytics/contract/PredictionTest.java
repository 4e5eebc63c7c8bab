package io.agentanalytics.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Predictions against values computed by hand, and against simulated observations. */
class PredictionTest {
    @Test
    void ofTwoSamples() {
        // Mean 2, s = sqrt(2); 12.706 sqrt(2) sqrt(3 + 9 / 2) = 49.2101.
        Prediction prediction = Prediction.of(new double[] {1, 3}, 3);
        assertThat(prediction.expected()).isEqualTo(6);
        assertThat(prediction.low()).isZero();
        assertThat(prediction.high()).isCloseTo(55.2101, within(1e-3));
    }

    @Test
    void ofEqualSamplesItIsCertain() {
        assertThat(Prediction.of(new double[] {2, 2, 2}, 1.5)).isEqualTo(new Prediction(3, 3, 3));
    }

    @Test
    void nineteenOfTwentyIntervalsHoldTheSum() {
        Random random = new Random(7);
        int held = 0;
        for (int run = 0; run < 4000; run++) {
            double[] samples = new double[2 + run % (Prediction.MAX_SAMPLES - 1)];
            for (int i = 0; i < samples.length; i++) {
                samples[i] = 1000 + 10 * random.nextGaussian();
            }
            double sum = 0;
            for (int i = 0; i < 4; i++) {
                sum += 1000 + 10 * random.nextGaussian();
            }
            Prediction prediction = Prediction.of(samples, 4);
            held += sum >= prediction.low() && sum <= prediction.high() ? 1 : 0;
        }
        assertThat(held / 4000.0).isCloseTo(0.95, within(0.012));
    }
}
