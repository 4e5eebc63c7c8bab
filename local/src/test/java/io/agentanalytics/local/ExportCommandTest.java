package io.agentanalytics.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentanalytics.contract.Histogram;
import io.agentanalytics.local.export.ExportTable;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Exported files, opened again by DuckDB. */
@Execution(ExecutionMode.CONCURRENT)
class ExportCommandTest {
    private static final int MANY = 100_000;
    @TempDir static Path directory;
    private static EmbeddedPostgres postgres;
    private Path files;

    @BeforeAll
    static void start() throws Exception {
        postgres =
                TestPostgres.start(
                        directory.resolve("data"), Instant.parse("2026-11-22T23:00:00Z"));
        String histogram = HexFormat.of().formatHex(new Histogram().add(900).toBytes());
        TestPostgres.sql(
                postgres,
                """
                INSERT INTO store.task_execution_timeline (task_id, ended_at, agent_id, agent_type,
                    root_task_id, model, outcome, duration_ms, calls, calls_failed, cost_reported,
                    cost_priced, requests_unpriced, error_message, verdict_until, retracted, epoch,
                    seen, tags)
                VALUES ('t1', '2026-11-21T23:59:59.123Z', '=cmd|1', 'coder', 't1', 'gpt-5',
                    'succeeded', 1200, 3, 0, 0.123456789, 0, 0, 'a "quoted", line',
                    '2026-11-22T10:00:00Z', false, 0, 1, '{"team": "search"}'),
                    ('t2', '2026-11-22T00:00:00Z', 'a', 'coder', 't2', NULL, 'failed', NULL, 0, 0,
                    0, 0, 1, NULL, '2026-11-22T10:00:00Z', false, 0, 1, '{}'),
                    ('outside', '2026-11-23T00:00:00Z', 'a', 'coder', 't2', NULL, 'failed', NULL,
                    0, 0, 0, 0, 1, NULL, '2026-11-22T10:00:00Z', false, 0, 1, '{}');
                INSERT INTO store.waste_findings (ended_at, task_id, pattern, place, agent_id,
                    agent_type, times, calls, cost, calls_unpriced, started_at, finished_at, epoch,
                    seen)
                SELECT '2026-11-21T23:59:59.123Z', 't1', 'repeated_reads', seen, 'a', 'coder', 3,
                    2, 0.05, 0, '2026-11-21T23:00:00Z', '2026-11-21T23:30:00Z', 0, seen
                FROM generate_series(0, 1) AS seen;
                INSERT INTO store.provider_window (granularity, window_start, provider, model,
                    closed, epoch, seen, requests, request_cost_reported, request_latency,
                    task_duration)
                SELECT g, '2026-11-22T12:00:00Z', 'openai', 'gpt-5', true, 0, 1, 7, 0.000000001,
                    '\\x%s', ''
                FROM unnest(ARRAY[10, 60, 3600]) AS g;
                INSERT INTO store.dimension_window (granularity, window_start, dimension, value,
                    crossed_value, provider, model, closed, epoch, seen, requests,
                    request_cost_reported, request_latency, task_duration)
                SELECT g, '2026-11-22T12:00:00Z', d, split_part(v, '+', 1), split_part(v, '+', 2),
                    'openai', 'gpt-5', true, 0, 1, 7, 0.000000001, '', ''
                FROM unnest(ARRAY[300, 3600]) AS g, (VALUES ('team', 'search'), ('team', ''),
                    ('team+env', 'search+prod')) AS v (d, v);
                INSERT INTO store.task_execution_timeline (task_id, ended_at, agent_id, agent_type,
                    root_task_id, outcome, calls, calls_failed, cost_reported, cost_priced,
                    requests_unpriced, error_message, verdict_until, retracted, epoch, seen)
                SELECT 'many' || n, timestamptz '2026-11-10T00:00:00Z' + n * interval '1 s', 'a',
                    'coder', 'r', 'failed', 1, 1, 0.000000001, 0, 0, lpad(n::text, 900, 'x'),
                    '2026-11-22T10:00:00Z', false, 0, 1
                FROM generate_series(1, %d) AS n;
                """
                        .formatted(histogram, MANY));
    }

    @AfterAll
    static void stop() throws IOException {
        postgres.close();
    }

    @BeforeEach
    void files() throws IOException {
        files = Files.createTempDirectory(directory, "export");
    }

