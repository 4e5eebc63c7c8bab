package io.agentanalytics.api.http;

import io.agentanalytics.api.query.Answers.Paging;
import io.agentanalytics.api.query.ColumnKind;
import io.agentanalytics.api.query.Columns;
import io.agentanalytics.api.query.Grouping;
import io.agentanalytics.api.query.Listing;
import io.agentanalytics.api.query.Listing.Operator;
import io.agentanalytics.api.query.Listing.RowFilter;
import io.agentanalytics.api.query.Listing.Tag;
import io.agentanalytics.api.query.Page;
import io.agentanalytics.api.query.TaskColumns;
import io.agentanalytics.api.query.TimeRange;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.Providers;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import io.javalin.http.Context;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parser and validator of query parameters. Every error names the value and the allowed values. */
final class Params {
    private static final Pattern AGO = Pattern.compile("now(?:-(\\d{1,8})([smhd]))?");
    private static final Pattern STEP = Pattern.compile("(\\d{1,6})([smhd]?)");
    private static final Pattern CONDITION =
            Pattern.compile("([a-z0-9_]+)\\s*(>=|<=|!=|=|>|<)\\s*(.*)");

    /** Comma between conditions; one within a value is written as {@code \,}. */
    private static final Pattern COMMA = Pattern.compile("(?<!\\\\),");

    /** Columns with provider names. Their values are normalized in the same way as in events. */
    private static final Set<String> PROVIDER_COLUMNS = Set.of("provider", "mostly_on");

    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1000;
    private static final int MAX_NAME = 128;

    /** The index of errors is by three characters. */
    private static final int MIN_ERROR = 3;

    private static final int MAX_ERROR = 200;

    private final Context context;

    /** Explanations for parameters that a route does not support, with the alternative route. */
    private static final Map<String, String> ELSEWHERE =
            Map.of(
                    "tag",
                    "use groups?by=KEY for figures by the values of a tag, or"
                            + " agents?tag=KEY:VALUE for agents");

    Params(Context context, String... allowed) {
        this.context = context;
        Set<String> known = Set.of(allowed);
        context.queryParamMap()
                .forEach(
                        (name, values) -> {
                            if (!known.contains(name)) {
                                String elsewhere = ELSEWHERE.get(name);
                                String rest =
                                        elsewhere != null
                                                ? elsewhere
                                                : allowed.length == 0
                                                        ? "none is taken"
                                                        : "known are " + String.join(", ", allowed);
                                throw Problem.badRequest(
                                        "unknown_parameter",
                                        "There is no parameter '%s' here; %s."
                                                .formatted(shortened(name), rest));
                            }
                            if (values.size() > 1) {
                                throw Problem.badRequest(
                                        "repeated_parameter",
                                        "'%s' is given %d times; give it once."
                                                .formatted(name, values.size()));
                            }
                        });
    }

