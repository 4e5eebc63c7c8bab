package io.agentanalytics.job.alerts.signal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class UsualSilencesTest {
    private final UsualSilences silences = new UsualSilences();

    /** Returns a time of November 2026; the 23rd is a Monday. */
    private static long at(int day, String time) {
        return Instant.parse("2026-11-%02dT%s:00Z".formatted(day, time)).toEpochMilli();
    }

    private void silent(int day, String from, int untilDay, String until) {
        silences.add(at(day, from), at(untilDay, until));
    }

    private String usualUntil(int day, String last) {
        long until = silences.usualUntil(at(day, last));
        return until == at(day, last) ? "now" : Instant.ofEpochMilli(until).toString();
    }

    @Test
    void theSecondNightIsUsual_untilTheUsualReturnAndAHalfHourMoreThanOne() {
        assertThat(usualUntil(23, "18:00")).isEqualTo("now");
        silent(23, "18:00", 24, "08:00");
        assertThat(usualUntil(24, "18:20")).isEqualTo("2026-11-25T09:30:00Z");
        assertThat(usualUntil(24, "14:00")).as("a stop by day").isEqualTo("now");
    }

    @Test
    void aWeekendIsUsualAWeekLater() {
        silent(20, "18:00", 23, "08:00");
        assertThat(usualUntil(27, "18:10")).isEqualTo("2026-11-30T09:30:00Z");
    }

    @Test
    void anOutageByDay_hidesThatTimeForOneDayOnly() {
        silent(24, "11:00", 24, "16:00");
        assertThat(usualUntil(25, "11:00")).isEqualTo("2026-11-25T17:30:00Z");
        assertThat(usualUntil(26, "11:00")).isEqualTo("now");
    }

    @Test
    void aShortPauseNeedsTwoDays() {
        silent(23, "12:00", 23, "13:00");
        assertThat(usualUntil(24, "12:05")).isEqualTo("now");
        silent(24, "12:05", 24, "13:10");
        assertThat(usualUntil(25, "12:00")).isEqualTo("2026-11-25T14:30:00Z");
    }

    @Test
    void aLateEventWithinASilence_removesIt() {
        silent(23, "18:00", 24, "08:00");
        silences.interrupted(at(23, "22:00"));
        assertThat(usualUntil(24, "18:00")).isEqualTo("now");
    }

    @Test
    void theNumberOfSilencesIsBounded() {
        for (int i = 0; i < 100; i++) {
            silences.add(i * 10_000_000L, i * 10_000_000L + 5_000_000);
        }
        assertThat(silences.silences).hasSize(20);
    }
}
