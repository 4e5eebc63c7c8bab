package io.agentanalytics.simulator;

import static io.agentanalytics.simulator.OracleEvents.HORIZON;
import static io.agentanalytics.simulator.OracleEvents.decimal;
import static io.agentanalytics.simulator.OracleEvents.hasTokens;
import static io.agentanalytics.simulator.OracleEvents.hasType;
import static io.agentanalytics.simulator.OracleEvents.id;
import static io.agentanalytics.simulator.OracleEvents.number;
import static io.agentanalytics.simulator.OracleEvents.outcome;
import static io.agentanalytics.simulator.OracleEvents.served;
import static io.agentanalytics.simulator.OracleEvents.tag;
import static io.agentanalytics.simulator.OracleEvents.time;
import static io.agentanalytics.simulator.OracleEvents.timed;
import static io.agentanalytics.simulator.OracleEvents.type;
import static io.agentanalytics.simulator.OracleEvents.typed;
import static io.agentanalytics.simulator.OracleEvents.whole;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Rows that the tables must contain for a set of events, computed slowly and simply: all events of
 * a task at once, and every window separately. Shares no code with the job; money is BigDecimal.
 */
public final class Oracle {
    private static final List<String> ERRORS =
            List.of(
                    "rate_limit",
                    "quota",
                    "timeout",
                    "server_error",
                    "connection",
                    "auth",
                    "content_filter",
                    "context_length",
                    "invalid_request",
                    "unresolved",
                    "tool_error");
    private static final ObjectMapper JSON =
            new ObjectMapper()
                    .enable(
                            com.fasterxml.jackson.databind.DeserializationFeature
                                    .USE_BIG_DECIMAL_FOR_FLOATS);

    /** Row: figures by column, and two histograms by bucket. */
    public static final class Row {
        public final TreeMap<String, BigDecimal> figures = new TreeMap<>();
        public final TreeMap<Integer, Long> latency = new TreeMap<>();
        public final TreeMap<Integer, Long> duration = new TreeMap<>();

        void add(String column, long n) {
            add(column, BigDecimal.valueOf(n));
        }

        void add(String column, BigDecimal n) {
            figures.merge(column, n, BigDecimal::add);
        }

        BigDecimal get(String column) {
            return figures.getOrDefault(column, BigDecimal.ZERO);
        }

        boolean isZero() {
            return toString().equals("{}  ");
        }

        @Override
        public String toString() {
            var nonZero = new TreeMap<>(figures);
            nonZero.values().removeIf(v -> v.signum() == 0);
            nonZero.replaceAll((k, v) -> v.stripTrailingZeros());
            var plain = new TreeMap<String, String>();
            nonZero.forEach((k, v) -> plain.put(k, v.toPlainString()));
            return plain + " " + hex(latency) + " " + hex(duration);
        }
    }

    /**
     * Rows by table, window and key, such as {@code agent_window 60 2026-...
     * a|type|provider|model}.
     */
    public final Map<String, Row> rows = new TreeMap<>();

    private final OraclePrices prices = new OraclePrices();
    private final List<String> dimensions = new ArrayList<>(List.of("agent_type"));

    /** Computes the rows of all events. */
    public Oracle(List<String> lines) throws IOException {
        this(lines, List.of());
    }

    /**
     * Computes the rows of all events.
     *
     * @param dimensions dimensions in addition to the agent type, such as {@code team} and {@code
     *     team+env}
     */
    public Oracle(List<String> lines, List<String> dimensions) throws IOException {
        this();
        this.dimensions.addAll(dimensions);
        add(lines);
        rows.values().removeIf(Row::isZero);
    }

    /** Starts without events. */
    public Oracle() throws IOException {}

    /** Adds tasks: every event of each of them, and none added before. */
    public void add(List<String> lines) throws IOException {
        Map<String, Map<String, JsonNode>> tasks = new HashMap<>();
        for (String line : lines) {
            JsonNode e = whole(JSON.readTree(line));
            if (!type(e).equals("llm_call_started")) {
                tasks.computeIfAbsent(e.path("task_id").asText(), t -> new HashMap<>())
                        .merge(e.path("event_id").asText(), e, OracleEvents::fuller);
            }
        }
        tasks.values().forEach(events -> task(new ArrayList<>(events.values())));
    }

    /** Returns all rows that are not all zero, in the notation of {@link StoredRows#windows}. */
    public Map<String, String> windows() {
        Map<String, String> windows = new TreeMap<>();
        rows.forEach(
                (key, row) -> {
                    if (!row.isZero()) {
                        windows.put(key, row.toString());
                    }
                });
        return windows;
    }

