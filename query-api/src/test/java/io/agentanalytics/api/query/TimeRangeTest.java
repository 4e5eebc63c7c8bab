package io.agentanalytics.api.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimeRangeTest {
    private static final Instant NOW = Instant.parse("2026-11-22T14:30:20Z");

    /** Days in UTC+5:30 past the two days of minutes: each hour belongs to one of them. */
    @Test
    void daysOfAZoneWithAHalfHour_shareNoHour_andAreRounded() {
        TimeRange one = range("2026-11-14T18:30:00Z", "2026-11-15T18:30:00Z", 0);
        TimeRange next = range("2026-11-15T18:30:00Z", "2026-11-16T18:30:00Z", 0);
        assertThat(one.to()).isEqualTo(next.from());
        assertThat(one.length().toHours()).isEqualTo(24);
        assertThat(one.rounded()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 3600, 86_400})
    void wholeHours_areNotRounded(long step) {
        TimeRange range = range("2026-11-14T18:00:00Z", "2026-11-15T18:00:00Z", step);
        assertThat(range.from()).isEqualTo("2026-11-14T18:00:00Z");
        assertThat(range.to()).isEqualTo("2026-11-15T18:00:00Z");
        assertThat(range.rounded()).isFalse();
    }

    /** While minutes are kept, steps of hours do not extend a range into the next one. */
    @Test
    void recentDaysInHourSteps_shareNoHourEither() {
        TimeRange one = range("2026-11-20T18:30:00Z", "2026-11-21T18:30:00Z", 3600);
        TimeRange next = range("2026-11-21T18:30:00Z", "2026-11-22T14:30:20Z", 3600);
        assertThat(one.to()).isEqualTo(next.from());
        assertThat(next.to()).as("the current hour").isEqualTo("2026-11-22T15:00:00Z");
    }

    @Test
    void minutes_areExact() {
        TimeRange range = range("2026-11-21T18:30:00Z", "2026-11-22T14:30:00Z", 300);
        assertThat(range.from()).isEqualTo("2026-11-21T18:30:00Z");
        assertThat(range.to()).isEqualTo("2026-11-22T14:30:00Z");
        assertThat(range.rounded()).isFalse();
    }

    private static TimeRange range(String from, String to, long step) {
        return TimeRange.of(Instant.parse(from), Instant.parse(to), step, NOW);
    }
}
