package io.agentanalytics.job.budgets;

import io.agentanalytics.contract.alerts.BudgetPeriod;
import io.agentanalytics.contract.budgets.Budget;
import io.agentanalytics.contract.budgets.BudgetCodec;
import io.agentanalytics.contract.budgets.BudgetState;
import io.agentanalytics.contract.budgets.BudgetStatus;
import io.agentanalytics.contract.budgets.BudgetStatusBuilder;
import io.agentanalytics.job.budgets.SpendForecast.Cells;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Account of a budget: its definition and the sums of its period. Stored in Flink state. */
public class BudgetAccount {
    /**
     * Length of a cell. Time zone offsets are multiples of a quarter of an hour, so every period
     * has whole cells.
     */
    public static final long CELL_MILLIS = 15 * 60_000;

    private static final long HALVED_MILLIS = 600_000;

    /** Interval at which an unchanged status is published again. */
    static final long HEARTBEAT_MILLIS = 30_000;

    /** Time for which a status may stop work without a newer one. */
    static final long VALID_MILLIS = 90_000;

    /**
     * Standard deviations between the expected cost of tasks in flight and its upper bound, by
     * which the state is decided.
     */
    private static final double MARGIN = 2;

    public @Nullable Budget budget;

    /** Time (epoch ms) from which the budget counts. */
    public long sinceMillis;

    public long periodStart;
    public long periodEnd;

    /** Spend of the period in nano-dollars. */
    public long spent;

    /** Number of calls of unknown cost in the period. */
    public long unpriced;

    /** Time (epoch ms) since when these are counted; 0 in state from before they were. */
    public long unpricedSinceMillis;

    public long reserved;
    public long variance;
    public long tasks;
    public long unestimated;
    public long settled;
    public long settledNanos;
    public long settledSquares;

    /** Version of the newest status; the caller raises it before each. */
    public long version;

    /**
     * Machine time (epoch ms) of the last status; {@code changed} is true if that status is out of
     * date.
     */
    public long publishedMillis;

    public boolean changed;

    /**
     * True while the state is hard; {@code closedTasks} is the greatest number of tasks in flight
     * meanwhile.
     */
    public boolean closed;

    public long closedTasks;

    /** Time since which a closed budget has no task in flight; 0 while it has some. */
    public long idleSince;

    public @Nullable BudgetForecast forecast;

    /**
     * Forecast of further spend, and the cell in which it was computed.
     *
     * @param known false as long as history is missing
     */
    public record BudgetForecast(long cell, boolean known, long nanos, long low, long high) {}

    /** Required by Flink's POJO serializer. */
    public BudgetAccount() {}

    /** Sets the definition. A budget of other labels starts to count from zero. */
    public boolean define(Budget next, long atMillis) {
        Budget known = budget;
        boolean isOther = known == null || !known.match().equals(next.match());
        budget = next;
        changed = true;
        if (isOther) {
            sinceMillis = atMillis;
            unpricedSinceMillis = atMillis;
        }
        closed = false;
        periodEnd = 0; // the next look starts a period
        return isOther;
    }

    /** Adds a change, whose spend was added to the cells. */
    public void add(BudgetChange change) {
        long start = change.cell() * CELL_MILLIS;
        if (periodStart <= start && start < periodEnd) {
            spent += change.spentNanos();
            unpriced += change.unpriced();
        }
        reserved += change.reservedNanos();
        variance += change.variance();
        tasks += change.tasks();
        unestimated += change.unestimated();
        settled += change.settled();
        settledNanos += change.settledNanos();
        settledSquares += change.settledSquares();
        changed = true;
    }

    /** Returns true if nothing is left of a deleted budget. */
    boolean isOver() {
        return budget == null && tasks == 0;
    }

    /** Starts a new period, if the last one is over. */
    public void advance(Budget of, long now, Cells cells, Cells unpricedCells) throws Exception {
        if (unpricedSinceMillis == 0) {
            unpricedSinceMillis = now;
        }
        if (periodStart <= now && now < periodEnd) {
            return;
        }
        BudgetPeriod.Span span = of.calendar().at(now);
        periodStart = span.start();
        periodEnd = span.end();
        spent = cells.sum(cell(periodStart), cell(periodEnd));
        unpriced = unpricedCells.sum(cell(periodStart), cell(periodEnd));
        forecast = null;
        closed = false;
        changed = true;
    }

    public static long cell(long millis) {
        return Math.floorDiv(millis, CELL_MILLIS);
    }