    private void task(List<JsonNode> events) {
        events.sort(
                (a, b) ->
                        time(a) != time(b)
                                ? Long.compare(time(a), time(b))
                                : id(a).compareTo(id(b)));
        JsonNode ending = events.stream().filter(OracleEvents::isEnding).findFirst().orElse(null);
        List<JsonNode> calls = events.stream().filter(e -> type(e).equals("llm_call")).toList();
        calls.forEach(call -> each(typed(call, events), row -> request(call, row)));
        if (ending == null) {
            return;
        }
        List<JsonNode> known =
                events.stream().filter(e -> time(e) <= time(ending) + HORIZON).toList();
        List<JsonNode> mine = known.stream().filter(e -> type(e).equals("llm_call")).toList();
        ObjectNode end = timed(served(typed(ending, events), known, mine), known, mine);
        String outcome = outcome(end, known);
        each(end, row -> ended(end, outcome, mine, row));
    }

    /** Adds a task to a row. An ending without calls is a request itself. */
    private void ended(JsonNode end, String outcome, List<JsonNode> mine, Row row) {
        row.add("tasks", 1);
        row.add("tasks_" + outcome, 1);
        row.add("task_files_created", number(end, "files_created", 0));
        row.add("task_files_modified", number(end, "files_modified", 0));
        if (end.hasNonNull("duration_ms")) {
            row.add("tasks_timed", 1);
            row.add("task_duration_ms", number(end, "duration_ms", 0));
            row.duration.merge(bucket(end), 1L, Long::sum);
        }
        boolean zeros = end.has("zero_duration");
        zeros |= taskTokens(end, mine, row);
        zeros |= taskCost(end, mine, row);
        row.add("tasks_zeros_replaced", zeros ? 1 : 0);
        if (mine.isEmpty() && end.hasNonNull("provider")) {
            request(end, row);
        }
    }

    /**
     * Adds the tokens of a task: those of its ending, with zeros and gaps filled from the calls.
     * Returns true if zeros were filled.
     */
    private static boolean taskTokens(JsonNode end, List<JsonNode> mine, Row row) {
        boolean own = hasTokens(end);
        if (own || mine.stream().anyMatch(OracleEvents::hasTokens)) {
            row.add("tasks_with_tokens", 1);
        }
        boolean zeros = false;
        Map<String, Long> tokens = new HashMap<>();
        for (String kind : KINDS) {
            long sum = mine.stream().mapToLong(c -> number(c, kind + "_tokens", 0)).sum();
            long reported = own ? number(end, kind + "_tokens", -1) : -1;
            zeros |= reported == 0 && sum > 0;
            tokens.put(kind, reported > 0 ? reported : sum);
        }
        if (own) {
            tokens.merge("cached_input", tokens.getOrDefault("input", 0L), Math::min);
            long uncached =
                    tokens.getOrDefault("input", 0L) - tokens.getOrDefault("cached_input", 0L);
            tokens.merge("cache_write", uncached, Math::min);
            tokens.merge("reasoning", tokens.getOrDefault("output", 0L), Math::min);
        }
        tokens.forEach((kind, n) -> row.add("task_" + kind + "_tokens", n));
        added("cached_added", own && number(end, "input_tokens", 0) > 0, end, mine, row);
        added("reasoning_added", own && number(end, "output_tokens", 0) > 0, end, mine, row);
        return zeros;
    }

    private static void added(
            String mark, boolean own, JsonNode end, List<JsonNode> mine, Row row) {
        boolean marked = own ? end.has(mark) : mine.stream().anyMatch(c -> c.has(mark));
        row.add("tasks_" + mark, marked ? 1 : 0);
    }

    /**
     * Adds the cost of a task: that of its ending, or of its calls if the ending has none or a zero
     * that the calls contradict. Returns true if such a zero was replaced.
     */
    private boolean taskCost(JsonNode end, List<JsonNode> mine, Row row) {
        Row ofCalls = new Row();
        mine.forEach(c -> cost("task_", "task_requests_unpriced", c, ofCalls));
        BigDecimal known = ofCalls.get("task_cost_reported").add(ofCalls.get("task_cost_priced"));
        boolean unknown = ofCalls.get("task_requests_unpriced").signum() > 0;
        boolean ownTokens =
                number(end, "input_tokens", 0) > 0 || number(end, "output_tokens", 0) > 0;
        boolean zero =
                decimal(end, "cost_usd").signum() == 0
                        && (known.signum() > 0 || (unknown && !ownTokens));
        Row cost = ofCalls;
        if ((!zero && end.hasNonNull("cost_usd")) || mine.isEmpty()) {
            cost = new Row();
            cost("task_", "task_requests_unpriced", end, cost);
        }
        cost.figures.forEach(row::add);
        boolean free =
                cost.get("task_cost_reported").add(cost.get("task_cost_priced")).signum() == 0;
        boolean nothingKnown = free && cost.get("task_requests_unpriced").signum() > 0;
        row.add("tasks_without_cost", nothingKnown ? 1 : 0);
        return zero;
    }

