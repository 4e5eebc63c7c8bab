package io.agentanalytics.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentanalytics.api.http.SampleEvents;
import io.agentanalytics.api.options.ApiOptions;
import io.agentanalytics.api.options.ApiOptionsBuilder;
import io.agentanalytics.api.options.Tokens;
import io.agentanalytics.contract.Histogram;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;

/** A real Postgres with a few rows, and the API over it. */
final class ApiFixture implements AutoCloseable {
    static final Instant NOW = Instant.parse("2026-11-22T14:30:20Z");
    static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    static final ObjectMapper JSON = new ObjectMapper();
    static final HttpClient CLIENT = HttpClient.newHttpClient();

    final EmbeddedPostgres postgres;
    final QueryApi api;
    private final Connection upkeep;

    private ApiFixture(EmbeddedPostgres postgres, Connection upkeep, QueryApi api) {
        this.postgres = postgres;
        this.upkeep = upkeep;
        this.api = api;
    }

    static ApiFixture start(Path directory) throws Exception {
        return start(directory, null);
    }

    static ApiFixture start(Path directory, SampleEvents samples) throws Exception {
        EmbeddedPostgres postgres = PreparedPostgres.start(directory);
        Connection upkeep = holdUpkeep(postgres);
        ApiFixture fixture =
                new ApiFixture(
                        postgres, upkeep, QueryApi.start(options(postgres, 0), CLOCK, samples));
        fixture.fill();
        return fixture;
    }

    /** Blocks the upkeep: the days of these tests are not those of the server's clock. */
    static Connection holdUpkeep(EmbeddedPostgres postgres) throws SQLException {
        Connection upkeep = postgres.getPostgresDatabase().getConnection();
        try (Statement statement = upkeep.createStatement()) {
            statement.execute("SELECT pg_advisory_lock(hashtext('store.upkeep'))");
        }
        return upkeep;
    }

    private void fill() throws SQLException {
        sql(
                """
                INSERT INTO store.progress VALUES (true, '2026-11-22T14:30:19Z',
                    '2026-11-22T14:30:10Z', 2, 3);
                INSERT INTO store.agents VALUES ('a', 'tester', '{"team": "x"}',
                    '2026-11-22T10:00:00Z', '2026-11-22T14:30:00Z', 0, 1, 0, 1);
                """);
        cell(3600, "2026-11-22T12:00:00Z", true, 10, 8, "5.5");
        cell(60, "2026-11-22T12:30:00Z", true, 10, 8, "5.5");
        cell(3600, "2026-11-22T13:00:00Z", false, 1, 1, "1");
        cell(60, "2026-11-22T13:10:00Z", true, 3, 2, "2.000000001");
        cell(300, "2026-11-22T13:10:00Z", true, 3, 2, "2.000000001");
        cell(300, "2026-11-22T14:20:00Z", false, 1, 1, "0.05");
        cell(60, "2026-11-22T14:20:00Z", false, 2, 2, "0.1");
        fillDimensions();
        task("t1", "2026-11-22T14:20:30Z", "succeeded");
        task("t2", "2026-11-22T14:20:40Z", "succeeded");
    }

