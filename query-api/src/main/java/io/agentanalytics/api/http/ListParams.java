package io.agentanalytics.api.http;

import io.agentanalytics.api.query.Answers.Paging;
import io.agentanalytics.api.query.ColumnKind;
import io.agentanalytics.api.query.Columns;
import io.agentanalytics.api.query.Grouping;
import io.agentanalytics.api.query.Listing;
import io.agentanalytics.api.query.Listing.Operator;
import io.agentanalytics.api.query.Listing.RowFilter;
import io.agentanalytics.api.query.Listing.TagFilter;
import io.agentanalytics.api.query.Page;
import io.agentanalytics.api.query.TaskColumns;
import io.agentanalytics.api.query.TimeRange;
import io.agentanalytics.contract.Providers;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parameters of a list: its order, its conditions and its pages. */
final class ListParams extends TimeParams {
    private static final List<String> PAGES = List.of("limit", "cursor", "sort");
    private static final Pattern CONDITION =
            Pattern.compile("([a-z0-9_]+)\\s*(>=|<=|!=|=|>|<)\\s*(.*)");

    /** Key and value of a tag; a colon within the key is written {@code \\:}. */
    private static final Pattern TAG = Pattern.compile("((?:\\\\:|[^:])+):(.*)", Pattern.DOTALL);

    /** Comma between conditions; one within a value is written as {@code \,}. */
    private static final Pattern COMMA = Pattern.compile("(?<!\\\\),");

    /** Columns with provider names. Their values are normalized in the same way as in events. */
    private static final Set<String> PROVIDER_COLUMNS = Set.of("provider", "mostly_on");

    private static final int MAX_CONDITIONS = 20;

    /** The index of errors is by three characters. */
    private static final int MIN_ERROR = 3;

    private static final int MAX_ERROR = 200;

    private ListParams(Context context, boolean hasPages, String... more) {
        super(context, hasPages ? joined(PAGES, more) : more);
    }

    /** Takes the parameters of a range, those of pages, and more. */
    static ListParams paged(Context context, String... more) {
        return new ListParams(context, true, more);
    }

    /** Takes the parameters of a range, and more; the list is answered as a whole. */
    static ListParams whole(Context context, String... more) {
        return new ListParams(context, false, more);
    }

    /** Returns the requested range; for a later page, the range of the first page. */
    @Override
    TimeRange range(Instant now) {
        return text("cursor") == null ? super.range(now) : decodedCursor().range(now);
    }

    /** Returns the part of an error to search for, or null. */
    @Nullable String error() {
        String value = text("error");
        if (value != null && (value.length() < MIN_ERROR || value.length() > MAX_ERROR)) {
            throw Problem.badRequest(
                    "bad_error",
                    "error is '%s'; write %d to %d characters of the error type or message."
                            .formatted(shortened(value), MIN_ERROR, MAX_ERROR));
        }
        return value;
    }

    /**
     * Returns the listing of the tasks of all agents. Refuses orders and conditions that would read
     * every task of the range.
     */
    Listing tasksOfAll() {
        Listing listing = tasks();
        String order = (listing.descending() ? "-" : "") + listing.sort();
        if (!TaskColumns.ORDERS.contains(order)) {
            throw Problem.badRequest(
                    "bad_sort",
                    "sort is '%s'; the tasks of all agents are sorted by %s. Other orders need agent_id."
                            .formatted(order, sorted(TaskColumns.ORDERS)));
        }
        for (RowFilter condition : listing.where()) {
            if (!TaskColumns.SEARCHED.contains(condition.column())) {
                throw Problem.badRequest(
                        "bad_where",
                        "where has '%s'; the tasks of all agents are filtered by %s. Other columns need agent_id."
                                .formatted(condition.column(), sorted(TaskColumns.SEARCHED)));
            }
        }
        return listing;
    }

    private static String sorted(Set<String> names) {
        return String.join(", ", new TreeSet<>(names));
    }

    Listing tasks() {
        Listing listing = listing(TaskColumns.kinds(), TaskColumns.DEFAULT_SORT);
        return text("outcome") == null
                ? listing
                : listing.with(
                        new RowFilter(
                                "outcome",
                                Operator.IS,
                                oneOf(
                                        "outcome",
                                        "succeeded",
                                        "failed",
                                        "cancelled",
                                        "unreported",
                                        "abandoned")));
    }

    /** Returns the listing of rows with these columns. */
    Listing listing(Columns<?> columns) {
        return listing(columns.kinds(), columns.defaultSort());
    }

