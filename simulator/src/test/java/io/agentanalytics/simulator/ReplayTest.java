package io.agentanalytics.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayTest {
    private static final Instant BEGINNING = Instant.parse("2026-11-22T14:00:00Z");

    @TempDir Path directory;

    /** Advances by half a minute at each call, so that no test waits. */
    private static final class Ticking extends Clock {
        private Instant now = BEGINNING;

        @Override
        public Instant instant() {
            now = now.plusSeconds(30);
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private Path recording() throws Exception {
        List<String> lines = new ArrayList<>();
        for (int minute = 0; minute <= 60; minute++) {
            lines.add(
                    "{\"task_id\":\"t\",\"time\":\"%s\"}"
                            .formatted(
                                    Instant.parse("2025-11-18T22:00:00Z")
                                            .plusSeconds(60L * minute)));
        }
        return Files.write(directory.resolve("r.ndjson"), lines);
    }

    private record Sent(Instant event, Instant clock) {}

    private List<Sent> play(double speed) throws Exception {
        List<Sent> sent = new ArrayList<>();
        Ticking clock = new Ticking();
        new Replay(
                        new Recording(recording()),
                        new Replay.ReplayPlan(speed, true),
                        clock,
                        line -> {})
                .into(line -> sent.add(new Sent(line.time(), clock.now)), () -> {});
        return sent;
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.5, 1, 2, 10, 600, Double.POSITIVE_INFINITY})
    void noEventIsAheadOfTheClock(double speed) throws Exception {
        List<Sent> sent = play(speed);
        assertThat(sent).hasSize(61);
        assertThat(sent).allSatisfy(s -> assertThat(s.event()).isBeforeOrEqualTo(s.clock()));
        Duration span = Duration.between(sent.get(0).event(), sent.get(60).event());
        assertThat(span).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void atFullSpeed_theLastEventIsNow() throws Exception {
        assertThat(play(Double.POSITIVE_INFINITY).get(60).event())
                .isEqualTo(BEGINNING.plusSeconds(30));
    }

    @Test
    void keepsTheRecordedPace() throws Exception {
        List<Sent> sent = play(0.5);
        assertThat(Duration.between(sent.get(0).clock(), sent.get(60).clock()).toMinutes())
                .isBetween(119L, 123L);
    }
}
