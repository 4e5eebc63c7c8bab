package io.agentanalytics.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HistogramTest {
    private static Histogram of(long... millis) {
        Histogram h = new Histogram();
        for (long m : millis) {
            h.add(m);
        }
        return h;
    }

    private static long[] durations(long seed, int n) {
        Random random = new Random(seed);
        return random.doubles(n).mapToLong(d -> (long) Math.exp(d * 14)).toArray();
    }

    @Test
    void quantilesAreWithinOnePercentOfTheNearestRank() {
        long[] values = durations(1, 5000);
        Histogram h = of(values);
        Arrays.sort(values);
        for (double q : new double[] {0.01, 0.5, 0.95, 0.99, 0.999, 1}) {
            double exact = Math.max(1, values[(int) Math.ceil(q * values.length) - 1]);
            assertThat(h.quantile(q)).isCloseTo(exact, within(exact * 0.0101));
        }
    }

    private static Histogram copy(Histogram of) {
        return Histogram.ofBytes(of.toBytes());
    }

    @Test
    void addsAndSubtractsExactlyInAnyOrder() {
        Histogram a = of(durations(2, 300));
        Histogram b = of(durations(3, 200));
        Histogram sum = copy(a).merge(b, 1);
        assertThat(sum.toBytes()).isEqualTo(copy(b).merge(a, 1).toBytes());
        assertThat(copy(sum).merge(b, -1)).isEqualTo(a);
        assertThat(sum.merge(a, -1).merge(b, -1).toBytes()).isEmpty();
    }

    @Test
    void storedFormHoldsNegativeCountsToo() {
        Histogram h = of(5, 1000).merge(of(70_000, 70_000, 70_000), -1);
        assertThat(Histogram.ofBytes(h.toBytes())).isEqualTo(h);
        assertThat(h.count()).isEqualTo(-1);
    }

    @Test
    void anEmptyHistogramHasNoQuantile() {
        assertThat(new Histogram().quantile(0.5)).isNaN();
        assertThat(of(0).quantile(0.5)).isCloseTo(1, within(0.02));
    }
}