    /**
     * Two teams, tasks without a team, two environments and both crossed, on two providers: two
     * hours, a day and ten minutes.
     */
    private void fillDimensions() throws SQLException {
        sql(
                """
                UPDATE store.progress SET dimensions = '{"agent_type": null, "team": null,
                    "env": "2026-11-22T11:00:00+00:00", "team+env": null}';
                INSERT INTO store.dimension_window (granularity, window_start, dimension, value,
                    crossed_value, provider, model, closed, epoch, seen, requests, requests_failed,
                    requests_timed, request_duration_ms, requests_with_tokens,
                    request_input_tokens, request_cost_reported, tasks, tasks_succeeded,
                    tasks_failed, task_cost_reported, errors_timeout, request_latency,
                    task_duration)
                SELECT w.granularity, w.window_start, d.dimension, d.value, d.crossed, p.provider,
                    p.model, true, 0, 1, d.n, 1, d.n, d.n * 100, d.n, d.n * 10,
                    d.n * 0.000000001, d.n, d.n - 1, 1, d.n * 0.000000002, 1, w.latency, ''
                FROM (SELECT 86400 AS granularity, '2026-11-20T00:00:00Z'::timestamptz
                          AS window_start, ''::bytea AS latency
                      UNION ALL SELECT 3600, '2026-11-22T11:00:00Z', ''
                      UNION ALL SELECT 3600, '2026-11-22T12:00:00Z', ''
                      UNION ALL SELECT 60, t, '\\xcc0702'::bytea
                      FROM generate_series('2026-11-22T14:20:00Z'::timestamptz,
                          '2026-11-22T14:29:00Z', '1 minute') t) w,
                    (VALUES ('agent_type', 'tester', '', 60), ('team', 'x', '', 30),
                        ('team', 'y', '', 20), ('team', '', '', 10), ('env', 'prod', '', 45),
                        ('env', 'test', '', 15), ('team+env', 'x', 'prod', 30),
                        ('team+env', 'y', 'prod', 5), ('team+env', 'y', 'test', 15),
                        ('team+env', '', 'prod', 10)) d (dimension, value, crossed, n),
                    (VALUES ('openai', 'gpt-5'), ('', '')) p (provider, model)
                """);
    }

    /** The fleet's and a provider's windows, by 10 s and by minute, and more tasks. */
    void fillFleet() throws SQLException {
        for (int seconds : new int[] {10, 60}) {
            for (String table : new String[] {"system_window", "provider_window"}) {
                boolean provider = table.equals("provider_window");
                sql(
                        """
                        INSERT INTO store.%s (granularity, window_start, %s closed, epoch, seen,
                            requests, requests_failed,
                            requests_timed, request_duration_ms, requests_with_tokens,
                            request_input_tokens, request_output_tokens,
                            request_cost_reported, errors_timeout, tasks, tasks_succeeded,
                            request_latency, task_duration)
                        SELECT %d, t, %s true, 0, 1, 4, 1, 4, 4000, 4, 100, 20, 0.25, 1, 2, 2,
                            '\\x'::bytea, '\\x'::bytea
                        FROM generate_series('2026-11-22T14:20:00Z'::timestamptz,
                            '2026-11-22T14:29:50Z', '%d seconds') AS t
                        """
                                .formatted(
                                        table,
                                        provider ? "provider, model," : "",
                                        seconds,
                                        provider ? "'openai', 'gpt-5'," : "",
                                        seconds));
            }
        }
        sql(
                """
                INSERT INTO store.task_execution_timeline (task_id, ended_at, agent_id, agent_type,
                    root_task_id, provider, model,
                    outcome, started_at, duration_ms, calls, calls_failed, input_tokens,
                    cached_input_tokens, cache_write_tokens,
                    output_tokens, reasoning_tokens, cost_reported, cost_priced, requests_unpriced,
                    error_type, files_created,
                    verdict_until, retracted, epoch, seen)
                SELECT 'm' || n, '2026-11-22T14:00:00Z'::timestamptz + (n / 3) * interval
                    '1 second', 'a', 'tester', 'm',
                    nullif('p' || n % 3, 'p0'), nullif('m' || n % 2, 'm0'), (ARRAY['succeeded',
                    'failed'])[1 + n % 2],
                    CASE WHEN n % 4 > 0 THEN '2026-11-22T13:00:00Z'::timestamptz + n * interval
                    '1 ms' END, nullif(n % 5, 0), n % 7, 0,
                    nullif(n % 6, 0), 0, 0, 1, 0, (n % 8) * 0.000000001, 0, CASE n % 8 WHEN 0 THEN 1
                    ELSE 0 END,
                    CASE n % 2 WHEN 1 THEN 'timeout' END, nullif(n % 3, 0), '2026-11-22T15:00:00Z',
                    false, 0, 1
                FROM generate_series(1, 40) AS n
                """);
        sql(
                """
                INSERT INTO store.task_execution_timeline (task_id, ended_at, agent_id, agent_type,
                    parent_task_id, root_task_id, outcome, calls, calls_failed, cost_reported,
                    cost_priced, requests_unpriced, verdict_until, retracted, epoch, seen, tags)
                VALUES ('sub', '2026-11-22T14:10:00Z', 'b', 'reviewer', 'm1', 'm1', 'succeeded', 0,
                    0, 0.5, 0, 0, '2026-11-22T15:10:00Z', false, 0, 1, '{"team": "x"}')
                """);
    }

