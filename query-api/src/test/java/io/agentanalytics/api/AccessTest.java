package io.agentanalytics.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every registered route against every kind of caller. */
class AccessTest {
    private static final String NONE = "";
    private static final String READ = "token-that-may-read";
    private static final String METRICS = "token-that-scrapes";
    private static final String WRITE = "token-that-writes";
    private static final List<String> CALLERS = List.of(NONE, READ, METRICS, WRITE);

    /**
     * Access of each route: all, read, own, write, metrics, samples (loopback: read, else write).
     */
    private static final String ROUTES =
            """
            GET / all
            GET /analytics-dashboard/runbooks/{type} all
            GET /api/analytics/agent read
            GET /api/analytics/agents read
            GET /api/analytics/agents/{id} read
            GET /api/analytics/agents/{id}/tasks read
            GET /api/analytics/alert-rules read
            GET /api/analytics/alerts read
            GET /api/analytics/alerts/{id} read
            GET /api/analytics/budgets read
            GET /api/analytics/budgets/{id} read
            GET /api/analytics/budgets/{id}/periods read
            GET /api/analytics/clients read
            GET /api/analytics/connect/{client} read
            GET /api/analytics/dashboard-data read
            GET /api/analytics/export read
            GET /api/analytics/groups read
            GET /api/analytics/waste read
            GET /api/analytics/health read
            GET /api/analytics/insights read
            GET /api/analytics/openapi.yaml read
            GET /api/analytics/overview read
            GET /api/analytics/price-book/explain read
            GET /api/analytics/provider read
            GET /api/analytics/providers read
            GET /api/analytics/providers/{name} read
            GET /api/analytics/routing-policy read
            GET /api/analytics/runbooks read
            GET /api/analytics/silences read
            GET /api/analytics/spend read
            GET /api/analytics/stream read
            GET /api/analytics/task read
            GET /api/analytics/task-tree read
            GET /api/analytics/tasks read
            GET /api/analytics/tasks/{id} read
            GET /api/analytics/test-data samples
            GET /api/analytics/views read
            GET /api/analytics/weights read
            GET /api/analytics/weights/{scope} read
            GET /health/live all
            GET /health/ready all
            GET /metrics metrics
            POST /api/analytics/alerts/{id}/acknowledge write
            POST /api/analytics/notifications/test write
            POST /api/analytics/silences write
            POST /api/analytics/test-data samples
            PUT /api/analytics/alert-rules write
            PUT /api/analytics/budgets write
            PUT /api/analytics/routing-policy write
            PUT /api/analytics/views own
            DELETE /api/analytics/alert-rules/{id} write
            DELETE /api/analytics/budgets/{id} write
            DELETE /api/analytics/routing-policy/{scope} write
            DELETE /api/analytics/silences/{id} write
            DELETE /api/analytics/views own
            """;

    private static ApiFixture fixture;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        fixture = ApiFixture.start(directory);
    }

    @AfterAll
    static void stop() throws Exception {
        fixture.close();
    }

    private static Map<String, String> table() {
        Map<String, String> table = new TreeMap<>();
        ROUTES.lines()
                .forEach(
                        line -> {
                            int end = line.lastIndexOf(' ');
                            table.put(line.substring(0, end), line.substring(end + 1));
                        });
        return table;
    }

    @Test
    void offLoopback_eachRouteAsksForItsToken() throws Exception {
        String tokens = READ + " read\n" + METRICS + " metrics\n" + WRITE + " write\n";
        try (QueryApi api = QueryApi.start(fixture.open(tokens), ApiFixture.CLOCK, null)) {
            assertAccess(
                    api,
                    Map.of(
                            "all", CALLERS,
                            "read", List.of(READ),
                            "own", List.of(READ),
                            "metrics", List.of(METRICS),
                            "samples", List.of(WRITE),
                            "write", List.of(WRITE)));
        }
    }

    @Test
    void onLoopback_allButChangesIsOpen() throws Exception {
        assertAccess(
                fixture.api,
                Map.of(
                        "all", CALLERS,
                        "read", CALLERS,
                        "own", CALLERS,
                        "metrics", CALLERS,
                        "samples", CALLERS,
                        "write", List.of()));
    }

    private static void assertAccess(QueryApi api, Map<String, List<String>> allowed)
            throws Exception {
        Map<String, String> table = table();
        assertThat(api.routes()).containsExactlyInAnyOrderElementsOf(table.keySet());
        List<String> wrong = new ArrayList<>();
        for (Map.Entry<String, String> route : table.entrySet()) {
            for (String caller : CALLERS) {
                int status = status(api.port(), route.getKey(), caller);
                boolean refused = status == 401 || status == 403;
                if (refused == allowed.get(route.getValue()).contains(caller)) {
                    wrong.add(route + " for '" + caller + "': " + status);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static int status(int port, String route, String token) throws Exception {
        String[] parts = route.split(" ", -1);
        String path = parts[1].replaceAll("\\{[^}]*}", "x");
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .method(parts[0], HttpRequest.BodyPublishers.noBody());
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        HttpResponse<?> answer =
                HttpClient.newHttpClient()
                        .send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        return answer.statusCode();
    }
}
