package io.agentanalytics.job.sinks;

import io.agentanalytics.contract.Retention;
import io.agentanalytics.contract.WindowLength;
import io.agentanalytics.job.model.WindowRow;
import io.agentanalytics.job.tasks.TaskRow;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Rows that a recomputation replaces: those of whole days (UTC), because a row of a day is
 * recomputed as a whole, and of these only the rows that the running job no longer changes. Times
 * are epoch ms.
 *
 * @param settledMillis time up to which the running job no longer changes rows
 * @param shortCellsMillis start of the oldest kept row of a cell shorter than an hour
 */
public record RowRange(long fromMillis, long toMillis, long settledMillis, long shortCellsMillis)
        implements Serializable {

    /** Rows that the job emitted last may not be written yet. */
    private static final Duration IN_FLIGHT = Duration.ofMinutes(1);

    /**
     * Extends a range to whole days, as far as rows are kept.
     *
     * @param reached event time that the running job has reached
     */
    public static RowRange of(
            Instant from, Instant to, Instant reached, Duration lateness, Instant now) {
        Instant today = now.truncatedTo(ChronoUnit.DAYS);
        Instant first = from.truncatedTo(ChronoUnit.DAYS);
        Instant kept = today.minus(Retention.ROWS);
        Instant last = to.truncatedTo(ChronoUnit.DAYS);
        // The job keeps a window, and a task that ended, for twice the allowed lateness.
        Instant settled = reached.minus(lateness.multipliedBy(2)).minus(IN_FLIGHT);
        return new RowRange(
                (first.isBefore(kept) ? kept : first).toEpochMilli(),
                (last.equals(to) ? to : last.plus(1, ChronoUnit.DAYS)).toEpochMilli(),
                settled.toEpochMilli(),
                today.minus(Retention.CELL_MINUTES).toEpochMilli());
    }

    public Instant from() {
        return Instant.ofEpochMilli(fromMillis);
    }

    public Instant to() {
        return Instant.ofEpochMilli(toMillis);
    }

    public Instant settled() {
        return Instant.ofEpochMilli(settledMillis);
    }

    /** Returns true if the range has no row that may be replaced. */
    public boolean isEmpty() {
        return Math.min(toMillis, settledMillis) <= fromMillis;
    }

    boolean covers(WindowRow row) {
        return row.start() >= fromMillis
                && row.start() < toMillis
                && row.end() <= settledMillis
                && (!row.shortCell() || row.start() >= shortCellsMillis);
    }

    boolean covers(TaskRow row) {
        return row.endedAt() >= fromMillis
                && row.endedAt() < toMillis
                && row.endedAt() <= (row.isAbandoned() ? asleep() : settled()).toEpochMilli();
    }

    /** Returns the time up to which the abandoned tasks no longer continue. */
    private Instant asleep() {
        return settled().minus(TaskRow.MAY_CONTINUE);
    }

    /** Returns {@link #covers(WindowRow)} as a condition on the stored row {@code t}. */
    String ofWindows() {
        return ("t.window_start >= %s AND t.window_start < %s AND "
                        + "t.window_start + t.granularity * interval '1 second' <= %s")
                .formatted(literal(from()), literal(to()), literal(settled()));
    }

    String ofCells() {
        return ofWindows()
                + " AND (t.granularity >= %d OR t.window_start >= %s)"
                        .formatted(
                                WindowLength.HOUR, literal(Instant.ofEpochMilli(shortCellsMillis)));
    }

    String ofTasks() {
        return ("t.ended_at >= %s AND t.ended_at < %s AND t.ended_at <= %s "
                        + "AND (t.outcome <> 'abandoned' OR t.ended_at <= %s)")
                .formatted(literal(from()), literal(to()), literal(settled()), literal(asleep()));
    }

    private static String literal(Instant time) {
        return "timestamptz '" + time + "'";
    }
}