    /** Two hours of the fleet and of a provider, with a histogram, and an alert that fired. */
    void fillHours() throws SQLException {
        for (String keys : new String[] {"", "provider, model,"}) {
            sql(
                    """
                    INSERT INTO store.%s (granularity, window_start, %s closed, epoch, seen,
                        requests, requests_failed, request_input_tokens,
                        request_cached_input_tokens, request_cost_reported, errors_timeout, tasks,
                        tasks_succeeded, task_cost_reported, request_latency, task_duration)
                    SELECT 3600, t, %s true, 0, 1, 40, 2, 1000, 400, 2.5, 2, 20, 18, 2.5, '%s', ''
                    FROM generate_series('2026-11-22T12:00:00Z'::timestamptz,
                        '2026-11-22T13:00:00Z', '1 hour') AS t
                    """
                            .formatted(
                                    keys.isEmpty() ? "system_window" : "provider_window",
                                    keys,
                                    keys.isEmpty() ? "" : "'openai', 'gpt-5',",
                                    hex(new Histogram().add(900).add(2100))));
        }
        sql(
                """
                INSERT INTO store.alerts (alert_id, fingerprint, rule_id, rule_version, type,
                    severity, state, change, scope, subject, title, description, starts_at,
                    changed_at, fired_at, basis, shadow, flapping, evidence, epoch, revision)
                VALUES ('grafana', 'f', 'cost_spike', 1, 'cost_spike', 'critical', 'firing',
                    'fires', 'agent', 'a', 'Cost', 'Costs more', '2026-11-22T14:10:00Z',
                    '2026-11-22T14:10:00Z', '2026-11-22T14:10:00Z', 'event', false, false, '{}',
                    0, 1)
                """);
    }

    private static String hex(Histogram histogram) {
        return "\\x" + HexFormat.of().formatHex(histogram.toBytes());
    }

    /** A live decision, and the figures that led to it. */
    void fillWeights() throws SQLException {
        sql(
                """
                INSERT INTO store.weight_decisions VALUES ('global', 12, '2026-11-22T14:30:15Z',
                    '2026-11-22T14:31:15Z', 'live',
                    '{"success_usd": 0.1, "failure_usd": 0.05, "second_usd": 0.001}',
                    '{"openai": 0.02, "anthropic": 0.98}',
                    '{"openai": {"state": "open", "since": "2026-11-22T14:20:00Z", "n": 12,
                    "success": 0.2, "latency_ms": 2100,
                        "cost_usd": 0.01, "cost_per_success_usd": 0.26, "value_usd": -0.02,
                        "uncertainty_usd": 0.01, "limit": 1, "reason": "fails",
                        "recent": {"seconds": 120, "calls": 12, "succeeded": 2, "failed": 10,
                        "refused": 0, "success": 0.17}, "worse_than_usual": true},
                      "anthropic": {"state": "capped", "since": "2026-11-22T14:20:00Z", "n": 300,
                          "success": 0.99, "latency_ms": 2400,
                        "cost_usd": 0.02, "cost_per_success_usd": 0.03, "value_usd": 0.07,
                        "uncertainty_usd": 0.001, "limit": 0.98, "cap": 4.5, "reason": "well"}}');
                INSERT INTO store.provider_weights (at, scope, provider, version, mode, weight,
                    weight_before, state, reason, standing) VALUES
                    ('2026-11-22T13:00:00Z', 'global', 'openai', 10, 'live', 0.6, 0, 'closed',
                        'first', '{}'),
                    ('2026-11-22T13:00:00Z', 'global', 'anthropic', 10, 'live', 0.4, 0, 'closed',
                        'first', '{}'),
                    ('2026-11-22T14:20:00Z', 'global', 'openai', 12, 'live', 0.02, 0.6, 'open',
                        'fails', '{}'),
                    ('2026-11-22T14:20:00Z', 'global', 'anthropic', 12, 'live', 0.98, 0.4, 'capped',
                        'well', '{}');
                """);
    }

