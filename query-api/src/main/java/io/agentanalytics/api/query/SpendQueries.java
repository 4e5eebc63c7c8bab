package io.agentanalytics.api.query;

import io.agentanalytics.api.view.SpendViewBuilder;
import io.agentanalytics.api.view.SpendViews.SpendGroup;
import io.agentanalytics.api.view.SpendViews.SpendPoint;
import io.agentanalytics.api.view.SpendViews.SpendRange;
import io.agentanalytics.api.view.SpendViews.SpendSeries;
import io.agentanalytics.api.view.SpendViews.SpendView;
import io.agentanalytics.contract.WindowLength;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Spend by groups in a range and in an earlier one, with the causes of each change. */
public final class SpendQueries {
    private static final int MOVERS = 5;

    /** Length from which a series of selected groups has a step of a day. */
    private static final Duration IN_DAYS = Duration.ofDays(7);

    private final QueryContext context;
    private final QueryContext earlier;
    private final Grouping grouping;
    private final List<String> names;
    private final GroupSums now;
    private final GroupSums before;
    private final Selection selection;

    /** Creates the queries; {@code against} is the earlier range. */
    public SpendQueries(
            QueryContext context,
            TimeRange against,
            Grouping grouping,
            Dimensions counted,
            Listing listing) {
        this.context = context;
        this.earlier = context.over(against);
        this.grouping = grouping;
        this.names = Grouping.names(counted);
        this.now = new GroupSums(context, grouping, counted);
        this.before = new GroupSums(earlier, grouping, counted);
        this.selection = Selection.of(listing, grouping, now.source());
    }

    /** Answer with the place of its page. */
    public record Spent(SpendView view, Page<SpendGroup> page) {}

    /** Returns the page of groups, their total, and the groups that changed most. */
    public Spent page(Listing listing) {
        String problem = notCompared();
        SpendGroups groups =
                new SpendGroups(
                        grouping,
                        now.spend(selection),
                        problem == null ? before.spend(selection) : null);
        List<SpendGroup> all = groups.views();
        Page<SpendGroup> page = Columns.spend(grouping.by()).page(listing, all);
        TimeRange range = earlier.range();
        SpendView view =
                SpendViewBuilder.builder()
                        .by(grouping.by())
                        .names(names)
                        .countedSince(now.countedSince())
                        .before(problem == null ? new SpendRange(range.from(), range.to()) : null)
                        .notCompared(problem)
                        .totals(groups.total())
                        .movers(movers(all))
                        .series(series(problem == null))
                        .groups(page.rows())
                        .build();
        return new Spent(view, page);
    }

    private static List<SpendGroup> movers(List<SpendGroup> all) {
        return all.stream()
                .filter(g -> change(g).signum() != 0)
                .sorted(Comparator.comparing((SpendGroup g) -> change(g).abs()).reversed())
                .limit(MOVERS)
                .toList();
    }

    /** Returns the change of a group's cost; zero if it is unknown. */
    private static BigDecimal change(SpendGroup group) {
        return Objects.requireNonNullElse(group.changeUsd(), BigDecimal.ZERO);
    }

    /** Returns why there is no complete earlier range; null if there is one. */
    private @Nullable String notCompared() {
        Instant since = before.countedSince();
        if (since != null) {
            return "%s is counted since %s".formatted(String.join(", ", grouping.by()), since);
        }
        return context.notComparableWith(earlier, context.range().passed(context.now()).length());
    }

    private SpendSeries series(boolean compared) {
        long step = Math.max(context.range().stepSeconds(), earlier.range().stepSeconds());
        boolean isLong = context.range().length().compareTo(IN_DAYS) >= 0;
        long chosen = isLong && !selection.isAll() ? Math.max(step, WindowLength.DAY) : step;
        List<Sums> own = steps(context, now, chosen);
        List<Sums> old = compared ? steps(earlier, before, chosen) : List.of();
        List<Instant> times = context.range().withStep(chosen).steps();
        List<SpendPoint> points = new ArrayList<>();
        for (int i = 0; i < times.size(); i++) {
            points.add(
                    new SpendPoint(
                            times.get(i),
                            own.get(i).requestCost(),
                            i < old.size() ? old.get(i).requestCost() : null));
        }
        return new SpendSeries(chosen, points);
    }

    private List<Sums> steps(QueryContext over, GroupSums groups, long step) {
        TimeRange range = over.range().withStep(step);
        Map<Instant, Sums> found =
                selection.isAll()
                        ? new Windows(over.over(range), Sums.Book.SPEND).systemSeries()
                        : groups.series(over.over(range), selection);
        return range.steps().stream().map(t -> found.getOrDefault(t, new Sums())).toList();
    }
}