    /** Returns the status of the current period. */
    public BudgetStatus status(Budget of, long now, Cells cells, @Nullable String problem)
            throws Exception {
        BudgetForecast expected = forecast(now, cells);
        Estimate more = committed();
        long high = more.nanos() + Math.round(MARGIN * Estimate.UNIT * Math.sqrt(more.variance()));
        close(of.hardNanos() - spent - high, now);
        var status =
                of(of, now, periodStart, periodEnd, spent, high)
                        .unpricedRequests(unpricedIn(periodStart, unpriced))
                        .state(closed ? BudgetState.HARD : state(of, spent + high))
                        .reservedUsd(usd(more.nanos()))
                        .reservedHighUsd(usd(high))
                        .tasksInFlight(tasks)
                        .tasksUnestimated(settled == 0 ? unestimated : 0)
                        .problem(problem);
        if (expected.known()) {
            // The forecast begins with the current cell, whose spend so far is part of it.
            long before = spent - cells.sum(cell(now), cell(now) + 1);
            long likely = Math.max(spent + more.nanos(), before + expected.nanos());
            status.forecastUsd(usd(likely))
                    .forecastLowUsd(usd(Math.max(spent, before + expected.low())))
                    .forecastHighUsd(usd(Math.max(spent + high, before + expected.high())));
        }
        return status.build();
    }

    /**
     * Closes the budget at the hard limit. It opens again only if there is room for all tasks that
     * may wait for it: they start together, before any of them is counted. While no task is in
     * flight, their expected number halves every ten minutes, so that a budget with money left does
     * not stay closed until its period ends.
     */
    private void close(long room, long now) {
        if (!closed || tasks > 0) {
            idleSince = 0;
        } else if (idleSince == 0) {
            idleSince = now;
        }
        if (room <= 0) {
            closedTasks = Math.max(closed ? closedTasks : 0, tasks);
            closed = true;
        } else if (closed) {
            closedTasks = Math.max(closedTasks, tasks);
            long idle = idleSince == 0 ? 0 : now - idleSince;
            long waiting = closedTasks >> Math.min(Long.SIZE - 1, idle / HALVED_MILLIS);
            closed = settled > 0 && room < waiting * (double) settledNanos / settled;
        }
    }

    /**
     * Returns the number of calls of unknown cost in a period; null if nothing is known of its
     * beginning, which an earlier version of the job counted.
     */
    private @Nullable Long unpricedIn(long start, long counted) {
        boolean isWhole = unpricedSinceMillis <= Math.max(start, sinceMillis);
        return isWhole || counted > 0 ? counted : null;
    }

    /** Returns the status of a period that is over. */
    BudgetStatus past(
            Budget of, BudgetPeriod.Span period, long now, long spentThen, long unpricedThen) {
        return of(of, now, period.start(), period.end(), spentThen, 0)
                .unpricedRequests(unpricedIn(period.start(), unpricedThen))
                .reservedUsd(usd(0))
                .reservedHighUsd(usd(0))
                .build();
    }

    private BudgetStatusBuilder of(
            Budget of, long now, long start, long end, long spentThen, long high) {
        return BudgetStatusBuilder.builder()
                .budgetId(of.budgetId())
                .version(version)
                .producedAt(Instant.ofEpochMilli(now))
                .validUntil(Instant.ofEpochMilli(now + VALID_MILLIS))
                .match(of.match())
                .period(of.period())
                .timeZone(of.timeZone())
                .periodStart(Instant.ofEpochMilli(start))
                .periodEnd(Instant.ofEpochMilli(end))
                .countedSince(sinceMillis > start ? Instant.ofEpochMilli(sinceMillis) : null)
                .softUsd(usd(of.softNanos()))
                .hardUsd(usd(of.hardNanos()))
                .enforce(of.enforce())
                .state(state(of, spentThen + high))
                .spentUsd(usd(spentThen));
    }

    private static BudgetState state(Budget of, long nanos) {
        if (nanos >= of.hardNanos()) {
            return BudgetState.HARD;
        }
        return nanos >= of.softNanos() ? BudgetState.SOFT : BudgetState.OK;
    }

    /**
     * Returns what tasks in flight will cost. Tasks of agents about which nothing is known yet cost
     * as much as tasks under this budget cost on average.
     */
    private Estimate committed() {
        if (settled == 0 || unestimated == 0) {
            return new Estimate(Math.max(0, reserved), Math.max(0, variance));
        }
        double mean = (double) settledNanos / settled;
        double units = mean / Estimate.UNIT;
        double each = Math.max(0, (double) settledSquares / settled - units * units);
        return new Estimate(
                reserved + Math.round(unestimated * mean),
                variance + Math.round(unestimated * each));
    }

    private BudgetForecast forecast(long now, Cells cells) throws Exception {
        BudgetForecast known = forecast;
        if (known != null && known.cell() == cell(now)) {
            return known;
        }
        long first = cell(sinceMillis - 1) + 1;
        SpendForecast next = SpendForecast.of(cells, first, cell(now), cell(periodEnd));
        BudgetForecast made =
                next == null
                        ? new BudgetForecast(cell(now), false, 0, 0, 0)
                        : new BudgetForecast(
                                cell(now), true, next.nanos(), next.lowNanos(), next.highNanos());
        forecast = made;
        return made;
    }

    private static BigDecimal usd(long nanos) {
        return BudgetCodec.usd(nanos);
    }
}