    /** A budget of a team with two periods, and one that was deleted. */
    void fillBudgets() throws SQLException {
        sql(
                """
                INSERT INTO store.budgets VALUES ('search', 12, '{"budget_id": "search",
                    "version": 12, "produced_at": "2026-11-22T14:30:15Z",
                    "valid_until": "2026-11-22T14:31:45Z", "match": {"team": "x"},
                    "period": "day", "time_zone": "UTC", "period_start": "2026-11-22T00:00:00Z",
                    "period_end": "2026-11-23T00:00:00Z", "counted_since": null, "soft_usd": 8,
                    "hard_usd": 10, "enforce": true, "state": "hard", "spent_usd": 9.000000001,
                    "unpriced_requests": 3,
                    "reserved_usd": 0.8, "reserved_high_usd": 1.1, "tasks_in_flight": 2,
                    "tasks_unestimated": 0, "forecast_usd": 12, "forecast_low_usd": 10,
                    "forecast_high_usd": 14, "problem": null}'), ('gone', 3, NULL);
                INSERT INTO store.budget_periods (budget_id, period_start, period_end, version,
                    match, state, soft_usd, hard_usd, spent_usd, reserved_usd, counted_since,
                    requests_unpriced) VALUES
                    ('search', '2026-11-21T00:00:00Z', '2026-11-22T00:00:00Z', 5, '{}', 'ok', 8, 10,
                        7.5, 0, '2026-11-21T10:00:00Z', NULL),
                    ('search', '2026-11-22T00:00:00Z', '2026-11-23T00:00:00Z', 12, '{}', 'hard', 8,
                        10, 9.000000001, 0.8, NULL, 3);
                """);
    }

    /** Findings in tasks of the fleet, one of them of an earlier version of its task. */
    void fillWaste() throws SQLException {
        sql(
                """
                INSERT INTO store.waste_findings (ended_at, task_id, pattern, place, agent_id,
                    agent_type, repo, tool, times, calls, cost, calls_unpriced, started_at,
                    finished_at, epoch, seen)
                SELECT t.ended_at, t.task_id, f.pattern, f.place, t.agent_id, f.type, f.repo, f.tool,
                    f.times, f.times - 1, f.cost, f.unpriced, t.ended_at - interval '1 minute',
                    t.ended_at - interval '30 seconds', 0, t.seen - f.behind
                FROM store.task_execution_timeline t JOIN (VALUES
                    ('t1', 'tool_failures', 3, 'coder', 'shop', 'Bash', 4, 0.000000003, 0, 0),
                    ('m1', 'tool_failures', 0, 'coder', 'shop', 'Bash', 3, 0.25, 0, 0),
                    ('m1', 'tool_failures', 9, 'coder', 'shop', 'Edit', 5, 0.5, 1, 0),
                    ('m2', 'tool_failures', 0, 'coder', NULL, 'Bash', 3, 0.1, 0, 0),
                    ('m3', 'growing_context', 2, 'tester', 'shop', NULL, 8, 2.0, 0, 0),
                    ('m4', 'growing_context', 2, 'tester', 'shop', NULL, 8, 9.0, 0, 1)
                ) AS f (task_id, pattern, place, type, repo, tool, times, cost, unpriced, behind)
                    USING (task_id)
                """);
    }

    /** Two models with enough tasks for advice. */
    void fillOutcomes() throws SQLException {
        sql(
                """
                INSERT INTO store.task_execution_timeline (task_id, ended_at, agent_id, agent_type,
                    root_task_id, provider, model,
                    outcome, duration_ms, calls, calls_failed, cost_reported, cost_priced,
                    requests_unpriced, verdict_until, retracted, epoch, seen)
                SELECT p.provider || n, '2026-11-22T14:00:00Z'::timestamptz + n * interval
                    '1 second', p.provider || '-agent', 'solver', p.provider || n,
                    p.provider, p.model, CASE WHEN n % 10 = 0 THEN 'failed' ELSE 'succeeded' END,
                    1000 + n, 1, 0, p.cost + n * 0.00001, 0, 0,
                    '2026-11-22T15:00:00Z', false, 0, 1
                FROM generate_series(1, 1000) n, (VALUES ('openai', 'expensive', 0.5),
                    ('anthropic', 'cheap', 0.1)) p (provider, model, cost)
                """);
    }

