package io.agentanalytics.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WilsonTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0, 0",
        "1, 1, 0.2699",
        "10, 5, 0.2692",
        "10, 10, 0.7871",
        "20, 1, 0.0112",
        "20, 8, 0.2424",
        "100, 30, 0.2307",
        "100, 40, 0.3231"
    })
    void lowerBoundMatchesTheTables(int n, int hits, double bound) {
        assertThat(Wilson.lower(hits, n)).isCloseTo(bound, within(0.0005));
        assertThat(Wilson.lower(hits, n)).isLessThanOrEqualTo(n == 0 ? 0 : hits / (double) n);
    }

    /** Newcombe (1998), table II, (a): 56/70 and 48/80. */
    @ParameterizedTest
    @CsvSource({"56, 70, 0.6918, 0.8770", "48, 80, 0.4905, 0.7004"})
    void twoSidedBounds(int hits, int n, double low, double high) {
        assertThat(Wilson.bound(hits, n, -Wilson.TWO_SIDED_95)).isCloseTo(low, within(5e-5));
        assertThat(Wilson.bound(hits, n, Wilson.TWO_SIDED_95)).isCloseTo(high, within(5e-5));
    }
}
