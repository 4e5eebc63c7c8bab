package io.agentanalytics.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UtcTimeTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-22T14:02:10Z",
                "2026-11-22T14:02:10.1Z",
                "2026-11-22T14:02:10.12Z",
                "2026-11-22T14:02:10.123Z",
                "2026-11-22T14:02:10.999999999Z",
                "2024-02-29T23:59:59.001Z",
                "2000-01-01T00:00:00Z",
                "9999-12-31T23:59:59.999Z"
            })
    void equalsTheStandardParser(String text) {
        assertThat(UtcTime.parse(text))
                .isEqualTo(OffsetDateTime.parse(text).toInstant().toEpochMilli());
    }

    @Test
    void equalsTheStandardParser_atRandomTimes() {
        Random random = new Random(7);
        for (int i = 0; i < 100_000; i++) {
            Instant time = Instant.ofEpochMilli(946_684_800_000L + random.nextLong(1L << 42));
            assertThat(UtcTime.parse(time.toString())).isEqualTo(time.toEpochMilli());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Z",
                "2026-11-22T14:02:10",
                "2026-11-22T14:02:10.Z",
                "2026-11-22T14:02:10.1234567890Z",
                "2026-11-22T14:02:10,1Z",
                "2026-11-22T14:02:10+01:00",
                "2026-11-22t14:02:10Z",
                "2026-11-22T14:02:10z",
                "2026-11-22T14:02Z",
                "2026-02-29T14:02:10Z",
                "2026-13-01T14:02:10Z",
                "2026-00-01T14:02:10Z",
                "2026-01-00T14:02:10Z",
                "2026-01-32T14:02:10Z",
                "2026-11-22T24:00:00Z",
                "2026-11-22T23:60:00Z",
                "2026-11-22T23:59:60Z",
                "1999-12-31T23:59:59Z",
                "+2026-11-22T14:02:10Z"
            })
    void otherForms_areNotParsed(String text) {
        assertThat(UtcTime.parse(text)).isEqualTo(UtcTime.OTHER);
    }
}