    static EmbeddedPostgres postgresOf(Path data) throws IOException {
        return builder(data).start();
    }

    static EmbeddedPostgres.Builder builder(Path data) {
        System.setProperty(
                "ot.epg.working-dir",
                System.getProperty("java.io.tmpdir")
                        + "/agent-analytics-postgres-"
                        + System.getProperty("user.name"));
        return EmbeddedPostgres.builder().setDataDirectory(data).setServerConfig("timezone", "UTC");
    }

    static ApiOptions options(EmbeddedPostgres postgres, int port) {
        return ApiOptions.loopback(
                port,
                postgres.getJdbcUrl("agent_analytics_api", "postgres"),
                "agent_analytics_api");
    }

    /** On all addresses, with these lines as the token file. */
    ApiOptions open(String tokens, String... trustedProxies) {
        ApiOptions local = options(postgres, 0);
        return ApiOptionsBuilder.builder()
                .host("0.0.0.0")
                .port(0)
                .database(local.database())
                .tokens(Tokens.parse(tokens, "tokens"))
                .open(Set.of())
                .kafka(Map.of())
                .allowedHosts(Set.of())
                .trustedProxies(Set.of(trustedProxies))
                .notifications(io.agentanalytics.api.notify.NotifyOptions.NONE)
                .prices(io.agentanalytics.contract.PriceBook.standard())
                .allowedOrigins(Set.of())
                .build();
    }

    void sql(String text) throws SQLException {
        try (var connection = postgres.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute(text);
        }
    }

    void cell(int seconds, String start, boolean closed, int tasks, int succeeded, String cost)
            throws SQLException {
        cell("a", seconds, start, closed, tasks, succeeded, cost);
    }

    void cell(
            String agent,
            int seconds,
            String start,
            boolean closed,
            int tasks,
            int succeeded,
            String cost)
            throws SQLException {
        sql(
                """
                INSERT INTO store.agent_window (granularity, window_start, agent_id, agent_type,
                    provider, model,
                    closed, epoch, seen, tasks, tasks_succeeded, tasks_failed, task_cost_reported,
                    request_latency, task_duration)
                VALUES (%d, '%s', '%s', 'tester', 'openai', 'gpt-5', %s, 0, 1, %d, %d, %d, %s, '',
                    '')
                """
                        .formatted(
                                seconds,
                                start,
                                agent.replace("'", "''"),
                                closed,
                                tasks,
                                succeeded,
                                tasks - succeeded,
                                cost));
    }

    void task(String id, String ended, String outcome) throws SQLException {
        sql(
                """
                INSERT INTO store.task_execution_timeline (task_id, ended_at, agent_id, agent_type,
                    root_task_id,
                    outcome, calls, calls_failed, cost_reported, cost_priced, requests_unpriced,
                    verdict_until, retracted, epoch, seen)
                VALUES ('%s', '%s', 'a', 'tester', '%s', '%s', 0, 0, 0, 0, 1,
                    '%s'::timestamptz + interval '1 hour', false, 0, 1)
                """
                        .formatted(id, ended, id, outcome, ended));
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + api.port() + path);
    }

    HttpResponse<String> get(String path, String... headers) throws Exception {
        return get(api.port(), path, headers);
    }

    static HttpResponse<String> get(int port, String path, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    static JsonNode json(HttpResponse<String> answer) throws IOException {
        return JSON.readTree(answer.body());
    }

    @Override
    public void close() throws IOException {
        api.close();
        try {
            upkeep.close();
        } catch (SQLException e) {
            throw new IOException(e);
        }
        postgres.close();
    }
}
