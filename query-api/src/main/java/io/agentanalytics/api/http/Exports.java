package io.agentanalytics.api.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentanalytics.api.query.AgentPages;
import io.agentanalytics.api.query.Columns;
import io.agentanalytics.api.query.Listing;
import io.agentanalytics.api.query.ProviderQueries;
import io.agentanalytics.api.query.Queries;
import io.agentanalytics.api.query.TaskQueries;
import io.agentanalytics.api.query.TaskSearch;
import io.agentanalytics.api.query.TimeRange;
import io.agentanalytics.contract.TokenKind;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Exports of whole tables as CSV (RFC 4180) or newline-delimited JSON. Rows are streamed in small
 * batches. A peer that does not read is disconnected, because each export holds a Postgres
 * connection.
 */
final class Exports {
    private static final int AT_ONCE = 2;
    private static final Logger LOG = LoggerFactory.getLogger(Exports.class);

    /**
     * Maximum duration of an export. A running export blocks the creation and removal of
     * partitions.
     */
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private static final int CHUNK = 64 << 10;

    /** Stands for a column for each kind of tokens, and their total. */
    private static final String TOKENS = "tokens.*";

    private static final List<String> TASK_COLUMNS =
            columns(
                    """
                    task_id agent_id agent_type parent_task_id root_task_id provider model
                    outcome submitted_at started_at ended_at duration_ms calls calls_failed
                    tokens.* cost_usd cost_by_source.reported cost_by_source.priced
                    unpriced_requests error_type error_message files_created files_modified tags""");
    private static final List<String> AGENT_COLUMNS =
            columns(
                    """
                    agent_id agent_type tags tasks succeeded failed cancelled unreported
                    abandoned success_rate cost_usd cost_by_source.reported
                    cost_by_source.priced unpriced_requests cost_per_task_usd tokens.*
                    duration_ms.mean duration_ms.p50 duration_ms.p95 duration_ms.p99
                    files_created files_modified running mostly_on last_seen""");
    private static final List<String> PROVIDER_COLUMNS =
            columns(
                    """
                    provider requests failed success_rate error_rate share latency_ms.mean
                    latency_ms.p50 latency_ms.p95 latency_ms.p99 cost_usd
                    cost_by_source.reported cost_by_source.priced unpriced_requests
                    cost_per_request_usd cost_per_success_usd tokens.*""");

    private static List<String> columns(String names) {
        List<String> columns = new ArrayList<>();
        for (String name : names.split("\\s+", -1)) {
            if (name.equals(TOKENS)) {
                TokenKind.all().forEach(k -> columns.add("tokens." + lower(k)));
                columns.add("tokens.total");
            } else {
                columns.add(name);
            }
        }
        return List.copyOf(columns);
    }

