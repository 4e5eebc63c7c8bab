package io.agentanalytics.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On a machine whose locale writes 1.234,5. */
@ResourceLock(Resources.LOCALE)
class TextFormatTest {
    private static final Locale BEFORE = Locale.getDefault();

    @BeforeAll
    static void elsewhere() {
        Locale.setDefault(Locale.GERMANY);
    }

    @AfterAll
    static void back() {
        Locale.setDefault(BEFORE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | $0.00",
                "0.0000000012 | $0.000000001",
                "0.01234 | $0.0123",
                "0.5 | $0.500",
                "0.997 | $0.997",
                "0.9996 | $1.00",
                "12.345 | $12.35",
                "1234567.8 | $1,234,567.80"
            })
    void usd(double dollars, String text) {
        assertThat(TextFormat.usd(dollars)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 %",
        "0.004, 0.4 %",
        "0.05, 5 %",
        "0.0567, 5.7 %",
        "0.09949, 9.9 %",
        "0.0996, 10 %",
        "0.3333, 33 %",
        "1, 100 %",
        "12, 1200 %"
    })
    void percent(double share, String text) {
        assertThat(TextFormat.percent(share)).isEqualTo(text);
    }

    @Test
    void counts() {
        assertThat(TextFormat.count(1, "call")).isEqualTo("1 call");
        assertThat(TextFormat.count(1200, "call")).isEqualTo("1,200 calls");
        assertThat(TextFormat.compact(9_999)).isEqualTo("9,999");
        assertThat(TextFormat.compact(12_340)).isEqualTo("12.3 k");
        assertThat(TextFormat.compact(1_234_000)).isEqualTo("1.23 M");
    }
}
