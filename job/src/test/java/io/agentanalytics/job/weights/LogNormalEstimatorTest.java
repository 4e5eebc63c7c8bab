package io.agentanalytics.job.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class LogNormalEstimatorTest {
    private static final double THRESHOLD = 5;
    private static final double HOUR = 3600;
    private final LogNormalEstimator price = new LogNormalEstimator();
    private final Random random = new Random(3);
    private double now;

    /** One request per ten seconds. */
    private void costs(double usd, double seconds) {
        for (double end = now + seconds; now < end; now += 10) {
            price.take(usd * Math.exp(0.1 * random.nextGaussian()), now, THRESHOLD, 0.1);
        }
    }

    @Test
    void aTriplePriceIsAChange_andTheBaselineAfterADay() {
        costs(1, HOUR);
        costs(3, HOUR);
        assertThat(price.changed).isTrue();
        assertThat(price.value()).isCloseTo(3, within(.3));
        assertThat(Math.exp(price.mean)).as("the baseline").isCloseTo(1, within(.1));
        costs(3, 24 * HOUR);
        assertThat(price.changed).isFalse();
        assertThat(Math.exp(price.mean)).isCloseTo(3, within(.3));
    }

    @Test
    void aChangeThatIsOver_teachesNothing() {
        costs(1, HOUR);
        costs(3, 6 * HOUR);
        costs(1, HOUR);
        assertThat(price.changed).isFalse();
        assertThat(Math.exp(price.mean)).isCloseTo(1, within(.1));
    }
}