    private static String lower(TokenKind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private final Queries queries;
    private final SlowPeers slowPeers;
    private final Semaphore room = new Semaphore(AT_ONCE);

    Exports(Queries queries, SlowPeers slowPeers) {
        this.queries = queries;
        this.slowPeers = slowPeers;
    }

    void export(Context c) throws IOException {
        ListParams p = ListParams.whole(c, "table", "format", "where", "filter", "tag");
        String table = p.oneOf("table", "tasks", "agents", "providers");
        boolean ofAgents = table.equals("agents");
        if ((p.text("tag") != null && !ofAgents)
                || (p.text("filter") != null && table.equals("tasks"))) {
            throw Problem.badRequest(
                    "bad_parameter", "tag is for agents, filter for agents and providers.");
        }
        boolean csv = p.oneOf("format", "csv", "ndjson").equals("csv");
        TimeRange range = p.range(queries.now());
        Listing listing = listing(p, table);
        if (!room.tryAcquire()) {
            c.header("Retry-After", "10");
            throw new Problem(
                    503, "too_many_exports", AT_ONCE + " exports are under way; try again later.");
        }
        try {
            write(c, table, csv, range, listing.withoutLimit());
        } catch (IOException | RuntimeException e) {
            if (!c.res().isCommitted()) {
                throw e;
            }
            // Aborts the connection, so that a partial table does not look like a complete one.
            LOG.warn("An export of {} was aborted: {}", table, e.toString());
            slowPeers.cut(c.req());
        } finally {
            room.release();
        }
    }

    private static Listing listing(ListParams p, String table) {
        return switch (table) {
            case "tasks" -> p.tasks();
            case "agents" -> p.listing(Columns.AGENTS);
            default -> p.listing(Columns.PROVIDERS);
        };
    }

    private void write(Context c, String table, boolean csv, TimeRange range, Listing listing)
            throws IOException {
        c.res().setContentType(csv ? "text/csv; charset=utf-8" : "application/x-ndjson");
        c.header("Cache-Control", "no-store");
        c.header(
                "Content-Disposition",
                "attachment; filename=\"%s.%s\"".formatted(table, csv ? "csv" : "ndjson"));
        if (c.method().equals(HandlerType.HEAD)) {
            return;
        }
        OutputStream out = slowPeers.deadline(c.req(), c.res().getOutputStream());
        switch (table) {
            case "tasks" -> {
                LineWriter lines = new LineWriter(out, csv, TASK_COLUMNS);
                TaskSearch all = new TaskSearch(range, null, null, listing);
                queries.stream(handle -> new TaskQueries(handle).each(all, lines));
                lines.finish();
            }
            case "agents" -> {
                var page = queries.ask(range, context -> new AgentPages(context).page(listing));
                all(page.rows(), out, csv, AGENT_COLUMNS);
            }
            default -> {
                var page =
                        queries.ask(range, context -> new ProviderQueries(context).page(listing));
                all(page.rows(), out, csv, PROVIDER_COLUMNS);
            }
        }
    }

    private static void all(List<?> views, OutputStream out, boolean csv, List<String> columns)
            throws IOException {
        LineWriter lines = new LineWriter(out, csv, columns);
        views.forEach(lines);
        lines.finish();
    }

    /** Writes one view per line, in chunks. */
    private static final class LineWriter implements Consumer<Object> {
        private final OutputStream out;
        private final boolean csv;
        private final List<String> paths;
        private final long until = System.nanoTime() + LONGEST.toNanos();
        private final StringBuilder chunk = new StringBuilder();

        LineWriter(OutputStream out, boolean csv, List<String> columns) {
            this.out = out;
            this.csv = csv;
            this.paths = columns.stream().map(name -> "/" + name.replace('.', '/')).toList();
            if (csv) {
                chunk.append(
                                columns.stream()
                                        .map(name -> name.replace('.', '_'))
                                        .collect(Collectors.joining(",")))
                        .append("\r\n");
            }
        }

        @Override
        public void accept(Object view) {
            if (csv) {
                JsonNode row = ApiJson.tree(view);
                chunk.append(
                                paths.stream()
                                        .map(path -> cell(row.at(path)))
                                        .collect(Collectors.joining(",")))
                        .append("\r\n");
            } else {
                chunk.append(new String(ApiJson.bytes(view), StandardCharsets.UTF_8)).append('\n');
            }
            if (chunk.length() >= CHUNK) {
                try {
                    flush();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }

        void finish() throws IOException {
            flush();
        }

        private void flush() throws IOException {
            if (System.nanoTime() > until) {
                throw new IOException("an export may take " + LONGEST);
            }
            out.write(chunk.toString().getBytes(StandardCharsets.UTF_8));
            chunk.setLength(0);
        }
    }

    /**
     * Formats a CSV cell. Prefixes text that a spreadsheet would run as a formula with an
     * apostrophe.
     */
    static String cell(JsonNode value) {
        if (value.isNull() || value.isMissingNode()) {
            return "";
        }
        if (value.isNumber()) {
            return value.isBigDecimal() ? value.decimalValue().toPlainString() : value.asText();
        }
        String text = value.isContainerNode() ? value.toString() : value.asText();
        if (!text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0) {
            text = "'" + text;
        }
        return text.matches("(?s).*[\",\r\n].*") ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }
}
