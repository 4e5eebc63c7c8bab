package io.agentanalytics.api.query;

import io.agentanalytics.api.view.SpendViews.SpendGroup;
import io.agentanalytics.api.view.Views.AgentView;
import io.agentanalytics.api.view.Views.Distribution;
import io.agentanalytics.api.view.Views.GroupView;
import io.agentanalytics.api.view.Views.ProviderView;
import io.agentanalytics.api.view.Views.TokenCounts;
import io.agentanalytics.api.view.WasteViews.WasteView;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Sortable and filterable columns of a list in memory. Unknown values sort last in either order and
 * match no condition.
 */
public final class Columns<T> {
    public static final Columns<AgentView> AGENTS =
            new Columns<AgentView>("cost_usd", AgentView::agentId)
                    .text("agent_id", AgentView::agentId)
                    .text("agent_type", AgentView::agentType)
                    .number("tasks", AgentView::tasks)
                    .number("succeeded", AgentView::succeeded)
                    .number("failed", AgentView::failed)
                    .number("cancelled", AgentView::cancelled)
                    .number("unreported", AgentView::unreported)
                    .number("abandoned", AgentView::abandoned)
                    .number("success_rate", AgentView::successRate)
                    .number("cost_usd", AgentView::costUsd)
                    .number("cost_per_task_usd", AgentView::costPerTaskUsd)
                    .number("unpriced_requests", AgentView::unpricedRequests)
                    .number("tokens", a -> total(a.tokens()))
                    .durations(AgentView::durationMs)
                    .number("files_created", AgentView::filesCreated)
                    .number("files_modified", AgentView::filesModified)
                    .number("running", AgentView::running)
                    .text("mostly_on", AgentView::mostlyOn)
                    .time("last_seen", AgentView::lastSeen);

    public static final Columns<ProviderView> PROVIDERS =
            new Columns<ProviderView>("requests", ProviderView::provider)
                    .text("provider", ProviderView::provider)
                    .number("requests", ProviderView::requests)
                    .number("failed", ProviderView::failed)
                    .number("success_rate", ProviderView::successRate)
                    .number("error_rate", ProviderView::errorRate)
                    .number("share", ProviderView::share)
                    .number("cost_usd", ProviderView::costUsd)
                    .number("cost_per_request_usd", ProviderView::costPerRequestUsd)
                    .number("cost_per_success_usd", ProviderView::costPerSuccessUsd)
                    .number("unpriced_requests", ProviderView::unpricedRequests)
                    .number("tokens", p -> total(p.tokens()))
                    .durations(ProviderView::latencyMs);

    public static final Columns<WasteView> WASTE =
            new Columns<WasteView>("cost_usd", Columns::wasteId)
                    .column("pattern", ColumnKind.WASTE_PATTERN, WasteView::pattern)
                    .text("agent_type", WasteView::agentType)
                    .text("repo", WasteView::repo)
                    .number("findings", WasteView::findings)
                    .number("tasks", WasteView::tasks)
                    .number("calls", WasteView::calls)
                    .number("cost_usd", WasteView::costUsd)
                    .number("unpriced_calls", WasteView::unpricedCalls);

    /** Default sort column of groups. */
    private static final String COST = "cost_usd";

    private final Map<String, SortColumn<T>> columns = new LinkedHashMap<>();
    private final String defaultSort;
    private final Function<T, String> id;

    private record SortColumn<T>(ColumnKind kind, Function<T, @Nullable Object> value) {}

    private Columns(String defaultSort, Function<T, String> id) {
        this.defaultSort = defaultSort;
        this.id = id;
    }

    static String wasteId(WasteView w) {
        return "%s, %s, %s".formatted(w.pattern(), w.agentType(), GroupQueries.text(w.repo()));
    }

    /** Returns the columns of groups, with one for each name of the grouping. */
    public static Columns<GroupView> groups(List<String> by) {
        Columns<GroupView> columns = new Columns<>(COST, g -> group(g.group(), by));
        by.forEach(name -> columns.text(name, g -> GroupQueries.text(g.group().get(name))));
        return columns.text("group", g -> group(g.group(), by))
                .number("requests", GroupView::requests)
                .number("requests_failed", GroupView::requestsFailed)
                .number(COST, GroupView::costUsd)
                .number("unpriced_requests", GroupView::unpricedRequests)
                .number("cost_per_request_usd", GroupView::costPerRequestUsd)
                .number("tokens", g -> total(g.tokens()))
                .distribution("latency_", GroupView::latencyMs)
                .number("tasks", GroupView::tasks)
                .number("succeeded", GroupView::succeeded)
                .number("failed", GroupView::failed)
                .number("cancelled", GroupView::cancelled)
                .number("unreported", GroupView::unreported)
                .number("abandoned", GroupView::abandoned)
                .number("success_rate", GroupView::successRate)
                .number("task_cost_usd", GroupView::taskCostUsd)
                .number("cost_per_task_usd", GroupView::costPerTaskUsd)
                .number("cost_per_success_usd", GroupView::costPerSuccessUsd)
                .durations(GroupView::durationMs)
                .number("tool_calls", GroupView::toolCalls)
                .number("tool_calls_failed", GroupView::toolCallsFailed);
    }

