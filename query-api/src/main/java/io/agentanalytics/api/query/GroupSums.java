package io.agentanalytics.api.query;

import static io.agentanalytics.contract.Figure.*;

import io.agentanalytics.contract.TaskEvent;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sums by the values of a grouping. Empty texts stand for no value. */
final class GroupSums {
    private final QueryContext context;
    private final Grouping grouping;
    private final Dimensions counted;
    private final Grouping.CellSource source;

    /**
     * Creates the sums.
     *
     * @throws java.util.NoSuchElementException if the job does not count the grouping
     */
    GroupSums(QueryContext context, Grouping grouping, Dimensions counted) {
        this.context = context;
        this.grouping = grouping;
        this.counted = counted;
        this.source = grouping.source(counted).orElseThrow();
    }

    Grouping.CellSource source() {
        return source;
    }

    /** Returns the time from which the groups are counted; null if the whole range is. */
    @Nullable Instant countedSince() {
        Instant since = counted.since().get(source.dimension());
        return since != null && since.isAfter(context.range().from()) ? since : null;
    }

    /** Returns true if a value contains the text, in any case. */
    static boolean contains(List<String> group, String text) {
        String wanted = text.toLowerCase(Locale.ROOT);
        return String.join("\n", group).toLowerCase(Locale.ROOT).contains(wanted);
    }

    /** Returns the sums, with late verdicts unless histograms alone are asked for. */
    Map<List<String>, Sums> of(Sums.Book book, String filter, Map<String, ?> binds) {
        Map<List<String>, Sums> sums =
                new Windows(context, book).groups(source, filter, bound(binds), this::key);
        if (book != Sums.Book.HISTOGRAMS) {
            correct(sums, filter.equals("true"));
            sums.values().removeIf(GroupSums::isEmpty);
        }
        return sums;
    }

    /** Returns the costs of the groups that are selected, with late verdicts. */
    SpendGroups.Costs spend(Selection selection) {
        List<String> columns = new ArrayList<>(source.columns());
        columns.addAll(List.of("provider", "model"));
        Map<List<String>, Sums> rows =
                new Windows(context, Sums.Book.SPEND)
                        .groups(
                                source,
                                columns,
                                selection.sql(),
                                bound(selection.binds()),
                                row -> key(row, columns));
        rows.values().removeIf(GroupSums::isEmpty);
        SpendGroups.Costs costs = SpendGroups.Costs.of(rows);
        correct(costs.groups(), selection.isAll());
        return costs.withTotal();
    }

    /** Returns the costs of all groups that are selected, by the steps of a range. */
    Map<Instant, Sums> series(QueryContext over, Selection selection) {
        return new Windows(over, Sums.Book.SPEND)
                .groupSeries(source, selection.sql(), bound(selection.binds()));
    }

    private Map<String, Object> bound(Map<String, ?> binds) {
        Map<String, Object> all = new HashMap<>(binds);
        all.put("dimension", source.dimension());
        return all;
    }

    private List<String> key(ResultSet row) throws SQLException {
        return key(row, source.columns());
    }

    private static List<String> key(ResultSet row, List<String> columns) throws SQLException {
        List<String> key = new ArrayList<>();
        for (String column : columns) {
            key.add(row.getString(column));
        }
        return key;
    }

    /**
     * Adds late verdicts. Those of groups by provider or model are unknown, because a task may have
     * used several. A group without sums is in the overflow, unless it was not selected.
     */
    private void correct(Map<List<String>, Sums> sums, boolean areAll) {
        if (!grouping.dimensions().equals(grouping.by())) {
            return;
        }
        Corrections.byDimensions(context, grouping.by())
                .forEach(
                        (values, correction) -> {
                            Sums s = sums.get(values);
                            if (s == null && areAll) {
                                s = sums.get(overflow());
                            }
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
}