    private static List<String> arguments(String... more) {
        List<String> all = new ArrayList<>(List.of("export", "--database-url"));
        all.add(postgres.getJdbcUrl("agent_analytics_api", "postgres"));
        all.addAll(Stream.of(more).toList());
        return all;
    }

    private Path export(String table, String format, String... more) {
        Path file = files.resolve(table + "." + format);
        List<String> all = arguments("--table", table, "--format", format, "--output");
        all.add(file.toString());
        all.addAll(List.of("--from", "2026-11-21", "--to", "2026-11-23"));
        all.addAll(Stream.of(more).toList());
        CommandRun run = CommandRun.of(all);
        assertThat(run.code()).as(run.err()).isZero();
        return file;
    }

    /** Calls a check with the first row of a query on the file, which is {@code f} in it. */
    private static void withRow(String query, Path file, RowCheck check) throws SQLException {
        try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duck.createStatement();
                ResultSet row = statement.executeQuery(query.replace("$f", "'" + file + "'"))) {
            assertThat(row.next()).isTrue();
            check.check(row);
        }
    }

    private interface RowCheck {
        void check(ResultSet row) throws SQLException;
    }

    @ParameterizedTest
    @ValueSource(strings = {"parquet", "csv", "ndjson"})
    void everyFormatCanBeReadBack(String format) throws Exception {
        Path file = export("tasks", format);
        withRow(
                "SELECT count(*) AS n, sum(cost_usd) AS cost, min(ended_at)::TIMESTAMPTZ AS first"
                        + " FROM $f",
                file,
                row -> {
                    assertThat(row.getLong("n")).isEqualTo(2);
                    assertThat(row.getBigDecimal("cost"))
                            .isEqualByComparingTo(new BigDecimal("0.123456789"));
                    assertThat(row.getObject("first", OffsetDateTime.class).toInstant())
                            .isEqualTo(Instant.parse("2026-11-21T23:59:59.123Z"));
                });
        withRow(
                "SELECT cost_usd, duration_ms FROM $f WHERE task_id = 't2'",
                file,
                row -> {
                    assertThat(row.getObject("cost_usd")).isNull();
                    assertThat(row.getObject("duration_ms")).isNull();
                });
        assertThat(files.toFile().list()).containsExactly(file.getFileName().toString());
    }

    @Test
    void parquetHasTypes() throws Exception {
        withRow(
                "SELECT typeof(cost_usd) AS cost, typeof(ended_at) AS at, typeof(calls) AS calls,"
                        + " tags->>'team' AS team, agent_id FROM $f WHERE task_id = 't1'",
                export("tasks", "parquet"),
                row -> {
                    assertThat(row.getString("cost")).isEqualTo("DECIMAL(38,9)");
                    assertThat(row.getString("at")).isEqualTo("TIMESTAMP WITH TIME ZONE");
                    assertThat(row.getString("calls")).isEqualTo("BIGINT");
                    assertThat(row.getString("team")).isEqualTo("search");
                    assertThat(row.getString("agent_id")).isEqualTo("=cmd|1");
                });
    }

    @Test
    void linesOfJsonHaveNestedTags_andTimesOfRfc3339() throws Exception {
        String first = Files.readAllLines(export("tasks", "ndjson")).get(0);
        JsonNode task = new ObjectMapper().readTree(first);
        assertThat(task.path("tags").path("team").asText()).isEqualTo("search");
        assertThat(Instant.parse(task.path("ended_at").asText()))
                .isEqualTo(Instant.parse("2026-11-21T23:59:59.123Z"));
    }

    @Test
    void aSpreadsheetRunsNoFormulaOfACsv() throws Exception {
        String csv = Files.readString(export("tasks", "csv"));
        assertThat(csv)
                .contains(",'=cmd|1,")
                .doesNotContain(",=cmd")
                .contains("\"a \"\"quoted\"\"");
    }

    @ParameterizedTest
    @CsvSource({"3600", "60", "10"})
    void windowsAreOfOneGranularity_withPercentiles(int granularity) throws Exception {
        Path file =
                export(
                        "provider_statistics",
                        "parquet",
                        "--granularity",
                        Integer.toString(granularity));
        withRow(
                "SELECT count(*) AS n, max(granularity) AS g, max(request_latency_p95_ms) AS p95,"
                        + " max(task_duration_p95_ms) AS none, sum(request_cost_usd) AS cost FROM $f",
                file,
                row -> {
                    assertThat(row.getLong("n")).isOne();
                    assertThat(row.getInt("g")).isEqualTo(granularity);
                    assertThat(row.getDouble("p95")).isBetween(891.0, 909.0);
                    assertThat(row.getObject("none")).isNull();
                    assertThat(row.getBigDecimal("cost"))
                            .isEqualByComparingTo(new BigDecimal("0.000000001"));
                });
    }

    @Test
    void dimensionsAreExportedByValue() throws Exception {
        withRow(
                "SELECT count(*) AS n, sum(request_cost_usd) AS cost,"
                        + " count(*) FILTER (value = '') AS untagged,"
                        + " max(crossed_value) AS env FROM $f",
                export("dimension_statistics", "parquet"),
                row -> {
                    assertThat(row.getLong("n")).isEqualTo(3);
                    assertThat(row.getLong("untagged")).isOne();
                    assertThat(row.getString("env")).isEqualTo("prod");
                    assertThat(row.getBigDecimal("cost"))
                            .isEqualByComparingTo(new BigDecimal("0.000000003"));
                });
    }

    @Test
    void wasteOfAnEarlierVersionOfATask_isLeftOut() throws Exception {
        withRow(
                "SELECT count(*) AS n, sum(cost_usd) AS cost FROM $f",
                export("waste", "parquet"),
                row -> {
                    assertThat(row.getLong("n")).isOne();
                    assertThat(row.getBigDecimal("cost")).isEqualByComparingTo("0.05");
                });
    }

    @Test
    void everyTableIsExported_andDocumented() throws Exception {
        String docs = Files.readString(Path.of("..", "docs", "grafana.md"));
        for (String table : ExportTable.names()) {
            assertThat(docs).contains("\n| `" + table + "` |");
            Path file = export(table, "parquet");
            withRow("SELECT count(*) FROM $f", file, row -> row.getLong(1));
        }
    }

    /** The rows have several times the size of the heap. */
    @Test
    void aLargeRangeNeedsLittleMemory() throws Exception {
        Path file = files.resolve("many.parquet");
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx48m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                AgentAnalytics.class.getName()));
        command.addAll(arguments("--from", "2026-11-01", "--to", "2026-11-20", "--output"));
        command.add(file.toString());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
        withRow(
                "SELECT count(*) AS n, sum(cost_usd) AS cost FROM $f",
                file,
                row -> {
                    assertThat(row.getLong("n")).isEqualTo(MANY);
                    assertThat(row.getBigDecimal("cost"))
                            .isEqualByComparingTo(new BigDecimal("0.0001"));
                });
    }

    @Test
    void aFailedExport_leavesTheOldFile() throws Exception {
        Path file = Files.writeString(files.resolve("tasks.csv"), "old");
        List<String> all = arguments("--format", "csv", "--output");
        all.addAll(List.of(file.toString(), "--from", "2026-11-21"));
        all.set(2, "jdbc:postgresql://127.0.0.1:1/postgres");
        assertThat(CommandRun.of(all).code()).isEqualTo(1);
        assertThat(file).hasContent("old");
        assertThat(files.toFile().list()).containsExactly(file.getFileName().toString());
    }

    @ParameterizedTest
    @CsvSource({
        "--table secrets, --table is 'secrets'; write one of tasks",
        "--format xls, --format is 'xls'; write one of parquet",
        "--table fleet_statistics --granularity 7, --granularity is 7",
        "--table provider_statistics --granularity 86400, 'provider_statistics has 10, 60, 3600.'",
        "--table agent_statistics --granularity 10, 'agent_statistics has 60, 300, 3600, 86400.'",
        "--table dimension_statistics --granularity 10, --granularity is 10; dimension_statistics",
        "--from 2027-01-01 --to 2026-01-01, write a time before --to",
        "--output /no/such/directory/x.csv, in an existing directory",
    })
    void wrongUsage_isNamed(String test, String message) {
        List<String> all = arguments(test.split(" "));
        if (!test.contains("--from")) {
            all.addAll(List.of("--from", "2026-11-21"));
        }
        CommandRun run = CommandRun.of(all);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains(message).doesNotContain("\tat ");
    }
}
