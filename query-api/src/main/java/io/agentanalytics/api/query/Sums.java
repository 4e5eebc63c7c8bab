package io.agentanalytics.api.query;

import static io.agentanalytics.contract.Figure.*;

import io.agentanalytics.api.view.Views.CostBySource;
import io.agentanalytics.api.view.Views.Distribution;
import io.agentanalytics.api.view.Views.TokenCounts;
import io.agentanalytics.contract.ErrorClass;
import io.agentanalytics.contract.Figure;
import io.agentanalytics.contract.Histogram;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Sums over a set of windows, and the figures derived from them. Amounts are stored in
 * nano-dollars.
 */
public final class Sums {
    private final long[] figures = new long[Figure.COUNT];
    private final Histogram latency = new Histogram();
    private final Histogram duration = new Histogram();

    /** Histograms of windows. */
    private enum Sketch {
        LATENCY("request_latency", "latencies"),
        DURATION("task_duration", "durations");

        private final String column;
        private final String alias;

        Sketch(String column, String alias) {
            this.column = column;
            this.alias = alias;
        }

        /** Returns the expression that collects the histograms of several windows. */
        private String all() {
            return "array_agg(%1$s) FILTER (WHERE %1$s <> '') AS %2$s".formatted(column, alias);
        }
    }

    /** Figures that a query needs. */
    enum Book {
        ACTIVITY(f -> f == REQUESTS || f == TASKS),
        REQUEST(f -> !f.name().startsWith("TASK"), Sketch.LATENCY),
        TASK(f -> f.name().startsWith("TASK") || isCostOfRequests(f), Sketch.DURATION),
        TASK_COUNTS(f -> f.name().startsWith("TASK") || f == REQUESTS),
        TASK_COST(f -> f.name().startsWith("TASK_COST") || f == TASK_REQUESTS_UNPRICED),
        SPEND(Sums::isSpend),
        COUNTS(f -> true),
        HISTOGRAMS(f -> false, Sketch.LATENCY, Sketch.DURATION),
        BOTH(f -> true, Sketch.LATENCY, Sketch.DURATION);

        private final List<Figure> figures;
        private final List<Sketch> sketches;

        Book(Predicate<Figure> wanted, Sketch... sketches) {
            this.figures =
                    Stream.of(Figure.values()).filter(Figure::isStored).filter(wanted).toList();
            this.sketches = List.of(sketches);
        }

        /** Returns the required window columns. */
        String columns() {
            return columns(column -> column);
        }

        /** Returns the required columns of windows of agents and dimensions, which omit zeros. */
        String cellColumns() {
            return columns("coalesce(%1$s, 0) AS %1$s"::formatted);
        }

        private String columns(UnaryOperator<String> expression) {
            return Stream.concat(
                            figures.stream().map(Figure::column).map(expression),
                            sketches.stream().map(s -> s.column))
                    .collect(Collectors.joining(", "));
        }

        /** Returns the select list over those columns, as read by {@link Sums#of}. */
        String sums() {
            return Stream.concat(
                            figures.stream().map(Sums::sum), sketches.stream().map(Sketch::all))
                    .collect(Collectors.joining(", "));
        }
    }

    private static boolean isCostOfRequests(Figure f) {
        return f == REQUESTS || f == REQUESTS_UNPRICED || f.name().startsWith("REQUEST_COST");
    }

    private static boolean isSpend(Figure f) {
        return switch (f) {
            case REQUESTS, REQUESTS_UNPRICED, REQUESTS_WITH_TOKENS -> true;
            case TASKS, TASKS_SUCCEEDED, TASKS_FAILED, TASKS_ABANDONED, TOOL_CALLS -> true;
            case TASKS_WITHOUT_COST, TASK_REQUESTS_UNPRICED -> true;
            default -> f.isMoney() || f.name().matches("REQUEST_.*_TOKENS");
        };
    }

    private static String sum(Figure f) {
        String column = f.column();
        return f.isMoney()
                ? "(sum(%s) * 1000000000)::bigint AS %s".formatted(column, column)
                : "sum(%s)::bigint AS %s".formatted(column, column);
    }