    private Listing listing(Map<String, ColumnKind> columns, String defaultSort) {
        String given = text("sort");
        String sort = given == null ? "-" + defaultSort : given;
        boolean descending = sort.startsWith("-");
        String name = descending ? sort.substring(1) : sort;
        if (!columns.containsKey(name)) {
            throw Problem.badRequest(
                    "bad_sort",
                    "sort is '%s'; write one of %s; prefix it with - for descending order."
                            .formatted(shortened(name), String.join(", ", columns.keySet())));
        }
        String filter = text("filter");
        return new Listing(
                name,
                descending,
                where(columns),
                filter == null ? "" : filter,
                tag(),
                limit(),
                cursor());
    }

    private List<RowFilter> where(Map<String, ColumnKind> columns) {
        String value = text("where");
        List<RowFilter> conditions = new ArrayList<>();
        String[] parts = value == null ? new String[0] : COMMA.split(value, -1);
        if (parts.length > MAX_CONDITIONS) {
            throw Problem.badRequest(
                    "bad_where",
                    "where has %d conditions; write at most %d."
                            .formatted(parts.length, MAX_CONDITIONS));
        }
        for (String part : parts) {
            conditions.add(condition(part, columns));
        }
        return conditions;
    }

    private static RowFilter condition(String text, Map<String, ColumnKind> columns) {
        Matcher m = CONDITION.matcher(text.strip().replace("\\,", ","));
        ColumnKind kind = m.matches() ? columns.get(m.group(1)) : null;
        if (kind == null) {
            throw Problem.badRequest(
                    "bad_where",
                    ("where has '%s'; write conditions such as cost_usd>=1 with "
                                    + "commas between them, over %s.")
                            .formatted(shortened(text), String.join(", ", columns.keySet())));
        }
        Comparable<?> operand =
                PROVIDER_COLUMNS.contains(m.group(1))
                        ? Providers.canonical(m.group(3))
                        : kind.parse(m.group(3));
        if (operand == null) {
            throw Problem.badRequest(
                    "bad_where",
                    "where compares %s with '%s'; write %s."
                            .formatted(m.group(1), shortened(m.group(3)), kind.form()));
        }
        return new RowFilter(m.group(1), Operator.of(m.group(2)), operand);
    }

    private @Nullable TagFilter tag() {
        String value = text("tag");
        if (value == null) {
            return null;
        }
        Matcher tag = TAG.matcher(value);
        if (!tag.matches()) {
            throw Problem.badRequest(
                    "bad_tag", "tag is '%s'; write key:value.".formatted(shortened(value)));
        }
        return new TagFilter(tag.group(1).replace("\\:", ":"), tag.group(2));
    }

    /** Returns the names by which figures are grouped; the prefix {@code tag:} is optional. */
    Grouping grouping() {
        List<String> by = new ArrayList<>();
        for (String name : String.valueOf(text("by")).split(",", -1)) {
            by.add(name.strip().replaceFirst("^tag:", ""));
        }
        Grouping grouping = new Grouping(List.copyOf(by));
        boolean repeated = Set.copyOf(by).size() < by.size();
        List<String> own = grouping.dimensions();
        boolean many = own.size() > (by.contains(Grouping.AGENT) ? 1 : 2);
        if (text("by") == null || by.contains("") || repeated || many) {
            throw Problem.badRequest(
                    "bad_grouping",
                    ("by is '%s'; write agent_id, or one or two of agent_type and the job's"
                                    + " --dimensions, and provider or model, such as team or"
                                    + " team,model.")
                            .formatted(text("by") == null ? "" : shortened(text("by"))));
        }
        return grouping;
    }

    /** Returns the page key after which the page starts; null for the first page. */
    @Nullable String cursor() {
        return text("cursor") == null ? null : decodedCursor().place();
    }

    private Cursor decodedCursor() {
        Cursor cursor = Cursor.decode(String.valueOf(text("cursor")));
        if (!cursor.question().equals(question())) {
            throw Problem.badRequest(
                    "invalid_cursor",
                    "The cursor belongs to another list, or to one with another sort or filter;"
                            + " repeat the parameters of the first page, or begin without a cursor.");
        }
        return cursor;
    }

    /** Returns the cursor of the next page; null after the last page. */
    @Nullable String toCursor(TimeRange range, @Nullable String place) {
        return place == null ? null : Cursor.of(question(), range, place).encoded();
    }

    /** Returns the end of a page, with the cursor of the next page. */
    Paging paging(TimeRange range, Page<?> page) {
        return new Paging(page.total(), toCursor(range, page.next()), page.moved());
    }

    /**
     * Returns a hash of the path and of the parameters that all pages of a list share, except the
     * range.
     */
    private String question() {
        Map<String, List<String>> same = new TreeMap<>(query());
        same.keySet().removeAll(Set.of("cursor", "limit"));
        same.keySet().removeAll(NAMES);
        return Integer.toHexString(key(path(), same).hashCode());
    }
}
