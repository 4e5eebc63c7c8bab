package io.agentanalytics.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the tables must hold for a set of events, computed the slow and plain way: all events of a
 * task at once, every window by itself. Shares no code with the job; money is BigDecimal.
 */
final class Oracle {
    private static final long HORIZON = 3_600_000;
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

    /** One row: figures by column, and two histograms by bucket. */
    static final class Row {
        final TreeMap<String, BigDecimal> figures = new TreeMap<>();
        final TreeMap<Integer, Long> latency = new TreeMap<>();
        final TreeMap<Integer, Long> duration = new TreeMap<>();

        void add(String column, long n) {
            add(column, BigDecimal.valueOf(n));
        }

        void add(String column, BigDecimal n) {
            figures.merge(column, n, BigDecimal::add);
        }

        BigDecimal get(String column) {
            return figures.getOrDefault(column, BigDecimal.ZERO);
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
    final Map<String, Row> rows = new TreeMap<>();

    private final Map<String, List<JsonNode>> prices = new HashMap<>();

    Oracle(List<String> lines) throws IOException {
        JsonNode book =
                new YAMLMapper().readTree(Oracle.class.getResourceAsStream("/price-book.yaml"));
        for (JsonNode row : book.path("prices")) {
            if (!row.has("provider")) {
                prices.computeIfAbsent(row.path("model").asText(), m -> new ArrayList<>()).add(row);
            }
        }
        Map<String, Map<String, JsonNode>> tasks = new HashMap<>();
        for (String line : lines) {
            JsonNode e = JSON.readTree(line);
            tasks.computeIfAbsent(e.path("task_id").asText(), t -> new HashMap<>())
                    .merge(e.path("event_id").asText(), e, (a, b) -> time(a) <= time(b) ? a : b);
        }
        tasks.values().forEach(events -> task(new ArrayList<>(events.values())));
        rows.values().removeIf(row -> row.toString().equals("{}  "));
    }

    private void task(List<JsonNode> events) {
        events.sort(
                (a, b) ->
                        time(a) != time(b)
                                ? Long.compare(time(a), time(b))
                                : id(a).compareTo(id(b)));
        JsonNode ending = events.stream().filter(Oracle::isEnding).findFirst().orElse(null);
        List<JsonNode> calls = events.stream().filter(e -> type(e).equals("llm_call")).toList();
        calls.forEach(call -> each(call, row -> request(call, row)));
        if (ending == null) {
            return;
        }
        List<JsonNode> mine =
                calls.stream().filter(c -> time(c) <= time(ending) + HORIZON).toList();
        JsonNode verdict =
                events.stream()
                        .filter(
                                e ->
                                        type(e).equals("task_verdict")
                                                && time(e) <= time(ending) + HORIZON)
                        .reduce((a, b) -> b)
                        .orElse(null);
        String outcome =
                type(ending).equals("task_completed")
                        ? "succeeded"
                        : type(ending).equals("task_failed") ? "failed" : "cancelled";
        String judged =
                verdict == null
                        ? outcome
                        : verdict.path("success").asBoolean() ? "succeeded" : "failed";
        boolean isRequest = mine.isEmpty() && ending.has("provider");
        each(
                ending,
                row -> {
                    row.add("tasks", 1);
                    row.add("tasks_" + judged, 1);
                    row.add("task_files_created", ending.path("files_created").asLong());
                    row.add("task_files_modified", ending.path("files_modified").asLong());
                    if (ending.has("duration_ms")) {
                        row.add("tasks_timed", 1);
                        row.add("task_duration_ms", ending.path("duration_ms").asLong());
                        row.duration.merge(bucket(ending), 1L, Long::sum);
                    }
                    boolean ownTokens = ending.has("input_tokens") || ending.has("output_tokens");
                    usage(ownTokens ? List.of(ending) : mine, row, true, false);
                    boolean ownCost =
                            ending.has("cost_usd") || isRequest || (mine.isEmpty() && ownTokens);
                    usage(ownCost ? List.of(ending) : mine, row, false, true);
                    if (isRequest) {
                        request(ending, row);
                    }
                });
    }

    private void usage(List<JsonNode> of, Row row, boolean tokens, boolean cost) {
        if (tokens && of.stream().anyMatch(e -> e.has("input_tokens") || e.has("output_tokens"))) {
            row.add("tasks_with_tokens", 1);
        }
        for (JsonNode e : of) {
            if (tokens) {
                tokens("task_", e, row);
            }
            if (cost) {
                cost("task_", "task_requests_unpriced", e, row);
            }
        }
    }

    private static void tokens(String book, JsonNode e, Row row) {
        for (String kind : List.of("input", "cached_input", "cache_write", "output", "reasoning")) {
            row.add(book + kind + "_tokens", e.path(kind + "_tokens").asLong());
        }
    }

    private void cost(String book, String unpriced, JsonNode e, Row row) {
        if (e.has("cost_usd")) {
            row.add(
                    book + "cost_reported",
                    e.path("cost_usd").decimalValue().setScale(9, RoundingMode.HALF_EVEN));
            return;
        }
        BigDecimal list = listPrice(e);
        if (list == null) {
            row.add(unpriced, 1);
        } else {
            row.add(book + "cost_priced", list);
        }
    }

    private BigDecimal listPrice(JsonNode e) {
        // Later rows of a model come later in the file; the first holds from the beginning.
        JsonNode row =
                prices.getOrDefault(e.path("model").asText(), List.of()).stream()
                        .filter(r -> r.path("effective_from").asText("").compareTo(day(e)) <= 0)
                        .reduce((a, b) -> b)
                        .orElse(null);
        if (row == null || !e.has("input_tokens") || !e.has("output_tokens")) {
            return null;
        }
        long in = e.path("input_tokens").asLong();
        JsonNode tier = row.path("above_input_tokens");
        JsonNode price =
                (tier.isMissingNode() || in <= tier.path("threshold").asLong() ? row : tier)
                        .path("usd_per_million");
        long cached = e.path("cached_input_tokens").asLong();
        long written = e.path("cache_write_tokens").asLong();
        return part(price, "input", Math.max(0, in - cached - written))
                .add(part(price, "cached_input", cached))
                .add(part(price, "cache_write", written))
                .add(part(price, "output", e.path("output_tokens").asLong()))
                .setScale(9, RoundingMode.HALF_EVEN);
    }

    private static String day(JsonNode e) {
        return Instant.ofEpochMilli(time(e)).toString().substring(0, 10);
    }

    private static BigDecimal part(JsonNode price, String kind, long tokens) {
        JsonNode usd = price.has(kind) ? price.path(kind) : price.path("input");
        return new BigDecimal(usd.asText()).multiply(BigDecimal.valueOf(tokens)).movePointLeft(6);
    }

    private void request(JsonNode e, Row row) {
        row.add("requests", 1);
        row.add("requests_with_tokens", e.has("input_tokens") || e.has("output_tokens") ? 1 : 0);
        tokens("request_", e, row);
        cost("request_", "requests_unpriced", e, row);
        boolean failed =
                type(e).equals("task_failed")
                        || (type(e).equals("llm_call") && e.has("error_type"));
        if (failed) {
            row.add("requests_failed", 1);
            String error = e.path("error_type").asText();
            row.add("errors_" + (ERRORS.contains(error) ? error : "other"), 1);
        }
        if (e.has("duration_ms")) {
            row.add("requests_timed", 1);
            row.add("request_duration_ms", e.path("duration_ms").asLong());
            row.latency.merge(bucket(e), 1L, Long::sum);
        }
    }

    private interface Into {
        void row(Row row);
    }

    /** Every row that an event at its time and cell belongs to. */
    private void each(JsonNode e, Into into) {
        String provider = e.path("provider").asText("");
        String model = e.path("model").asText("");
        String agent = e.path("agent_id").asText() + "|" + e.path("agent_type").asText("unknown");
        for (int size : new int[] {60, 300, 3600, 86_400}) {
            into.row(row("agent_window", size, time(e), agent + "|" + provider + "|" + model));
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
                Math.floor(Math.log(Math.max(1, e.path("duration_ms").asLong())) / Math.log(gamma));
    }

    static String hex(TreeMap<Integer, Long> buckets) {
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

    private static boolean isEnding(JsonNode e) {
        return List.of("task_completed", "task_failed", "task_cancelled").contains(type(e));
    }

    private static String type(JsonNode e) {
        return e.path("type").asText();
    }

    private static String id(JsonNode e) {
        return e.path("event_id").asText();
    }

    private static long time(JsonNode e) {
        return OffsetDateTime.parse(e.path("time").asText()).toInstant().toEpochMilli();
    }
}
