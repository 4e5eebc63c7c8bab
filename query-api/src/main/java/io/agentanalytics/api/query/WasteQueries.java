package io.agentanalytics.api.query;

import io.agentanalytics.api.query.Answers.WasteAnswer;
import io.agentanalytics.api.view.WasteFindingViewBuilder;
import io.agentanalytics.api.view.WasteViewBuilder;
import io.agentanalytics.api.view.WasteViews.WasteExampleView;
import io.agentanalytics.api.view.WasteViews.WasteFindingView;
import io.agentanalytics.api.view.WasteViews.WastePatternView;
import io.agentanalytics.api.view.WasteViews.WasteView;
import io.agentanalytics.contract.WastePattern;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Waste by pattern, agent type and repository, and in one task. */
public final class WasteQueries {
    private static final Duration MONTH = Duration.ofDays(30);
    private static final int NANOS_SCALE = 9;

    /** A finding of an earlier version of its task does not hold. */
    private static final String HOLDS =
            """
            CROSS JOIN LATERAL (
                    SELECT FROM store.task_execution_timeline t
                    WHERE t.ended_at = w.ended_at AND t.task_id = w.task_id AND t.seen = w.seen
                        AND NOT t.retracted
                    LIMIT 1) AS holds\
            """;

    /**
     * The findings are in the order in which their tasks are stored, so that each page of the tasks
     * is read once.
     */
    private static final String BY_GROUP =
            """
            WITH found AS (
                SELECT w.pattern, w.agent_type, w.repo, w.task_id, count(*) AS findings,
                    sum(w.calls) AS calls, sum(w.cost) AS cost, sum(w.calls_unpriced) AS unpriced,
                    (array_agg(w.tool ORDER BY w.cost DESC, w.place))[1] AS tool,
                    (array_agg(w.times ORDER BY w.cost DESC, w.place))[1] AS times
                FROM (SELECT * FROM store.waste_findings
                    WHERE ended_at >= :from AND ended_at < :to ORDER BY ended_at) w
                %s
                GROUP BY w.pattern, w.agent_type, w.repo, w.task_id),
            ranked AS (
                SELECT *, row_number() OVER (PARTITION BY pattern, agent_type, repo
                    ORDER BY cost DESC, task_id) AS rank
                FROM found)
            SELECT pattern, agent_type, repo, sum(findings) AS findings, count(*) AS tasks,
                sum(calls) AS calls, sum(cost) AS cost, sum(unpriced) AS unpriced,
                array_agg(task_id ORDER BY rank) FILTER (WHERE rank <= 3) AS task_ids,
                array_agg(tool ORDER BY rank) FILTER (WHERE rank <= 3) AS tools,
                array_agg(times ORDER BY rank) FILTER (WHERE rank <= 3) AS times,
                array_agg(cost ORDER BY rank) FILTER (WHERE rank <= 3) AS costs,
                array_agg(unpriced ORDER BY rank) FILTER (WHERE rank <= 3) AS unpriced_calls
            FROM ranked GROUP BY pattern, agent_type, repo
            """
                    .formatted(HOLDS);

    private static final List<WastePatternView> PATTERNS =
            Arrays.stream(WastePattern.values())
                    .map(p -> new WastePatternView(p.wireName(), p.title(), p.advice()))
                    .toList();

    /** Scaling less than a day to a month would exaggerate what happened by chance. */
    private static final Duration LEAST = Duration.ofDays(1);

    private final Handle handle;

    public WasteQueries(Handle handle) {
        this.handle = handle;
    }

    /** Returns a page of the waste in the range of the question. */
    public Page<WasteView> page(QueryContext context, Listing listing) {
        String wanted = listing.filter().toLowerCase(Locale.ROOT);
        List<WasteView> all = rows(context);
        BigDecimal total = total(all);
        List<WasteView> views = new ArrayList<>();
        for (WasteView view : all) {
            if (Columns.wasteId(view).toLowerCase(Locale.ROOT).contains(wanted)) {
                views.add(withShare(view, total));
            }
        }
        return Columns.WASTE.page(listing, views);
    }