    /** Returns the columns of spend, with one for each name of the grouping. */
    public static Columns<SpendGroup> spend(List<String> by) {
        Columns<SpendGroup> columns = new Columns<>(COST, g -> group(g.group(), by));
        by.forEach(name -> columns.text(name, g -> GroupQueries.text(g.group().get(name))));
        return columns.text("group", g -> group(g.group(), by))
                .number(COST, g -> g.figures().costUsd())
                .number("before_usd", g -> g.before() == null ? null : g.before().costUsd())
                .number("change_usd", SpendGroup::changeUsd)
                .number("change", SpendGroup::change)
                .number("unpriced_requests", g -> g.figures().unpricedRequests())
                .number("requests", g -> g.figures().requests())
                .number("tasks", g -> g.figures().tasks())
                .number("tokens", g -> total(g.figures().tokens()))
                .number("cached_share", g -> g.figures().cachedShare())
                .number("success_rate", g -> g.figures().successRate())
                .number("cost_per_task_usd", g -> g.figures().costPerTaskUsd())
                .number("cost_per_success_usd", g -> g.figures().costPerSuccessUsd());
    }

    private static String group(Map<String, @Nullable String> group, List<String> by) {
        return by.stream()
                .map(name -> GroupQueries.text(group.get(name)))
                .collect(Collectors.joining(", "));
    }

    /** Returns true if the values of a column are read from histograms. */
    boolean isPercentile(String column) {
        return column.matches("(latency_)?p\\d+_ms");
    }

    private static @Nullable Long total(@Nullable TokenCounts tokens) {
        return tokens == null ? null : tokens.total();
    }

    private Columns<T> text(String name, Function<T, @Nullable String> value) {
        return column(name, ColumnKind.TEXT, value);
    }

    private Columns<T> column(String name, ColumnKind kind, Function<T, @Nullable String> value) {
        columns.put(name, new SortColumn<>(kind, value::apply));
        return this;
    }

    private Columns<T> number(String name, Function<T, ? extends @Nullable Number> value) {
        columns.put(
                name,
                new SortColumn<>(
                        ColumnKind.NUMBER,
                        row -> {
                            Number n = value.apply(row);
                            return n == null ? null : new BigDecimal(n.toString());
                        }));
        return this;
    }

    private Columns<T> time(String name, Function<T, @Nullable Instant> value) {
        columns.put(name, new SortColumn<>(ColumnKind.TIME, value::apply));
        return this;
    }

    private Columns<T> durations(Function<T, Distribution> value) {
        return distribution("", value);
    }

    private Columns<T> distribution(String prefix, Function<T, Distribution> value) {
        return number(prefix + "mean_ms", row -> value.apply(row).mean())
                .number(prefix + "p50_ms", row -> value.apply(row).p50())
                .number(prefix + "p95_ms", row -> value.apply(row).p95())
                .number(prefix + "p99_ms", row -> value.apply(row).p99());
    }

    /** Returns the column names and types for {@link Listing}. */
    public Map<String, ColumnKind> kinds() {
        Map<String, ColumnKind> kinds = new LinkedHashMap<>();
        columns.forEach((name, column) -> kinds.put(name, column.kind()));
        return kinds;
    }

    public String defaultSort() {
        return defaultSort;
    }

    /** Filters and sorts rows according to a listing. Ties are broken by ID. */
    private List<T> apply(Listing listing, List<T> rows) {
        Predicate<T> wanted =
                row ->
                        listing.where().stream()
                                .allMatch(c -> c.holds(column(c.column()).value().apply(row)));
        return rows.stream().filter(wanted).sorted(order(listing)).toList();
    }

    private Comparator<T> order(Listing listing) {
        Function<T, @Nullable Object> value = column(listing.sort()).value();
        return Comparator.comparing(
                        (T row) -> comparable(value.apply(row)),
                        Comparator.nullsLast(directed(listing)))
                .thenComparing(id);
    }

    @SuppressWarnings("rawtypes")
    private static @Nullable Comparable comparable(@Nullable Object value) {
        return (Comparable) value;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Comparator<Comparable> directed(Listing listing) {
        Comparator<Comparable> natural = (a, b) -> a.compareTo(b);
        return listing.descending() ? natural.reversed() : natural;
    }

    private SortColumn<T> column(String name) {
        return Objects.requireNonNull(columns.get(name));
    }

    /** Filters and sorts rows according to a listing, and returns its page. */
    Page<T> page(Listing listing, List<T> all) {
        List<T> sorted = apply(listing, all);
        PageKey after = listing.after() == null ? null : PageKey.parse(listing.after());
        int start = after == null ? 0 : placesUpTo(after, listing, sorted);
        int end = Math.min(sorted.size(), start + listing.limit());
        List<T> rows = sorted.subList(start, end);
        long before = after == null ? 0 : after.seen();
        String next = null;
        if (end < sorted.size()) {
            T last = rows.get(rows.size() - 1);
            Object value = column(listing.sort()).value().apply(last);
            String text = value == null ? null : value.toString();
            next = new PageKey(before ^ mark(rows), text, id.apply(last)).text();
        }
        boolean moved = mark(sorted.subList(0, start)) != before;
        return new Page<>(rows, sorted.size(), next, moved);
    }

    private int placesUpTo(PageKey after, Listing listing, List<T> sorted) {
        SortColumn<T> column = column(listing.sort());
        Comparable<?> key = after.value(column.kind());
        Comparator<Comparable> values = Comparator.nullsLast(directed(listing));
        int places = 0;
        for (T row : sorted) {
            int order = values.compare(comparable(column.value().apply(row)), key);
            if (order > 0 || (order == 0 && id.apply(row).compareTo(after.id()) > 0)) {
                break;
            }
            places++;
        }
        return places;
    }

    /** Returns a checksum that does not depend on the order of the rows. */
    private long mark(List<T> rows) {
        long mark = 0;
        for (T row : rows) {
            mark ^= (id.apply(row).hashCode() + 1L) * 0x9E3779B97F4A7C15L;
        }
        return mark;
    }
}
