package io.agentanalytics.api.query;

import static io.agentanalytics.contract.Figure.*;

import io.agentanalytics.api.view.GroupViewBuilder;
import io.agentanalytics.api.view.Views.GroupView;
import io.agentanalytics.contract.TaskEvent;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Figures by the values of dimensions, by provider and by model. */
public final class GroupQueries {

    private final Ask ask;
    private final Grouping grouping;
    private final Dimensions counted;
    private final Grouping.Source source;

    /**
     * Creates the queries.
     *
     * @throws java.util.NoSuchElementException if the job does not count the grouping, see {@link
     *     Grouping#isCounted}
     */
    public GroupQueries(Ask ask, Grouping grouping, Dimensions counted) {
        this.ask = ask;
        this.grouping = grouping;
        this.counted = counted;
        this.source = grouping.source(counted).orElseThrow();
    }

    /** Returns the time from which the groups are counted; null if the whole range is. */
    public @Nullable Instant countedSince() {
        Instant since = counted.since().get(source.dimension());
        return since != null && since.isAfter(ask.range().from()) ? since : null;
    }

    /** Returns a page of groups. Only those on the page are read with their histograms. */
    public Page<GroupView> page(Listing listing) {
        Columns<GroupView> columns = Columns.groups(grouping.by());
        boolean byPercentile =
                columns.isPercentile(listing.sort())
                        || listing.where().stream().anyMatch(c -> columns.isPercentile(c.column()));
        Sums.Book book = byPercentile ? Sums.Book.BOTH : Sums.Book.COUNTS;
        Map<List<String>, Sums> sums = sums(book, "true", Map.of());
        Page<GroupView> page = columns.page(listing, views(sums, listing.filter()));
        return byPercentile || page.rows().isEmpty() ? page : page.with(whole(page.rows(), sums));
    }

    private List<GroupView> views(Map<List<String>, Sums> sums, String filter) {
        String wanted = filter.toLowerCase(Locale.ROOT);
        List<GroupView> views = new ArrayList<>();
        sums.forEach(
                (group, s) -> {
                    if (String.join("\n", group).toLowerCase(Locale.ROOT).contains(wanted)) {
                        views.add(view(group, s));
                    }
                });
        return views;
    }

    /** Adds the distributions. */
    private List<GroupView> whole(List<GroupView> page, Map<List<String>, Sums> sums) {
        Set<String> values = new TreeSet<>();
        page.forEach(group -> values.add(keyOf(group).get(0)));
        Map<List<String>, Sums> histograms =
                sums(
                        Sums.Book.HISTOGRAMS,
                        source.columns().get(0) + " = ANY(:values)",
                        Map.of("values", values.toArray(String[]::new)));
        List<GroupView> whole = new ArrayList<>();
        for (GroupView group : page) {
            List<String> key = keyOf(group);
            Sums s = sums.getOrDefault(key, new Sums());
            whole.add(view(key, s.plus(histograms.getOrDefault(key, new Sums()))));
        }
        return whole;
    }

    private List<String> keyOf(GroupView group) {
        return grouping.by().stream().map(name -> text(group.group().get(name))).toList();
    }

    static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    /** Returns the sums by the values of the grouping; empty texts stand for no value. */
    private Map<List<String>, Sums> sums(Sums.Book book, String filter, Map<String, ?> binds) {
        Map<String, Object> all = new HashMap<>(binds);
        all.put("dimension", source.dimension());
        String condition = "dimension = :dimension";
        Map<List<String>, Sums> sums =
                new Windows(ask, book)
                        .dimensions(
                                source.columns(),
                                filter.equals("true") ? condition : condition + " AND " + filter,
                                all,
                                this::key);
        if (book != Sums.Book.HISTOGRAMS) {
            correct(sums);
            sums.values().removeIf(GroupQueries::isEmpty);
        }
        return sums;
    }

    private List<String> key(ResultSet row) throws SQLException {
        List<String> key = new ArrayList<>();
        for (String column : source.columns()) {
            key.add(row.getString(column));
        }
        return key;
    }

    /**
     * Adds late verdicts. Those of groups by provider or model are unknown, because a task may have
     * used several.
     */
    private void correct(Map<List<String>, Sums> sums) {
        if (!grouping.dimensions().equals(grouping.by())) {
            return;
        }
        Corrections.byDimensions(ask, grouping.by())
                .forEach(
                        (values, correction) -> {
                            Sums s = sums.getOrDefault(values, sums.get(overflow()));
                            if (s != null) {
                                s.corrected(correction);
                            }
                        });
    }

    private List<String> overflow() {
        return Collections.nCopies(grouping.by().size(), TaskEvent.OVERFLOW);
    }

    private static boolean isEmpty(Sums s) {
        return s.get(REQUESTS) + s.get(TASKS) + s.get(TASKS_ABANDONED) + s.get(TOOL_CALLS) == 0;
    }

    private GroupView view(List<String> key, Sums s) {
        Map<String, @Nullable String> group = new LinkedHashMap<>();
        IntStream.range(0, key.size())
                .forEach(
                        i ->
                                group.put(
                                        grouping.by().get(i),
                                        key.get(i).isEmpty() ? null : key.get(i)));
        return GroupViewBuilder.builder()
                .group(group)
                .requests(s.get(REQUESTS))
                .requestsFailed(s.get(REQUESTS_FAILED))
                .errors(s.errors())
                .costUsd(s.requestCost())
                .costBySource(s.requestCostBySource())
                .unpricedRequests(s.get(REQUESTS_UNPRICED))
                .costPerRequestUsd(s.costPerRequest())
                .tokens(s.requestTokens())
                .latencyMs(s.requestLatency())
                .tasks(s.get(TASKS))
                .succeeded(s.get(TASKS_SUCCEEDED))
                .failed(s.get(TASKS_FAILED))
                .cancelled(s.get(TASKS_CANCELLED))
                .unreported(s.unreported())
                .abandoned(s.get(TASKS_ABANDONED))
                .successRate(s.taskSuccessRate())
                .taskCostUsd(s.taskCost())
                .costPerTaskUsd(s.costPerTask())
                .costPerSuccessUsd(s.costPerSucceededTask())
                .durationMs(s.taskDuration())
                .toolCalls(s.get(TOOL_CALLS))
                .toolCallsFailed(s.get(TOOL_CALLS_FAILED))
                .notes(s.requestNotes())
                .build();
    }
}