    /** Returns the answer to a question, with the cost of all waste in its range. */
    public WasteAnswer answer(QueryContext context, Page<WasteView> page, Answers.Paging paging) {
        return new WasteAnswer(context.head(), MONTH.toDays(), PATTERNS, page.rows(), paging);
    }

    private static BigDecimal total(List<WasteView> views) {
        return views.stream().map(WasteView::costUsd).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static WasteView withShare(WasteView view, BigDecimal total) {
        Double share =
                total.signum() == 0 ? null : view.costUsd().doubleValue() / total.doubleValue();
        return WasteViewBuilder.builder(view).share(share).build();
    }

    private List<WasteView> rows(QueryContext context) {
        TimeRange range = context.range();
        Duration recorded = context.recorded();
        Duration least = range.length().compareTo(LEAST) < 0 ? range.length() : LEAST;
        Duration counted = recorded.compareTo(least) < 0 ? least : recorded;
        return handle.createQuery(BY_GROUP)
                .bind("from", Windows.time(range.from()))
                .bind("to", Windows.time(range.to()))
                .map((row, statement) -> view(row, counted))
                .list();
    }

    private static WasteView view(ResultSet row, Duration range) throws SQLException {
        BigDecimal cost = row.getBigDecimal("cost").stripTrailingZeros();
        return WasteViewBuilder.builder()
                .pattern(row.getString("pattern"))
                .agentType(row.getString("agent_type"))
                .repo(row.getString("repo"))
                .findings(row.getLong("findings"))
                .tasks(row.getLong("tasks"))
                .calls(row.getLong("calls"))
                .costUsd(cost)
                .unpricedCalls(row.getLong("unpriced"))
                .costPerMonthUsd(perMonth(cost, range))
                .examples(examples(row))
                .build();
    }

    private static BigDecimal perMonth(BigDecimal cost, Duration range) {
        return cost.multiply(BigDecimal.valueOf(MONTH.toMillis()))
                .divide(BigDecimal.valueOf(range.toMillis()), NANOS_SCALE, RoundingMode.HALF_EVEN)
                .stripTrailingZeros();
    }

    private static List<WasteExampleView> examples(ResultSet row) throws SQLException {
        Object[] tasks = array(row, "task_ids");
        @Nullable Object[] tools = array(row, "tools");
        Object[] times = array(row, "times");
        Object[] costs = array(row, "costs");
        Object[] unpriced = array(row, "unpriced_calls");
        List<WasteExampleView> examples = new ArrayList<>();
        for (int i = 0; i < tasks.length; i++) {
            examples.add(
                    new WasteExampleView(
                            (String) tasks[i],
                            (String) tools[i],
                            ((Number) times[i]).longValue(),
                            ((BigDecimal) costs[i]).stripTrailingZeros(),
                            ((Number) unpriced[i]).longValue()));
        }
        return examples;
    }

    private static Object[] array(ResultSet row, String column) throws SQLException {
        return (Object[]) row.getArray(column).getArray();
    }

    /** Returns the findings in a task, in the order in which they began. */
    List<WasteFindingView> ofTask(String taskId, Instant endedAt) {
        return handle.createQuery(
                        "SELECT w.* FROM store.waste_findings w\n"
                                + HOLDS
                                + "\nWHERE w.ended_at = :ended AND w.task_id = :task\n"
                                + "ORDER BY w.started_at, w.pattern, w.place LIMIT 1000")
                .bind("ended", Windows.time(endedAt))
                .bind("task", taskId)
                .map((row, context) -> finding(row))
                .list();
    }

    private static WasteFindingView finding(ResultSet row) throws SQLException {
        WastePattern pattern =
                WastePattern.valueOf(row.getString("pattern").toUpperCase(Locale.ROOT));
        return WasteFindingViewBuilder.builder()
                .pattern(pattern.wireName())
                .title(pattern.title())
                .advice(pattern.advice())
                .place(row.getLong("place"))
                .tool(row.getString("tool"))
                .times(row.getLong("times"))
                .calls(row.getLong("calls"))
                .costUsd(row.getBigDecimal("cost").stripTrailingZeros())
                .unpricedCalls(row.getLong("calls_unpriced"))
                .startedAt(Rows.time(row, "started_at"))
                .finishedAt(Rows.time(row, "finished_at"))
                .build();
    }
}
