package io.agentanalytics.api.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.WindowLength;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class CellSpansTest {
    private static final Instant NOW = Instant.parse("2026-11-22T14:30:00Z");

    /** Each minute of a range is in exactly one row, whichever windows are closed. */
    @RepeatedTest(300)
    void everyMinuteCountsOnce(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        int[] lengths = {90, 3000, 50_000};
        int length = lengths[random.nextInt(3)];
        Instant to = NOW.minusSeconds(60L * random.nextInt(length));
        TimeRange range = new TimeRange(to.minusSeconds(60L * (1 + random.nextInt(length))), to, 0);
        Instant reached = NOW.minusSeconds(random.nextInt(9000));
        // Rows are written before or after the reported progress.
        Instant closedThrough = reached.plusSeconds(random.nextInt(1200) - 600L);
        long[] steps = {60, 300, 900, 3600, 21_600, 86_400};
        long step = steps[random.nextInt(steps.length)];
        assertThat(CellSpans.of(range, reached, step)).allMatch(s -> step % s.seconds() == 0);
        for (Instant t = range.from(); t.isBefore(to); t = t.plusSeconds(60)) {
            Instant minute = t;
            long rows =
                    CellSpans.of(range, reached, step).stream()
                            .filter(s -> counts(s, minute, closedThrough))
                            .count();
            assertThat(rows).as("%s of %s, reached %s", t, range, reached).isEqualTo(1);
        }
    }

    private static boolean counts(CellSpans.CellSpan span, Instant minute, Instant closedThrough) {
        Instant start = CellSpans.floor(minute, span.seconds());
        return isIn(start, span.from(), span.to())
                && (span.closedFrom() == null
                        || start.isBefore(span.closedFrom())
                        || isClosed(start, span.seconds(), closedThrough))
                && span.unlessIn().stream()
                        .noneMatch(
                                l -> {
                                    Instant longer = CellSpans.floor(start, l.seconds());
                                    return isIn(longer, l.from(), l.to())
                                            && isClosed(longer, l.seconds(), closedThrough);
                                });
    }

    private static boolean isIn(Instant time, Instant from, Instant to) {
        return !time.isBefore(from) && time.isBefore(to);
    }

    private static boolean isClosed(Instant start, int seconds, Instant closedThrough) {
        return !start.plusSeconds(seconds).isAfter(closedThrough);
    }

    @Test
    void thirtyDaysAreDaysAndTheHoursBesideThem() {
        TimeRange range = new TimeRange(NOW.minusSeconds(30 * 86_400 + 1800), NOW, 0);
        assertThat(CellSpans.of(range, NOW, WindowLength.DAY))
                .extracting(s -> s.seconds() + " " + s.from() + " " + s.to())
                .containsExactly(
                        "86400 2026-10-24T00:00:00Z 2026-11-22T00:00:00Z",
                        "3600 2026-10-23T14:00:00Z 2026-10-24T00:00:00Z",
                        "3600 2026-11-22T00:00:00Z 2026-11-22T14:00:00Z",
                        "300 2026-11-22T13:00:00Z 2026-11-22T14:30:00Z",
                        "60 2026-11-22T14:20:00Z 2026-11-22T14:30:00Z");
    }
}