    private static final List<String> KINDS =
            List.of("input", "cached_input", "cache_write", "output", "reasoning");

    private void cost(String book, String unpriced, JsonNode e, Row row) {
        if (e.hasNonNull("cost_usd")) {
            row.add(book + "cost_reported", decimal(e, "cost_usd"));
            return;
        }
        boolean refused =
                type(e).equals("llm_call")
                        && e.hasNonNull("error_type")
                        && number(e, "input_tokens", 0) == 0
                        && number(e, "output_tokens", 0) == 0;
        BigDecimal list = refused ? BigDecimal.ZERO : prices.of(e);
        if (list == null) {
            row.add(unpriced, 1);
        } else {
            row.add(book + "cost_priced", list);
        }
    }

    private void request(JsonNode e, Row row) {
        row.add("requests", 1);
        row.add("requests_with_tokens", hasTokens(e) ? 1 : 0);
        KINDS.forEach(
                kind -> row.add("request_" + kind + "_tokens", number(e, kind + "_tokens", 0)));
        row.add("requests_cached_added", e.has("cached_added") ? 1 : 0);
        row.add("requests_reasoning_added", e.has("reasoning_added") ? 1 : 0);
        cost("request_", "requests_unpriced", e, row);
        boolean failed =
                type(e).equals("task_failed")
                        || (type(e).equals("llm_call") && e.hasNonNull("error_type"));
        if (failed) {
            row.add("requests_failed", 1);
            String error = e.path("error_type").asText();
            row.add("errors_" + (ERRORS.contains(error) ? error : "other"), 1);
        }
        if (e.hasNonNull("duration_ms")) {
            row.add("requests_timed", 1);
            row.add("request_duration_ms", number(e, "duration_ms", 0));
            row.latency.merge(bucket(e), 1L, Long::sum);
        }
    }

    private interface Into {
        void row(Row row);
    }

    /** Passes on every row to which an event belongs. */
    private void each(JsonNode e, Into into) {
        String provider = e.path("provider").asText("");
        String model = e.path("model").asText("");
        String type = hasType(e) ? e.path("agent_type").asText() : "unknown";
        String agent = e.path("agent_id").asText() + "|" + type;
        for (int size : new int[] {60, 300, 3600, 86_400}) {
            into.row(row("agent_window", size, time(e), agent + "|" + provider + "|" + model));
            for (String dimension : dimensions) {
                List<String> key = new ArrayList<>(List.of(dimension));
                for (String part : dimension.split("\\+", -1)) {
                    key.add(part.equals("agent_type") ? type : tag(e.path("tags"), part));
                }
                if (key.size() == 2) {
                    key.add("");
                }
                key.addAll(List.of(provider, model));
                into.row(row("dimension_window", size, time(e), String.join("|", key)));
            }
        }
        for (int size : new int[] {10, 60, 3600}) {
            into.row(row("system_window", size, time(e), ""));
            if (!provider.isEmpty()) {
                into.row(row("provider_window", size, time(e), provider + "|" + model));
            }
        }
    }

    private Row row(String table, int seconds, long time, String key) {
        long start = Math.floorDiv(time, seconds * 1000L) * seconds;
        return rows.computeIfAbsent(
                "%s %d %s %s".formatted(table, seconds, Instant.ofEpochSecond(start), key),
                k -> new Row());
    }

    private static int bucket(JsonNode e) {
        double gamma = 1.01 / 0.99;
        return (int)
                Math.floor(Math.log(Math.max(1, number(e, "duration_ms", 0))) / Math.log(gamma));
    }

    static String hex(SortedMap<Integer, Long> buckets) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int before = 0;
        for (var b : buckets.entrySet()) {
            varint(out, b.getKey() - before);
            varint(out, b.getValue());
            before = b.getKey();
        }
        return java.util.HexFormat.of().formatHex(out.toByteArray());
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        long v = value >= 0 ? 2 * value : -2 * value - 1;
        while (v > 127) {
            out.write((int) (v % 128 + 128));
            v /= 128;
        }
        out.write((int) v);
    }
}
