package io.agentanalytics.api.query;

import io.agentanalytics.contract.WindowLength;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Selection of the cell windows that make up a range: whole days, then whole hours, five minutes
 * and minutes towards the edges. The job writes an open window longer than a minute only rarely.
 * Therefore, the part of a range that event time has not safely passed is read from shorter
 * windows, unless the longer window of a cell is already closed.
 */
final class CellSpans {
    /** Window lengths in seconds, longest first. */
    private static final List<Integer> LENGTHS =
            WindowLength.OF_CELLS.stream().sorted(Comparator.reverseOrder()).toList();

    /**
     * Safety margin: rows may reach Postgres after the progress report that event time has passed
     * them.
     */
    private static final Duration MARGIN = Duration.ofMinutes(10);

    private static final Duration MARGIN_OF_HOURS = Duration.ofHours(1);

    /**
     * Windows of one length.
     *
     * @param closedFrom start of the part in which only closed windows are read; null to read all
     *     windows
     * @param unlessIn longer windows; a row is skipped if a closed one of them already contains it
     */
    record CellSpan(
            int seconds,
            Instant from,
            Instant to,
            @Nullable Instant closedFrom,
            List<Longer> unlessIn) {}

    /** Longer windows that lie entirely within the range. */
    record Longer(int seconds, Instant from, Instant to) {
        /**
         * Restricts the windows to those that may contain rows of a span, so that fewer are
         * searched.
         */
        Longer around(Instant spanFrom, Instant spanTo) {
            Instant first = floor(spanFrom, seconds);
            Instant last = ceil(spanTo, seconds);
            return new Longer(
                    seconds, first.isAfter(from) ? first : from, last.isBefore(to) ? last : to);
        }
    }

    private CellSpans() {}

    /**
     * Returns the spans of a range.
     *
     * @param step maximum window length; each window lies in one step. Use a day for sums
     */
    static List<CellSpan> of(TimeRange range, Instant reached, long step) {
        List<CellSpan> spans = new ArrayList<>();
        List<Longer> longerMayBeClosed = new ArrayList<>();
        // Part of the range that longer windows cover completely.
        Instant coveredFrom = range.to();
        Instant coveredTo = range.to();
        for (int seconds : LENGTHS) {
            Instant from = ceil(range.from(), seconds);
            Instant to = floor(range.to(), seconds);
            if (step % seconds != 0 || !from.isBefore(to)) {
                continue;
            }
            Instant open = openFrom(seconds, reached, to);
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

    private static Instant openFrom(int seconds, Instant reached, Instant to) {
        if (seconds == WindowLength.MINUTE) {
            return to;
        }
        Duration margin = seconds < WindowLength.HOUR ? MARGIN : MARGIN_OF_HOURS;
        return floor(reached.minus(margin), seconds);
    }

    private static void add(
            List<CellSpan> spans,
            int seconds,
            Instant from,
            Instant to,
            Instant open,
            List<Longer> unlessIn) {
        if (from.isBefore(to)) {
            Instant closedFrom = open.isBefore(to) ? open : null;
            List<Longer> around =
                    unlessIn.stream()
                            .map(l -> l.around(from, to))
                            .filter(l -> l.from.isBefore(l.to))
                            .toList();
            spans.add(new CellSpan(seconds, from, to, closedFrom, around));
        }
    }

    static Instant floor(Instant time, int seconds) {
        return Instant.ofEpochSecond(Math.floorDiv(time.getEpochSecond(), seconds) * seconds);
    }

    static Instant ceil(Instant time, int seconds) {
        return Instant.ofEpochSecond(-Math.floorDiv(-time.getEpochSecond(), seconds) * seconds);
    }
}