    static Sums of(Book book, ResultSet row) throws SQLException {
        Sums sums = new Sums();
        for (Figure f : book.figures) {
            sums.figures[f.ordinal()] = row.getLong(f.column());
        }
        for (Sketch sketch : book.sketches) {
            merge(sums.histogram(sketch), row.getArray(sketch.alias));
        }
        return sums;
    }

    private Histogram histogram(Sketch sketch) {
        return switch (sketch) {
            case LATENCY -> latency;
            case DURATION -> duration;
        };
    }

    private static void merge(Histogram into, @Nullable Array stored) throws SQLException {
        if (stored != null) {
            for (byte[] bytes : (byte[][]) stored.getArray()) {
                into.merge(Histogram.ofBytes(bytes), 1);
            }
        }
    }

    Sums plus(Sums other) {
        for (int i = 0; i < figures.length; i++) {
            figures[i] += other.figures[i];
        }
        latency.merge(other.latency, 1);
        duration.merge(other.duration, 1);
        return this;
    }

    /** Applies the corrections from late verdicts and continued tasks. */
    Sums corrected(@Nullable Correction c) {
        if (c != null) {
            figures[TASKS_SUCCEEDED.ordinal()] += c.succeeded();
            figures[TASKS_FAILED.ordinal()] += c.failed();
            figures[TASKS_CANCELLED.ordinal()] += c.cancelled();
            figures[TASKS_ABANDONED.ordinal()] += c.abandoned();
        }
        return this;
    }

    /** Returns the number of tasks whose outcome was not reported. */
    long unreported() {
        return get(TASKS) - get(TASKS_SUCCEEDED) - get(TASKS_FAILED) - get(TASKS_CANCELLED);
    }

    public long get(Figure f) {
        return figures[f.ordinal()];
    }

    /** Returns the share of successes among succeeded and failed tasks. */
    @Nullable Double taskSuccessRate() {
        return ratio(get(TASKS_SUCCEEDED), get(TASKS_SUCCEEDED) + get(TASKS_FAILED));
    }

    @Nullable Double requestSuccessRate() {
        return ratio(get(REQUESTS) - get(REQUESTS_FAILED), get(REQUESTS));
    }

    static @Nullable Double ratio(long part, long whole) {
        return whole == 0 ? null : (double) part / whole;
    }

    @Nullable BigDecimal taskCost() {
        return cost(TASK_COST_REPORTED, TASK_COST_PRICED, TASK_REQUESTS_UNPRICED);
    }

    /** Returns null also while calls were made and no task has ended: their cost counts later. */
    @Nullable BigDecimal costOfEndedTasks() {
        return get(TASKS) == 0 && get(REQUESTS) > 0 ? null : taskCost();
    }

    @Nullable BigDecimal requestCost() {
        return cost(REQUEST_COST_REPORTED, REQUEST_COST_PRICED, REQUESTS_UNPRICED);
    }

    /** Returns null if nothing has a price: an unknown cost is not a cost of zero. */
    private @Nullable BigDecimal cost(Figure reported, Figure priced, Figure unpriced) {
        long nanos = get(reported) + get(priced);
        return nanos == 0 && get(unpriced) > 0 ? null : usd(nanos);
    }

    /**
     * Returns the mean of the known costs: a lower bound while the cost of some requests is
     * unknown.
     */
    @Nullable BigDecimal costPerTask() {
        return per(taskCost(), get(TASKS) - get(TASKS_WITHOUT_COST));
    }

    @Nullable BigDecimal costPerRequest() {
        return per(requestCost(), get(REQUESTS) - get(REQUESTS_UNPRICED));
    }

    /**
     * Returns the mean cost divided by the success rate. Requests of unknown cost are assumed to
     * cost the mean.
     */
    @Nullable BigDecimal costPerSuccess() {
        long priced = get(REQUESTS) - get(REQUESTS_UNPRICED);
        return per(
                scaled(requestCost(), get(REQUESTS), priced), get(REQUESTS) - get(REQUESTS_FAILED));
    }

    /**
     * Returns the cost of the tasks by the number of succeeded ones. Tasks of unknown cost are
     * assumed to cost the mean, like those whose outcome was not reported; the latter are left out.
     */
    @Nullable BigDecimal costPerSucceededTask() {
        long known = get(TASKS) - get(TASKS_WITHOUT_COST);
        return per(scaled(taskCost(), get(TASKS) - unreported(), known), get(TASKS_SUCCEEDED));
    }