    double number(String name, double otherwise, double least, double most) {
        String value = text(name);
        if (value == null) {
            return otherwise;
        }
        try {
            double number = Double.parseDouble(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Falls through to the error below.
        }
        throw Problem.badRequest(
                "bad_number",
                "%s is '%s'; write a number from %s to %s."
                        .formatted(name, shortened(value), least, most));
    }

    @Nullable String text(String name) {
        String value = context.queryParam(name);
        return value == null || value.isBlank() ? null : value;
    }

    /** Returns the call to price, in the form of an event. */
    TaskEvent call(Instant now) {
        return new TaskEventBuilder(EventType.LLM_CALL, "price", time("time", now), "price", "")
                .on(name("provider", ""), name("model", null))
                .tokens(
                        tokens("input_tokens"),
                        tokens("cached_input_tokens"),
                        tokens("cache_write_tokens"),
                        tokens("output_tokens"),
                        TaskEvent.ABSENT)
                .cacheWrite1hTokens(tokens("cache_write_1h_tokens"))
                .serviceTier(name("service_tier", "").toLowerCase(Locale.ROOT))
                .build();
    }

    private String name(String parameter, @Nullable String otherwise) {
        String value = text(parameter);
        if (value == null && otherwise != null) {
            return otherwise;
        }
        if (value == null || value.length() > MAX_NAME) {
            throw Problem.badRequest(
                    "bad_" + parameter,
                    value == null
                            ? ("%s is missing; write it as clients send it, such as "
                                            + "claude-sonnet-4-5.")
                                    .formatted(parameter)
                            : "%s has %d characters, at most %d are allowed."
                                    .formatted(parameter, value.length(), MAX_NAME));
        }
        return value;
    }

    private long tokens(String name) {
        String value = text(name);
        if (value == null) {
            return TaskEvent.ABSENT;
        }
        if (value.matches("\\d{1,9}")) {
            return Long.parseLong(value);
        }
        throw Problem.badRequest(
                "bad_number",
                "%s is '%s'; write a whole number below 1000000000."
                        .formatted(name, shortened(value)));
    }

    /** Returns the requested range; for a later page, the range of the first page. */
    TimeRange range(Instant now) {
        return text("cursor") == null ? given(now) : decodedCursor().range(now);
    }

    private TimeRange given(Instant now) {
        Instant to = time("to", now);
        Instant from =
                time(
                        "from",
                        now,
                        to.isBefore(now)
                                ? to.minus(Duration.ofHours(1))
                                : now.minus(Duration.ofHours(1)));
        if (!from.isBefore(to)) {
            throw Problem.badRequest(
                    "bad_range", "from %s is not before to %s.".formatted(from, to));
        }
        if (Duration.between(from, to).compareTo(TimeRange.LONGEST) > 0) {
            throw Problem.badRequest(
                    "range_too_long",
                    "Range too long: %d days, at most %d are kept."
                            .formatted(
                                    Duration.between(from, to).toDays(),
                                    TimeRange.LONGEST.toDays() - 1));
        }
        return points(TimeRange.of(from, to, step(), now));
    }

    private static TimeRange points(TimeRange range) {
        long points = range.length().toSeconds() / range.stepSeconds();
        if (points > TimeRange.MAX_POINTS) {
            throw Problem.badRequest(
                    "step_too_small",
                    "A step of %d s gives %d points, at most %d are drawn: choose a longer step."
                            .formatted(range.stepSeconds(), points, TimeRange.MAX_POINTS));
        }
        return range;
    }

    private Instant time(String name, Instant now) {
        return time(name, now, now);
    }

    private Instant time(String name, Instant now, Instant absent) {
        String value = text(name);
        if (value == null) {
            return absent;
        }
        Matcher ago = AGO.matcher(value);
        if (ago.matches()) {
            Instant time =
                    ago.group(1) == null
                            ? now
                            : now.minusSeconds(seconds(Long.parseLong(ago.group(1)), ago.group(2)));
            if (time.isAfter(Instant.EPOCH)) {
                return time;
            }
        }
        try {
            Instant time =
                    value.matches("\\d{12,14}")
                            ? Instant.ofEpochMilli(Long.parseLong(value))
                            : OffsetDateTime.parse(value.replace(' ', '+')).toInstant();
            if (time.isAfter(Instant.EPOCH) && time.isBefore(now.plus(TimeRange.LONGEST))) {
                return time;
            }
        } catch (DateTimeException e) {
            // Falls through to the error below.
        }
        throw Problem.badRequest(
                "bad_time",
                ("%s is '%s'; write RFC 3339 such as 2026-11-22T14:02:10Z, epoch "
                                + "milliseconds, or now-6h.")
                        .formatted(name, shortened(value)));
    }

    private long step() {
        String value = text("step");
        Matcher m = STEP.matcher(value == null ? "0" : value);
        long step = m.matches() ? seconds(Long.parseLong(m.group(1)), m.group(2)) : -1;
        if (value != null && (step < 60 || step % 60 != 0 || step > 7 * 86_400)) {
            throw Problem.badRequest(
                    "bad_step",
                    "step is '%s'; write whole minutes such as 60, 5m, 1h, at most 7d."
                            .formatted(shortened(value)));
        }
        return step;
    }

    private static long seconds(long n, String unit) {
        return switch (unit) {
            case "m" -> n * 60;
            case "h" -> n * 3600;
            case "d" -> n * 86_400;
            default -> n;
        };
    }

    int limit() {
        String value = text("limit");
        if (value == null) {
            return DEFAULT_LIMIT;
        }
        if (value.matches("\\d{1,6}")) {
            int limit = Integer.parseInt(value);
            if (limit >= 1 && limit <= MAX_LIMIT) {
                return limit;
            }
        }
        throw Problem.badRequest(
                "bad_limit",
                "limit is '%s'; write 1 to %d.".formatted(shortened(value), MAX_LIMIT));
    }

    Listing agents() {
        return listing(Columns.AGENTS.kinds(), Columns.AGENTS.defaultSort());
    }

    Listing providers() {
        return listing(Columns.PROVIDERS.kinds(), Columns.PROVIDERS.defaultSort());
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
                                        "unreported")));
    }

    private Listing listing(Map<String, ColumnKind> columns, String defaultSort) {
        String given = text("sort");
        String sort = given == null ? "-" + defaultSort : given;
        boolean descending = sort.startsWith("-");
        String name = descending ? sort.substring(1) : sort;
        if (!columns.containsKey(name)) {
            throw Problem.badRequest(
                    "bad_sort",
                    "sort is '%s'; write one of %s, with - before it to turn the order."
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
        for (String part : value == null ? new String[0] : COMMA.split(value, 20)) {
            Matcher m = CONDITION.matcher(part.strip().replace("\\,", ","));
            ColumnKind kind = m.matches() ? columns.get(m.group(1)) : null;
            if (kind == null) {
                throw Problem.badRequest(
                        "bad_where",
                        ("where has '%s'; write conditions such as cost_usd>=1 with "
                                        + "commas between them, over %s.")
                                .formatted(shortened(part), String.join(", ", columns.keySet())));
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
            conditions.add(new RowFilter(m.group(1), Operator.of(m.group(2)), operand));
        }
        return conditions;
    }

    private @Nullable Tag tag() {
        String value = text("tag");
        if (value == null) {
            return null;
        }
        int colon = value.indexOf(':');
        if (colon < 1) {
            throw Problem.badRequest(
                    "bad_tag", "tag is '%s'; write key:value.".formatted(shortened(value)));
        }
        return new Tag(value.substring(0, colon), value.substring(colon + 1));
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

    /** Returns one of the allowed values, by default the first. */
    String oneOf(String name, String... allowed) {
        String value = text(name);
        if (value == null) {
            return allowed[0];
        }
        if (!List.of(allowed).contains(value)) {
            throw Problem.badRequest(
                    "bad_" + name,
                    "%s is '%s'; write %s."
                            .formatted(name, shortened(value), String.join(" or ", allowed)));
        }
        return value;
    }

    Listing spend(Grouping grouping) {
        Columns<?> columns = Columns.spend(grouping.by());
        return listing(columns.kinds(), columns.defaultSort());
    }

    /** Returns the earlier range with which the part of a range that has passed is compared. */
    TimeRange against(TimeRange range, Instant now) {
        Duration shift =
                switch (oneOf("against", "previous", "day", "week")) {
                    case "day" -> Duration.ofDays(1);
                    case "week" -> Duration.ofDays(7);
                    default -> range.length();
                };
        if (shift.compareTo(range.length()) < 0) {
            throw Problem.badRequest(
                    "bad_against",
                    "against=%s overlaps a range of %d hours; write previous, or a shorter range."
                            .formatted(text("against"), range.length().toHours()));
        }
        return range.passed(now).earlier(shift, now);
    }

    Listing groups(Grouping grouping) {
        Columns<?> columns = Columns.groups(grouping.by());
        return listing(columns.kinds(), columns.defaultSort());
    }

    Listing waste() {
        return listing(Columns.WASTE.kinds(), Columns.WASTE.defaultSort());
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

    static Problem invalidCursor() {
        return Problem.badRequest(
                "invalid_cursor", "The cursor was not made by this API; begin without one.");
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
        Map<String, List<String>> same = new TreeMap<>(context.queryParamMap());
        same.keySet().removeAll(Set.of("cursor", "limit", "from", "to", "step"));
        return Integer.toHexString((context.path() + same).hashCode());
    }

    static String shortened(String text) {
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }
}
