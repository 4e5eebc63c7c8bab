package io.agentanalytics.api.query;

import static io.agentanalytics.contract.Figure.*;

import io.agentanalytics.api.view.GroupViewBuilder;
import io.agentanalytics.api.view.Views.GroupView;
import io.agentanalytics.api.view.Views.ShareInterval;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Figures by the values of dimensions, by provider and by model. */
public final class GroupQueries {

    private final Grouping grouping;
    private final GroupSums sums;

    /**
     * Creates the queries.
     *
     * @throws java.util.NoSuchElementException if the job does not count the grouping, see {@link
     *     Grouping#isCounted}
     */
    public GroupQueries(QueryContext context, Grouping grouping, Dimensions counted) {
        this.grouping = grouping;
        this.sums = new GroupSums(context, grouping, counted);
    }

    /** Returns the time from which the groups are counted; null if the whole range is. */
    public @Nullable Instant countedSince() {
        return sums.countedSince();
    }

    /** Returns a page of groups. Only those on the page are read with their histograms. */
    public Page<GroupView> page(Listing listing) {
        Columns<GroupView> columns = Columns.groups(grouping.by());
        boolean byPercentile =
                columns.isPercentile(listing.sort())
                        || listing.where().stream().anyMatch(c -> columns.isPercentile(c.column()));
        Sums.Book book = byPercentile ? Sums.Book.BOTH : Sums.Book.COUNTS;
        Map<List<String>, Sums> groups = sums.of(book, "true", Map.of());
        Page<GroupView> page = columns.page(listing, views(groups, listing.filter()));
        return byPercentile || page.rows().isEmpty() ? page : page.with(whole(page.rows(), groups));
    }

    private List<GroupView> views(Map<List<String>, Sums> groups, String filter) {
        List<GroupView> views = new ArrayList<>();
        groups.forEach(
                (group, s) -> {
                    if (GroupSums.contains(group, filter)) {
                        views.add(view(group, s));
                    }
                });
        return views;
    }

    /** Adds the distributions. */
    private List<GroupView> whole(List<GroupView> page, Map<List<String>, Sums> groups) {
        Set<String> values = new TreeSet<>();
        page.forEach(group -> values.add(keyOf(group).get(0)));
        Map<List<String>, Sums> histograms =
                sums.of(
                        Sums.Book.HISTOGRAMS,
                        sums.source().columns().get(0) + " = ANY(:values)",
                        Map.of("values", values.toArray(String[]::new)));
        List<GroupView> whole = new ArrayList<>();
        for (GroupView group : page) {
            List<String> key = keyOf(group);
            Sums s = groups.getOrDefault(key, new Sums());
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

    private GroupView view(List<String> key, Sums s) {
        return GroupViewBuilder.builder()
                .group(grouping.named(key))
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
                .successInterval(
                        ShareInterval.of(
                                s.get(TASKS_SUCCEEDED),
                                s.get(TASKS_SUCCEEDED) + s.get(TASKS_FAILED)))
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
