package io.agentanalytics.api.query;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which windows of cells make up a range: whole days, hours beside them, five minutes beside those,
 * and minutes at the edges. Windows of cells longer than a minute are written rarely while they are
 * open, so what event time has not safely passed is taken from shorter ones, unless a window of the
 * cell is closed already.
 */
final class CellSpans {
    static final int DAY = 86_400;

    /** How long windows are, in seconds, the longest first. */
    private static final List<Integer> LENGTHS = List.of(DAY, 3600, 300, 60);

    /** Rows may reach Postgres later than the word that event time has passed them. */
    private static final Duration MARGIN = Duration.ofMinutes(10);

    private static final Duration MARGIN_OF_HOURS = Duration.ofHours(1);

    /**
     * Rows of one length.
     *
     * @param closedFrom from here on only closed rows are taken; null if all rows are whole
     * @param unlessIn longer windows whose closed rows hold these rows already
     */
    record Span(
            int seconds,
            Instant from,
            Instant to,
            @Nullable Instant closedFrom,
            List<Longer> unlessIn) {}

    /** Windows of a length that begin in a span: those that lie wholly in the range. */
    record Longer(int seconds, Instant from, Instant to) {
        /** Only those that may hold rows of a span: the others need not be looked at. */
        Longer around(Instant spanFrom, Instant spanTo) {
            Instant first = floor(spanFrom, seconds);
            Instant last = ceil(spanTo, seconds);
            return new Longer(
                    seconds, first.isAfter(from) ? first : from, last.isBefore(to) ? last : to);
        }
    }

    private CellSpans() {}

    /**
     * The rows of a range.
     *
     * @param step rows are not longer than this, and lie in one step; a day for sums
     */
    static List<Span> of(TimeRange range, Instant reached, long step) {
        List<Span> spans = new ArrayList<>();
        List<Longer> longerMayBeClosed = new ArrayList<>();
        // What longer windows have covered for sure.
        Instant coveredFrom = range.to();
        Instant coveredTo = range.to();
        for (int seconds : LENGTHS) {
            Instant from = ceil(range.from(), seconds);
            Instant to = floor(range.to(), seconds);
            if (step % seconds != 0 || !from.isBefore(to)) {
                continue;
            }
            Instant open = seconds == 60 ? to : floor(reached.minus(margin(seconds)), seconds);
            boolean first = !coveredFrom.isBefore(coveredTo);
            if (first) {
                add(spans, seconds, from, to, open, longerMayBeClosed);
            } else {
                add(spans, seconds, from, coveredFrom, open, List.of());
                add(spans, seconds, coveredTo, to, open, longerMayBeClosed);
            }
            Instant sure = open.isBefore(to) ? open : to;
            if (from.isBefore(sure)) {
                coveredFrom = from;
                coveredTo = sure;
            }
            if (sure.isBefore(to)) {
                longerMayBeClosed.add(new Longer(seconds, from, to));
            }
        }
        return spans;
    }

    private static void add(
            List<Span> spans,
            int seconds,
            Instant from,
            Instant to,
            Instant open,
            List<Longer> unlessIn) {
        if (from.isBefore(to)) {
            Instant closedFrom = open.isBefore(to) ? open : null;
            List<Longer> around = unlessIn.stream().map(l -> l.around(from, to)).toList();
            spans.add(new Span(seconds, from, to, closedFrom, around));
        }
    }

    private static Duration margin(int seconds) {
        return seconds < 3600 ? MARGIN : MARGIN_OF_HOURS;
    }

    static Instant floor(Instant time, int seconds) {
        return Instant.ofEpochSecond(Math.floorDiv(time.getEpochSecond(), seconds) * seconds);
    }

    static Instant ceil(Instant time, int seconds) {
        return Instant.ofEpochSecond(-Math.floorDiv(-time.getEpochSecond(), seconds) * seconds);
    }
}
