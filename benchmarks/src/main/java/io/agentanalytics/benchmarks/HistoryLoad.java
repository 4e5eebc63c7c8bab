package io.agentanalytics.benchmarks;

import io.agentanalytics.api.ApiOptions;
import io.agentanalytics.api.QueryApi;
import io.agentanalytics.contract.Histogram;
import io.agentanalytics.local.LocalPostgres;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Thirty days of a fleet in Postgres, made up by SQL, and the API asked fifty times a second: each
 * route's first answer, and the median, 99th percentile and worst of the rest. With 0 days: agents
 * that all appeared two minutes ago, of which Postgres has no statistics.
 */
public final class HistoryLoad {
    private static final int SECONDS = 20;
    private static final int PER_SECOND = 50;

    private HistoryLoad() {}

    /** Arguments: agents, days, and a part of the routes to ask, or nothing for all. */
    public static void main(String[] args) throws Exception {
        int agents = Integer.parseInt(args[0]);
        int days = Integer.parseInt(args[1]);
        Path directory = Files.createTempDirectory("agent-analytics-history");
        try (LocalPostgres postgres =
                LocalPostgres.start(
                        directory.resolve("postgres"), freePort(), false, Clock.systemUTC())) {
            String url = postgres.jdbcUrl();
            long begun = System.nanoTime();
            fill(postgres.passwords().login(url, "postgres"), agents, days);
            System.out.printf("filled in %d s%n", (System.nanoTime() - begun) / 1_000_000_000);
            ApiOptions options =
                    ApiOptions.loopback(0, url, "agent_analytics_api")
                            .withPassword(postgres.passwords().of("agent_analytics_api"));
            try (QueryApi api = QueryApi.start(options, Clock.systemUTC(), null)) {
                ask(api.port(), agents, args[2]);
            }
        }
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void fill(String url, int agents, int days) throws Exception {
        try (Connection c = DriverManager.getConnection(url);
                Statement s = c.createStatement()) {
            s.execute("SET synchronous_commit = off");
            s.execute("CREATE TEMP TABLE sketch (n int, small bytea, large bytea)");
            Random random = new Random(1);
            try (PreparedStatement insert =
                    c.prepareStatement("INSERT INTO sketch VALUES (?, ?, ?)")) {
                for (int i = 0; i < 64; i++) {
                    insert.setInt(1, i);
                    insert.setBytes(2, sketch(random, 12));
                    insert.setBytes(3, sketch(random, 2000));
                    insert.execute();
                }
            }
            s.execute(
                    "INSERT INTO store.progress VALUES (true, now(), now(), 5, 40) ON CONFLICT (singleton) DO UPDATE SET sampled_at = now(), event_time = now()");
            s.execute(
                    """
                    INSERT INTO store.agents SELECT 'agent-' || a, 'type-' || a %% 7, jsonb_build_object('team', 'team-' || a %% 9),
                        now() - interval '30 days', now(), 0, 1, 0, 1 FROM generate_series(1, %d) AS a
                    """
                            .formatted(agents));
            if (days == 0) {
                burst(s, agents);
                return;
            }
            // Each agent works on two providers; a minute has one of them, longer windows both.
            cells(s, agents, 60, Math.min(days, 2), 1);
            cells(s, agents, 300, Math.min(days, 2), 2);
            cells(s, agents, 3600, days, 2);
            cells(s, agents, 86_400, days, 2);
            for (int seconds : new int[] {60, 3600}) {
                sums(
                        s,
                        "provider_window",
                        "provider, model, ",
                        "'provider-' || m % 4, 'model-' || m, ",
                        8,
                        seconds,
                        days);
                sums(s, "system_window", "", "", 1, seconds, days);
            }
            s.execute(
                    """
                    INSERT INTO store.task_execution_timeline (task_id, ended_at, agent_id, agent_type, root_task_id, provider, model,
                        outcome, duration_ms, calls, calls_failed, input_tokens, output_tokens, cached_input_tokens, cache_write_tokens,
                        reasoning_tokens, cost_reported, cost_priced, requests_unpriced, error_type, verdict_until, retracted, epoch, seen)
                    SELECT 'task-' || a || '-' || n, t, 'agent-' || a, 'type-' || a %% 7, 'task-' || a || '-' || n, 'provider-1', 'model-1',
                        CASE WHEN n %% 9 = 0 THEN 'failed' ELSE 'succeeded' END, 60000 + n, 12, 0, 50000, 2000, 0, 0, 0, 0.25, 0, 0,
                        CASE WHEN n %% 9 = 0 THEN 'timeout' END, t + interval '1 hour', false, 0, 1
                    FROM generate_series(1, %d) AS a, generate_series(1, %d) AS n,
                        LATERAL (SELECT date_trunc('minute', now()) - n * interval '29 minutes' AS t) AS at
                    """
                            .formatted(agents, days * 48));
            s.execute("VACUUM ANALYZE");
        }
    }

    private static void burst(Statement s, int agents) throws Exception {
        s.execute("ALTER SYSTEM SET autovacuum = off");
        s.execute("SELECT pg_reload_conf()");
        s.execute(
                """
                INSERT INTO store.agent_window (granularity, window_start, agent_id, agent_type, provider, model, closed, epoch, seen,
                    requests, tasks, tasks_succeeded, tasks_timed, task_duration_ms, tasks_with_tokens,
                    task_input_tokens, task_output_tokens, task_cost_reported, request_latency, task_duration)
                SELECT seconds, date_bin(seconds * interval '1 second', now() - interval '6 minutes', 'epoch'), 'agent-' || a, 'type-' || a %% 7,
                    'provider-' || a %% 4, 'model-' || a %% 8, seconds <= 300, 0, 1, 1, 1, 1, 1, 2000, 1, 1000, 400, 0.0001 * a, small, small
                FROM generate_series(1, %d) AS a, unnest(ARRAY[60, 300, 3600, 86400]) AS seconds, sketch WHERE sketch.n = a %% 64
                """
                        .formatted(agents));
    }

    private static byte[] sketch(Random random, int values) {
        Histogram histogram = new Histogram();
        for (int i = 0; i < values; i++) {
            histogram.add((long) Math.exp(8 + random.nextGaussian()));
        }
        return histogram.toBytes();
    }

    private static void cells(Statement s, int agents, int seconds, int days, int cells)
            throws Exception {
        s.execute(
                """
                INSERT INTO store.agent_window (granularity, window_start, agent_id, agent_type, provider, model, closed, epoch, seen,
                    requests, tasks, tasks_succeeded, tasks_failed, tasks_timed, task_duration_ms, tasks_with_tokens,
                    task_input_tokens, task_output_tokens, task_cost_reported, request_latency, task_duration)
                SELECT %d, t, 'agent-' || a, 'type-' || a %% 7, 'provider-' || (a + c) %% 4, 'model-' || (a + c) %% 8, t < now() - interval '%d seconds',
                    0, 1, 12, 2, 1, 1, 2, 120000, 2, 100000, 4000, 0.123456789, small, small
                FROM generate_series(date_bin('%d seconds', now() - interval '%d days', 'epoch'), now(), interval '%d seconds') AS t,
                    generate_series(1, %d) AS a, generate_series(1, %d) AS c, sketch
                WHERE sketch.n = (a * 7 + c) %% 64
                """
                        .formatted(seconds, seconds, seconds, days, seconds, agents, cells));
    }

    private static void sums(
            Statement s,
            String table,
            String keys,
            String values,
            int models,
            int seconds,
            int days)
            throws Exception {
        s.execute(
                """
                INSERT INTO store.%s (granularity, window_start, %s closed, epoch, seen, requests, requests_failed, requests_timed,
                    request_duration_ms, requests_with_tokens, request_input_tokens, request_output_tokens, request_cost_reported,
                    tasks, tasks_succeeded, tasks_timed, task_duration_ms, request_latency, task_duration)
                SELECT %d, t, %s true, 0, 1, 1500, 30, 1500, 4000000, 1500, 900000, 40000, 12.5, 200, 180, 200, 900000, large, large
                FROM generate_series(date_bin('%d seconds', now() - interval '%d days', 'epoch'), now(), interval '%d seconds') AS t,
                    generate_series(1, %d) AS m, sketch WHERE sketch.n = m
                """
                        .formatted(table, keys, seconds, values, seconds, days, seconds, models));
    }

    private static void ask(int port, int agents, String wanted) throws Exception {
        System.out.printf(
                "%-52s %8s %8s %8s %8s%n", "at 50 requests/s", "first", "p50", "p99", "worst");
        for (String route :
                List.of(
                        "dashboard-data",
                        "dashboard-data?limit=1000",
                        "dashboard-data?from=now-24h",
                        "dashboard-data?from=now-30d",
                        "overview",
                        "agents",
                        "agents?sort=-p95_ms",
                        "groups?by=tag:team",
                        "overview?from=now-30d",
                        "agents?from=now-30d",
                        "providers?from=now-30d",
                        "groups?by=tag:team&from=now-30d",
                        "agents/agent-%d?from=now-30d",
                        "agents/agent-%d/tasks?from=now-30d",
                        "agents/agent-%d/tasks?from=now-30d&sort=-cost_usd")) {
            if (route.contains(wanted)) {
                measure(port, route, agents);
            }
        }
    }

    private static void measure(int port, String route, int agents) throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        Random random = new Random(7);
        double first = millis(client, request(port, route, 1 + random.nextInt(agents)));
        ConcurrentLinkedQueue<Double> times = new ConcurrentLinkedQueue<>();
        List<CompletableFuture<?>> all = new ArrayList<>();
        long begun = System.nanoTime();
        for (int i = 0; i < SECONDS * PER_SECOND; i++) {
            long due = begun + i * 1_000_000_000L / PER_SECOND;
            Thread.sleep(Math.max(0, (due - System.nanoTime()) / 1_000_000));
            HttpRequest request = request(port, route, 1 + random.nextInt(agents));
            all.add(
                    client.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray())
                            .thenAccept(
                                    answer ->
                                            times.add(
                                                    answer.statusCode() == 200
                                                            ? (System.nanoTime() - due) / 1e6
                                                            : Double.POSITIVE_INFINITY)));
        }
        all.forEach(CompletableFuture::join);
        List<Double> sorted = times.stream().sorted().toList();
        System.out.printf(
                "%-52s %8.0f %8.1f %8.1f %8.1f%n",
                route,
                first,
                sorted.get(sorted.size() / 2),
                sorted.get(sorted.size() * 99 / 100),
                sorted.get(sorted.size() - 1));
    }

    private static HttpRequest request(int port, String route, int agent) {
        String path = route.replace("%d", Integer.toString(agent));
        return HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port + "/api/analytics/" + path))
                .header("Accept-Encoding", "gzip")
                .build();
    }

    private static double millis(HttpClient client, HttpRequest request) throws Exception {
        long begun = System.nanoTime();
        HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        if (answer.statusCode() != 200) {
            return Double.POSITIVE_INFINITY;
        }
        return (System.nanoTime() - begun) / 1e6;
    }
}