    private static @Nullable BigDecimal scaled(@Nullable BigDecimal cost, long by, long of) {
        return cost == null || of == 0
                ? null
                : cost.multiply(BigDecimal.valueOf(by))
                        .divide(BigDecimal.valueOf(of), 18, RoundingMode.HALF_EVEN);
    }

    /** Returns the number of corrected requests by kind of correction, without zero counts. */
    Map<String, Long> requestNotes() {
        return notes(REQUESTS_CACHED_ADDED, REQUESTS_REASONING_ADDED);
    }

    /** Returns the number of corrected tasks by kind of correction, without zero counts. */
    Map<String, Long> taskNotes() {
        return notes(TASKS_CACHED_ADDED, TASKS_REASONING_ADDED);
    }

    private Map<String, Long> notes(Figure cached, Figure reasoning) {
        Map<String, Long> notes = new TreeMap<>();
        notes.put("cached_tokens_added", get(cached));
        notes.put("reasoning_tokens_added", get(reasoning));
        notes.put("zeros_replaced", get(TASKS_ZEROS_REPLACED));
        notes.values().removeIf(n -> n == 0);
        return notes;
    }

    CostBySource taskCostBySource() {
        return new CostBySource(usd(get(TASK_COST_REPORTED)), usd(get(TASK_COST_PRICED)));
    }

    CostBySource requestCostBySource() {
        return new CostBySource(usd(get(REQUEST_COST_REPORTED)), usd(get(REQUEST_COST_PRICED)));
    }

    /** Rounds an amount in dollars to the nano-dollar. */
    static BigDecimal dollars(BigDecimal value) {
        return value.setScale(9, RoundingMode.HALF_EVEN).stripTrailingZeros();
    }

    static BigDecimal usd(long nanos) {
        return nanos == 0 ? BigDecimal.ZERO : BigDecimal.valueOf(nanos, 9).stripTrailingZeros();
    }

    static @Nullable BigDecimal per(@Nullable BigDecimal cost, long n) {
        return cost == null || n == 0
                ? null
                : cost.divide(BigDecimal.valueOf(n), 9, RoundingMode.HALF_EVEN)
                        .stripTrailingZeros();
    }

    @Nullable TokenCounts taskTokens() {
        return get(TASKS_WITH_TOKENS) == 0
                ? null
                : TokenCounts.of(kind -> get(Figure.taskTokens(kind)));
    }

    @Nullable TokenCounts requestTokens() {
        return get(REQUESTS_WITH_TOKENS) == 0
                ? null
                : TokenCounts.of(kind -> get(Figure.requestTokens(kind)));
    }

    Distribution taskDuration() {
        return distribution(duration, get(TASK_DURATION_MS), get(TASKS_TIMED));
    }

    Distribution requestLatency() {
        return distribution(latency, get(REQUEST_DURATION_MS), get(REQUESTS_TIMED));
    }

    private static Distribution distribution(Histogram h, long sum, long n) {
        return new Distribution(
                ratio(sum, n), quantile(h, 0.5), quantile(h, 0.95), quantile(h, 0.99));
    }

    private static @Nullable Double quantile(Histogram h, double q) {
        double value = h.quantile(q);
        return Double.isNaN(value) ? null : Math.round(value * 1000) / 1000.0;
    }

    /** Returns the number of failed requests by error class, without zero counts. */
    Map<String, Long> errors() {
        Map<String, Long> errors = new TreeMap<>();
        for (ErrorClass c : ErrorClass.values()) {
            long n = get(Figure.errors(c));
            if (n != 0) {
                errors.put(c.wireName(), n);
            }
        }
        return errors;
    }

    /** Changes in the outcome counts due to late verdicts and continued tasks. */
    record Correction(long succeeded, long failed, long cancelled, long abandoned) {
        static Correction sum(Collection<Correction> all) {
            return all.stream().reduce(new Correction(0, 0, 0, 0), Correction::plus);
        }

        private Correction plus(Correction other) {
            return new Correction(
                    succeeded + other.succeeded,
                    failed + other.failed,
                    cancelled + other.cancelled,
                    abandoned + other.abandoned);
        }
    }
}
