package io.agentanalytics.api.query;

import io.agentanalytics.api.view.Views.AgentView;
import io.agentanalytics.api.view.Views.Distribution;
import io.agentanalytics.api.view.Views.ProviderView;
import io.agentanalytics.api.view.Views.Tokens;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a list that is held in memory, by which it can be sorted and filtered. What is
 * unknown comes last whatever the order, and meets no condition.
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

    private final Map<String, Column<T>> columns = new LinkedHashMap<>();
    private final String defaultSort;
    private final Function<T, String> id;

    private record Column<T>(ColumnKind kind, Function<T, @Nullable Object> value) {}

    private Columns(String defaultSort, Function<T, String> id) {
        this.defaultSort = defaultSort;
        this.id = id;
    }

    private static @Nullable Long total(@Nullable Tokens tokens) {
        return tokens == null ? null : tokens.total();
    }

    private Columns<T> text(String name, Function<T, @Nullable String> value) {
        columns.put(name, new Column<>(ColumnKind.TEXT, value::apply));
        return this;
    }

    private Columns<T> number(String name, Function<T, ? extends @Nullable Number> value) {
        columns.put(
                name,
                new Column<>(
                        ColumnKind.NUMBER,
                        row -> {
                            Number n = value.apply(row);
                            return n == null ? null : new BigDecimal(n.toString());
                        }));
        return this;
    }

    private Columns<T> time(String name, Function<T, @Nullable Instant> value) {
        columns.put(name, new Column<>(ColumnKind.TIME, value::apply));
        return this;
    }

    private Columns<T> durations(Function<T, Distribution> value) {
        return number("mean_ms", row -> value.apply(row).mean())
                .number("p50_ms", row -> value.apply(row).p50())
                .number("p95_ms", row -> value.apply(row).p95())
                .number("p99_ms", row -> value.apply(row).p99());
    }

    /** Names and kinds, as {@link Listing} needs them. */
    public Map<String, ColumnKind> kinds() {
        Map<String, ColumnKind> kinds = new LinkedHashMap<>();
        columns.forEach((name, column) -> kinds.put(name, column.kind()));
        return kinds;
    }

    public String defaultSort() {
        return defaultSort;
    }

    /** What meets the conditions of a listing, in its order; ties go by id. */
    List<T> apply(Listing listing, List<T> rows) {
        Predicate<T> wanted =
                row ->
                        listing.where().stream()
                                .allMatch(c -> c.holds(column(c.column()).value().apply(row)));
        return rows.stream().filter(wanted).sorted(order(listing)).toList();
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private Comparator<T> order(Listing listing) {
        Comparator<Comparable> natural = (a, b) -> a.compareTo(b);
        Comparator<Comparable> directed = listing.descending() ? natural.reversed() : natural;
        Function<T, @Nullable Object> value = column(listing.sort()).value();
        return Comparator.comparing(
                        (T row) -> (Comparable) value.apply(row), Comparator.nullsLast(directed))
                .thenComparing(id);
    }

    private Column<T> column(String name) {
        return Objects.requireNonNull(columns.get(name));
    }

    /** One page; begins anew if the last row of the page before is gone. */
    List<T> page(Listing listing, List<T> sorted) {
        int start = 0;
        for (int i = 0; i < sorted.size() && listing.after() != null; i++) {
            if (id.apply(sorted.get(i)).equals(listing.after())) {
                start = i + 1;
            }
        }
        return sorted.subList(start, Math.min(sorted.size(), start + listing.limit()));
    }

    /** After what the next page begins; null if this is the last. */
    @Nullable String next(List<T> sorted, List<T> page) {
        boolean more =
                !page.isEmpty() && page.get(page.size() - 1) != sorted.get(sorted.size() - 1);
        return more ? id.apply(page.get(page.size() - 1)) : null;
    }
}
