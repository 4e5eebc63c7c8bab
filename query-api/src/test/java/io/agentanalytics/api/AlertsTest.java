package io.agentanalytics.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.agentanalytics.api.notify.NotifyOptions;
import io.agentanalytics.contract.alerts.AlertType;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Alerts in the answers of the API, and their notifications. */
class AlertsTest {
    private static final String API = "/api/analytics/";
    @TempDir static Path directory;
    private static ApiFixture fixture;

    @BeforeAll
    static void start() throws Exception {
        fixture = ApiFixture.start(directory);
        alert(
                "p-1",
                "provider_issues",
                "critical",
                "firing",
                "provider",
                "openai",
                "14:00:00",
                null);
        fixture.sql(
                "UPDATE store.alerts SET value_at_firing = 0.53, value_now = "
                        + "0.98, value_now_at = '2026-11-22T14:20:00Z', value_peak = 1 "
                        + "WHERE alert_id = 'p-1'");
        alert("a-1", "high_error_rate", "warning", "firing", "agent", "a", "14:05:00", "'p-1'");
        alert("a-2", "cost_spike", "warning", "recovering", "agent", "b", "14:10:00", null);
        alert("a-3", "token_spike", "warning", "resolved", "agent", "b", "13:00:00", null);
        fixture.sql(
                """
                INSERT INTO store.alert_events (at, alert_id, revision, change, state, severity,
                    description, evidence, by, epoch, updated_at) VALUES
                  ('2026-11-22T14:00:00Z', 'p-1', 1, 'pending', 'pending', 'warning', 'd', '{}',
                      null, 0, '2026-11-22T18:02:00Z'),
                  ('2026-11-22T14:00:30Z', 'p-1', 2, 'fires', 'firing', 'warning', 'd', '{}', null,
                      0, '2026-11-22T18:02:00Z'),
                  ('2026-11-22T14:00:31Z', 'p-1', 3, 'escalates', 'firing', 'warning',
                      'before a recovery', '{}', null, 0, '2026-11-22T18:00:00Z'),
                  ('2026-11-22T14:01:00Z', 'p-1', 3, 'acknowledged', 'firing', 'warning', 'd', '{}',
                      'ann', 0,
                      '2026-11-22T18:02:00Z')
                """);
    }

    private static void alert(
            String id,
            String type,
            String severity,
            String state,
            String scope,
            String subject,
            String time,
            String inhibitedBy)
            throws Exception {
        String start = "'2026-11-22T" + time + "Z'";
        String end =
                state.equals("resolved") ? start + "::timestamptz + interval '10 minutes'" : "null";
        fixture.sql(
                """
                INSERT INTO store.alerts VALUES ('%s', 'f', '%s', 1, '%s', '%s', '%s', 'fires',
                    '%s', '%s', %s, null, %s,
                    '%s is ill', 'so and so', %s, %s, %s, %s, 'event', false, false, null, null, %s,
                    '{"unit": "share", "value": 0.5, "threshold": 0.2, "baseline": null,
                    "score": 1.5, "n": 20, "window_seconds": 180, "task_ids": ["t1"]}', 0, 2)
                """
                        .formatted(
                                id,
                                type,
                                type,
                                severity,
                                state,
                                scope,
                                subject,
                                scope.equals("agent") ? "'" + subject + "'" : "null",
                                scope.equals("provider") ? "'openai'" : "null",
                                subject,
                                start,
                                start,
                                start,
                                end,
                                inhibitedBy));
    }

    @AfterAll
    static void stop() throws Exception {
        fixture.close();
    }

    private static JsonNode ok(String path) throws Exception {
        HttpResponse<String> answer = fixture.get(API + path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return ApiFixture.json(answer);
    }

    private static List<String> ids(String query) throws Exception {
        return ok("alerts?from=now-3h&" + query).path("alerts").findValuesAsText("alert_id");
    }

    @ParameterizedTest
    @CsvSource({
        "limit=100, a-2 a-1 p-1 a-3",
        "open=true, a-2 a-1 p-1",
        "severity=critical, p-1",
        "state=resolved, a-3",
        "agent_id=b, a-2 a-3",
        "provider=openai, p-1",
        "type=high_error_rate, a-1",
        "scope=provider, p-1",
        "limit=2, a-2 a-1",
        "agent_id=nobody, ''"
    })
    void alertsAreFiltered(String query, String expected) throws Exception {
        assertThat(String.join(" ", ids(query))).isEqualTo(expected);
    }

    /** More warnings than fit: the root cause stays, although it is the oldest. */
    @Test
    void dashboard_keepsTheOldestCritical() throws Exception {
        fixture.sql(
                """
                INSERT INTO store.alerts SELECT 'flood-' || n, f.fingerprint, f.rule_id,
                    f.rule_version, f.type, 'warning', f.state, f.change, f.scope,
                    f.subject, f.agent_id, f.agent_type, f.provider, f.title, f.description,
                    f.starts_at + interval '12 minutes', f.changed_at, f.fired_at, f.ends_at,
                    f.basis, f.shadow, f.flapping, f.acknowledged_by, f.silenced_by, f.inhibited_by,
                    f.evidence, f.epoch, f.revision
                FROM store.alerts f, generate_series(1, 300) AS n WHERE f.alert_id = 'p-1'
                """);
        try {
            HttpResponse<String> answer =
                    fixture.get(API + "dashboard-data?from=now-2h", "Cache-Control", "no-cache");
            assertThat(ApiFixture.json(answer).path("alerts").findValuesAsText("alert_id"))
                    .hasSize(200)
                    .contains("p-1");
        } finally {
            fixture.sql("DELETE FROM store.alerts WHERE alert_id LIKE 'flood-%'");
        }
    }

    /**
     * Twenty tasks before it at a dollar each, of which a tenth failed; six in the window that
     * raised it, which all failed; twenty after it at two dollars, of which half failed.
     */
    @Test
    void incident_hasTheCostOfItsOwnTasks() throws Exception {
        alert("a-cost", "cost_spike", "warning", "firing", "agent", "payer", "14:00:00", null);
        fixture.sql(
                """
                INSERT INTO store.task_execution_timeline (task_id, ended_at, agent_id, agent_type,
                    root_task_id, provider, outcome,
                    calls, calls_failed, cost_reported, cost_priced, requests_unpriced,
                    verdict_until, retracted, epoch, seen)
                SELECT who || n, '2026-11-22T14:10:00Z'::timestamptz - n * interval '30 seconds',
                    who, 't', who || n, 'elsewhere',
                    CASE WHEN (CASE WHEN n <= 20 THEN n % 2 WHEN n <= 26 THEN 0 ELSE n % 10 END) = 0 THEN 'failed'
                    ELSE 'succeeded' END,
                    1, 0, CASE WHEN n <= 20 THEN 2 WHEN n <= 26 THEN 9 ELSE 1 END, 0, 0, '2026-11-22T15:00:00Z', false,
                    0, 1
                FROM generate_series(1, 46) AS n, unnest(ARRAY['payer', 'somebody-else']) AS who
                """);
        JsonNode cost = ok("alerts/a-cost").path("cost");
        fixture.sql("DELETE FROM store.alerts WHERE alert_id = 'a-cost'");
        assertThat(cost.path("tasks").asInt()).isEqualTo(20);
        assertThat(cost.path("failed_tasks").asInt()).isEqualTo(10);
        assertThat(cost.path("usual_failed_tasks").asDouble()).isEqualTo(2);
        assertThat(cost.path("spent_usd").asInt()).isEqualTo(40);
        assertThat(cost.path("wasted_usd").asInt()).isEqualTo(20);
        assertThat(cost.path("extra_usd").asInt()).isEqualTo(20);
    }

    /**
     * Before it, twenty tasks succeeded, five failed and as many as these did not report how they
     * ended; since then, one of each.
     */
    @Test
    void incident_countsNoUnreportedOutcomeAsSuccess() throws Exception {
        alert("a-dim", "cost_spike", "warning", "firing", "agent", "dim", "14:00:00", null);
        fixture.sql(
                """
                INSERT INTO store.task_execution_timeline (task_id, ended_at, agent_id, agent_type,
                    root_task_id, outcome, calls, calls_failed, cost_reported, cost_priced,
                    requests_unpriced, verdict_until, retracted, epoch, seen)
                SELECT 'dim' || n, '2026-11-22T14:01:20Z'::timestamptz
                        - (CASE WHEN n > 2 THEN n + 6 ELSE n END) * interval '30 seconds',
                    'dim', 't', 'dim' || n,
                    CASE WHEN n <= 2 THEN (ARRAY['failed', 'unreported', 'succeeded'])[n + 1]
                        WHEN n <= 22 THEN 'succeeded' WHEN n <= 27 THEN 'failed'
                        ELSE 'unreported' END,
                    1, 0, 1, 0, 0, '2026-11-22T15:00:00Z', false, 0, 1
                FROM generate_series(0, 52) AS n
                """);
        JsonNode cost = ok("alerts/a-dim").path("cost");
        fixture.sql("DELETE FROM store.alerts WHERE alert_id = 'a-dim'");
        assertThat(cost.path("tasks").asInt()).isEqualTo(3);
        assertThat(cost.path("failed_tasks").asInt()).isEqualTo(1);
        assertThat(cost.path("unreported_tasks").asInt()).isEqualTo(1);
        assertThat(cost.path("usual_failed_tasks").asDouble()).isEqualTo(2 * 5 / 25.0);
        assertThat(cost.path("wasted_usd").asInt()).isEqualTo(1);
        assertThat(cost.path("extra_usd").asInt()).isZero();
    }

    /** Two tasks of one type on two providers, and one of another type. */
    @Test
    void incidentOfABudget_hasTheCostOfTheTasksThatTheBudgetIsLimitedTo() throws Exception {
        fixture.sql(
                """
                INSERT INTO store.task_execution_timeline (task_id, ended_at, agent_id, agent_type,
                    root_task_id, provider, outcome,
                    calls, calls_failed, cost_reported, cost_priced, requests_unpriced,
                    verdict_until, retracted, epoch, seen)
                SELECT id, '2026-11-22T14:01:00Z', id, type, id, provider, 'succeeded', 1, 0, 3, 0,
                    0, '2026-11-22T15:00:00Z', false, 0, 1
                FROM (VALUES ('b1', 'limited', 'here'), ('b2', 'limited', 'there'),
                    ('b3', 'free', 'here')) AS v (id, type, provider)
                """);
        JsonNode ofType = budgetCost("agent_type=limited", "agent_type = 'limited'");
        JsonNode ofBoth =
                budgetCost(
                        "agent_type=limited, provider=here",
                        "agent_type = 'limited', provider = 'here'");
        JsonNode ofModel = budgetCost("agent_type=limited, model=gpt-5", "agent_type = 'limited'");
        JsonNode ofFleet = budgetCost("fleet", "agent_type = null");
        fixture.sql(
                "DELETE FROM store.task_execution_timeline WHERE task_id IN ('b1', 'b2', 'b3')");
        assertThat(ofType.path("spent_usd").asInt()).isEqualTo(6);
        assertThat(ofBoth.path("spent_usd").asInt()).isEqualTo(3);
        assertThat(ofModel.isNull()).as("a part of a task").isTrue();
        assertThat(ofFleet.path("spent_usd").asInt()).isGreaterThanOrEqualTo(9);
    }

    private static JsonNode budgetCost(String subject, String labels) throws Exception {
        alert("b-cost", "cost_threshold", "critical", "firing", "fleet", subject, "14:00:00", null);
        fixture.sql("UPDATE store.alerts SET %s WHERE alert_id = 'b-cost'".formatted(labels));
        JsonNode answer =
                ApiFixture.json(fixture.get(API + "alerts/b-cost", "Cache-Control", "no-cache"));
        fixture.sql("DELETE FROM store.alerts WHERE alert_id = 'b-cost'");
        return answer.path("cost");
    }

    @Test
    void alertsComePageByPage() throws Exception {
        JsonNode first = ok("alerts?from=now-3h&limit=3");
        String cursor = first.path("next_cursor").asText();
        assertThat(ids("limit=3&cursor=" + cursor)).containsExactly("a-3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"starts_at", "changed_at", "severity"})
    void alertsAreSorted_pageByPage(String column) throws Exception {
        for (String sort : List.of(column, "-" + column)) {
            JsonNode whole = ok("alerts?from=now-3h&sort=" + sort);
            assertThat(whole.path("total").asInt()).isEqualTo(4);
            List<String> order = whole.path("alerts").findValuesAsText("alert_id");
            List<String> paged = new java.util.ArrayList<>();
            String cursor = "";
            do {
                JsonNode page = ok("alerts?from=now-3h&limit=1&sort=" + sort + cursor);
                assertThat(page.path("alerts")).as("every page has a row").isNotEmpty();
                assertThat(page.path("total").asInt()).isEqualTo(4);
                paged.addAll(page.path("alerts").findValuesAsText("alert_id"));
                cursor = "&cursor=" + page.path("next_cursor").asText();
            } while (!cursor.endsWith("null"));
            assertThat(paged).isEqualTo(order).hasSize(4);
        }
        assertThat(ids("limit=1&sort=-severity")).containsExactly("p-1");
        assertThat(ids("provider=OpenAI")).containsExactly("p-1");
    }

    @Test
    void onlyAlertsThatWereOpenInTheRangeAreListed() throws Exception {
        assertThat(
                        ok("alerts?from=2026-11-22T13:20:00Z&to=2026-11-22T14:02:00Z")
                                .path("alerts")
                                .findValuesAsText("alert_id"))
                .containsExactly("p-1");
    }

    @Test
    void openAlertsHaveTheSameNumberEverywhere() throws Exception {
        assertThat(ok("alerts/p-1").path("number").asInt()).isEqualTo(1);
        assertThat(ok("alerts/a-2").path("number").asInt()).isEqualTo(2);
        assertThat(ok("alerts/a-1").path("number").isNull()).isTrue();
        assertThat(ok("dashboard-data").path("alerts").get(0).path("number").asInt()).isEqualTo(2);
    }

    @Test
    void anIncidentHasItsHistoryAndSymptoms() throws Exception {
        JsonNode incident = ok("alerts/p-1");
        assertThat(incident.path("history").findValuesAsText("change"))
                .containsExactly("acknowledged", "fires", "pending");
        assertThat(incident.path("history").get(0).path("by").asText()).isEqualTo("ann");
        assertThat(incident.path("symptoms").findValuesAsText("alert_id")).containsExactly("a-1");
        assertThat(incident.path("evidence").path("value").asDouble()).isEqualTo(0.5);
    }

    @ParameterizedTest
    @CsvSource({
        "alerts/nobody, 404, not_found",
        "alerts?state=angry, 400, bad_state",
        "alerts?severity=bad, 400, bad_severity",
        "alerts?type=runaway_tre, 400, bad_type",
        "alerts?open=yes, 400, bad_open",
        "alerts?cursor=MXxub3RhdGltZXx4, 400, invalid_cursor",
        "alert-rules, 503, no_kafka"
    })
    void invalidRequestsAreRefusedWithTheirReason(String path, int status, String code)
            throws Exception {
        HttpResponse<String> answer = fixture.get(API + path);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(ApiFixture.json(answer).path("code").asText()).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource({
        "POST, alerts/p-1/acknowledge",
        "POST, silences",
        "PUT, alert-rules",
        "DELETE, alert-rules/cost_spike",
        "POST, notifications/test"
    })
    void changesNeedATokenAlsoOnLoopback(String method, String path) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + fixture.api.port() + API + path))
                        .method(method, HttpRequest.BodyPublishers.ofString("{}"))
                        .header("Content-Type", "application/json")
                        .build();
        HttpResponse<String> answer =
                ApiFixture.CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).contains("--dev");
    }

    /** A destination on this machine that answers with a configured status. */
    private static final class Receiver implements AutoCloseable {
        final List<String> bodies = new CopyOnWriteArrayList<>();
        final List<String> signatures = new CopyOnWriteArrayList<>();
        final AtomicInteger status = new AtomicInteger(200);
        final List<String> claimed = new CopyOnWriteArrayList<>();
        final HttpServer server;
        volatile Callable<?> onRequest = () -> null;

        Receiver() throws Exception {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext(
                    "/",
                    exchange -> {
                        bodies.add(
                                new String(
                                        exchange.getRequestBody().readAllBytes(),
                                        StandardCharsets.UTF_8));
                        signatures.add(
                                String.valueOf(
                                        exchange.getRequestHeaders()
                                                .getFirst("webhook-signature")));
                        try {
                            onRequest.call();
                        } catch (Exception e) {
                            claimed.add(e.toString());
                        }
                        exchange.getResponseHeaders().set("Location", "http://127.0.0.1:1/");
                        exchange.sendResponseHeaders(status.get(), -1);
                        exchange.close();
                    });
            server.start();
        }

        String url() {
            return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

    private static NotifyOptions options(String destinations) throws Exception {
        Path key = directory.resolve("key");
        Files.writeString(key, "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=");
        Path file = directory.resolve("notifications.yaml");
        Files.writeString(
                file,
                "page_url: https://agents.example.com/analytics-dashboard\ndestinations:\n"
                        + destinations.replace("KEY", key.toString()));
        return NotifyOptions.read(file);
    }

    private static void notification(String id, String severity) throws Exception {
        fixture.sql(
                """
                INSERT INTO store.notifications (notification_id, at, kind, severity, group_name,
                    title, lines, alert_ids)
                VALUES ('%s', now(), 'page', '%s', 'g', '<!channel> %s', '["line"]', '["p-1"]')
                """
                        .formatted(id, severity, id));
    }

    private static QueryApi startWith(NotifyOptions options) {
        return QueryApi.start(
                ApiFixture.options(fixture.postgres, 0).withNotifications(options),
                Clock.systemUTC(),
                null);
    }

    private static long sent(String destination) throws Exception {
        return deliveries(destination, "sent");
    }

    /** A destination gets only notifications of alerts that changed after it was added. */
    private static void awaitRegistered(String... destinations) {
        for (String destination : destinations) {
            await().atMost(Duration.ofMinutes(3))
                    .until(() -> deliveries(destination, "expired") >= 1);
        }
    }

    private static long deliveries(String destination, String status) throws Exception {
        try (var connection = fixture.postgres.getPostgresDatabase().getConnection();
                var statement = connection.createStatement();
                var rows =
                        statement.executeQuery(
                                ("SELECT count(*) FROM store.notification_deliveries "
                                                + "WHERE status = '%s' AND destination = '%s'")
                                        .formatted(status, destination))) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @Test
    void everyDestinationIsNotifiedOnce_signedAndEscaped() throws Exception {
        try (Receiver receiver = new Receiver()) {
            String url = receiver.url();
            try (QueryApi api =
                    startWith(
                            options(
                                    """
                                      - { name: slack, kind: slack, url: "%s" }
                                      - { name: hook, kind: webhook, url: "%s", secret_file: "KEY" }
                                    """
                                            .formatted(url, url)))) {
                awaitRegistered("slack", "hook");
                notification("once-1", "critical");
                await().atMost(Duration.ofMinutes(3))
                        .until(
                                () ->
                                        receiver.bodies.stream()
                                                        .filter(b -> b.contains("once-1"))
                                                        .count()
                                                == 2);
                await().atMost(Duration.ofMinutes(3))
                        .until(() -> sent("slack") >= 1 && sent("hook") >= 1);
            }
            assertThat(receiver.bodies).anyMatch(b -> b.contains("&lt;!channel&gt; once-1"));
            assertThat(receiver.bodies)
                    .anyMatch(b -> b.contains("\"alerts\":[{\"alert_id\":\"p-1\""));
            assertThat(receiver.signatures).anyMatch(s -> s.startsWith("v1,"));
        }
    }

    @Test
    void aNewDestinationGetsNoEarlierNotifications() throws Exception {
        try (Receiver receiver = new Receiver()) {
            notification("past-1", "critical");
            String to = "  - { name: new, kind: slack, url: \"%s\" }".formatted(receiver.url());
            try (QueryApi api = startWith(options(to))) {
                awaitRegistered("new");
                notification("present-1", "critical");
                await().atMost(Duration.ofMinutes(3)).until(() -> sent("new") == 1);
            }
            assertThat(receiver.bodies).allMatch(b -> b.contains("present-1"));
            // Its last delivery is deleted after thirty days.
            fixture.sql(
                    """
                    UPDATE store.notification_deliveries
                    SET created_at = created_at - interval '31 days' WHERE destination = 'new';
                    UPDATE store.notifications
                    SET created_at = created_at - interval '31 days'
                    WHERE notification_id IN ('past-1', 'present-1');
                    SELECT store.forget_alerts(now())
                    """);
            notification("while-away", "critical");
            try (QueryApi api = startWith(options(to))) {
                await().atMost(Duration.ofMinutes(3))
                        .until(
                                () ->
                                        receiver.bodies.stream()
                                                .anyMatch(b -> b.contains("while-away")));
            }
        }
    }

    /**
     * All alerts of this test fired five days before they were written, as those of imported
     * history do, but one, and one whose newest value is of now. An acknowledgement is no news.
     */
    @Test
    void alertmanagerGetsNoAlertOfThePast() throws Exception {
        alert("n-1", "cost_spike", "warning", "firing", "agent", "n", "14:00:00", null);
        alert("n-2", "cost_spike", "warning", "firing", "agent", "n", "13:00:00", null);
        fixture.sql(
                """
                UPDATE store.alerts SET value_now_at = updated_at - interval '1 minute'
                    WHERE alert_id = 'n-2';
                INSERT INTO store.alert_events VALUES
                    ('2026-11-22T14:00:00Z', 'n-1', 1, 'fires', 'firing', 'warning', 'd', '{}',
                        null, 0, '2026-11-22T14:59:00Z'),
                    ('2026-11-22T14:10:00Z', 'a-2', 1, 'fires', 'firing', 'warning', 'd', '{}',
                        null, 0, '2026-11-22T15:11:00Z'),
                    ('2026-11-22T14:20:00Z', 'a-2', 2, 'acknowledged', 'firing', 'warning', 'd',
                        '{}', 'ann', 0, '2026-11-22T14:20:00Z')
                """);
        try (Receiver receiver = new Receiver()) {
            String to =
                    "  - { name: am, kind: alertmanager, url: \"%s\" }".formatted(receiver.url());
            try (QueryApi api = startWith(options(to))) {
                await().atMost(Duration.ofMinutes(3)).until(() -> !receiver.bodies.isEmpty());
            }
            JsonNode alerts = ApiFixture.JSON.readTree(receiver.bodies.get(0));
            assertThat(alerts.findValuesAsText("generatorURL"))
                    .hasSize(2)
                    .anyMatch(url -> url.endsWith("id=n-1"))
                    .anyMatch(url -> url.endsWith("id=n-2"));
        } finally {
            fixture.sql(
                    "DELETE FROM store.alerts WHERE alert_id IN ('n-1', 'n-2'); "
                            + "DELETE FROM store.alert_events WHERE alert_id IN ('n-1', 'a-2')");
        }
    }

    /**
     * Alertmanager resolves an alert that it does not receive again: none may be cut off, however
     * many fire, and however many were resolved lately.
     */
    @Test
    void alertmanagerGetsEveryFiringAlert() throws Exception {
        alert("m-1", "cost_spike", "warning", "firing", "agent", "m", "14:00:00", null);
        alert("r-1", "cost_spike", "critical", "resolved", "agent", "m", "14:00:00", null);
        fixture.sql(
                "UPDATE store.alerts SET value_now_at = updated_at WHERE alert_id IN ('m-1', 'r-1')");
        copies("m-1", 520);
        copies("r-1", 520);
        try (Receiver receiver = new Receiver()) {
            String to =
                    "  - { name: all, kind: alertmanager, url: \"%s\" }".formatted(receiver.url());
            try (QueryApi api = startWith(options(to))) {
                await().atMost(Duration.ofMinutes(3))
                        .untilAsserted(
                                () -> {
                                    assertThat(told(receiver, "id=m-1")).hasSize(521);
                                    assertThat(told(receiver, "id=r-1")).hasSize(500);
                                });
            }
        } finally {
            fixture.sql("DELETE FROM store.alerts WHERE subject = 'm'");
        }
    }

    private static Set<String> told(Receiver receiver, String id) throws Exception {
        Set<String> urls = new HashSet<>();
        for (String body : receiver.bodies) {
            urls.addAll(ApiFixture.JSON.readTree(body).findValuesAsText("generatorURL"));
        }
        urls.removeIf(url -> !url.contains(id));
        return urls;
    }

    private static void copies(String id, int count) throws Exception {
        fixture.sql(
                """
                INSERT INTO store.alerts (alert_id, fingerprint, rule_id, rule_version, type,
                    severity, state, change, scope, subject, title, description, starts_at,
                    changed_at, fired_at, ends_at, basis, shadow, flapping, evidence, epoch,
                    revision, updated_at, value_now_at)
                SELECT alert_id || '-' || n, fingerprint, rule_id, rule_version, type,
                    severity, state, change, scope, subject, title, description, starts_at,
                    changed_at, fired_at, ends_at, basis, shadow, flapping, evidence, epoch,
                    revision, updated_at, value_now_at
                FROM store.alerts, generate_series(1, %d) AS n WHERE alert_id = '%s'
                """
                        .formatted(count, id));
    }

    @Test
    void aMessageHasItsSeverity_theActionOfTheRouter_andTheNextStep() throws Exception {
        for (String change :
                List.of(
                        "'2026-11-22T13:55:00Z', 'global', 'openai', 1, 'live', 0.3, 0",
                        "'2026-11-22T14:00:10Z', 'global', 'openai', 2, 'live', 0, 0.3")) {
            fixture.sql(
                    ("INSERT INTO store.provider_weights (at, scope, provider, "
                                    + "version, mode, weight, weight_before, state, reason, standing) "
                                    + "VALUES (%s, 'open', 'It fails 97 %%.', '{}') ON CONFLICT DO "
                                    + "NOTHING")
                            .formatted(change));
        }
        try (Receiver receiver = new Receiver()) {
            String to =
                    """
                      - { name: said, kind: slack, url: "%s" }
                      - { name: pager, kind: alertmanager_webhook, url: "%s" }
                    """
                            .formatted(receiver.url(), receiver.url());
            try (QueryApi api = startWith(options(to))) {
                awaitRegistered("said", "pager");
                notification("said-1", "critical");
                await().atMost(Duration.ofMinutes(3))
                        .until(() -> sent("said") == 1 && sent("pager") == 1);
            }
            String page = "https://agents.example.com/analytics-dashboard/";
            assertThat(receiver.bodies)
                    .anySatisfy(
                            b ->
                                    assertThat(b)
                                            .contains(":rotating_light: Critical: ")
                                            .contains(
                                                    "the share of openai in the traffic from 30 %")
                                            .contains("Next: Check the provider's status page")
                                            .contains(
                                                    "<"
                                                            + page
                                                            + "runbooks/provider_issues|Runbook>")
                                            .contains("<" + page + "?view=incident&id=p-1|Open>"))
                    .anySatisfy(
                            b ->
                                    assertThat(b)
                                            .contains("\"runbook_url\":\"" + page + "runbooks/")
                                            .contains("\"next_step\":\"Check the"));
        }
    }

    @Test
    void theTestMessageOfAPagerHasAnAlert() throws Exception {
        try (Receiver receiver = new Receiver()) {
            String to =
                    "  - { name: tried, kind: alertmanager_webhook, url: \"%s\" }"
                            .formatted(receiver.url());
            try (QueryApi api =
                    QueryApi.start(
                            ApiFixture.options(fixture.postgres, 0)
                                    .with(java.util.Map.of(), null, true)
                                    .withNotifications(options(to)),
                            Clock.systemUTC(),
                            null)) {
                HttpResponse<String> answer = post(api, "notifications/test");
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            }
            JsonNode body = ApiFixture.JSON.readTree(receiver.bodies.get(0));
            assertThat(body.path("alerts")).hasSize(1);
            assertThat(body.at("/alerts/0/annotations/runbook_url").asText())
                    .isEqualTo("https://agents.example.com/analytics-dashboard/");
        }
    }

    private static HttpResponse<String> post(QueryApi api, String path) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.port() + API + path))
                        .POST(HttpRequest.BodyPublishers.ofString("{}"))
                        .header("Content-Type", "application/json")
                        .build();
        return ApiFixture.CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void everyTypeOfAlertHasARunbookThatIsServed() throws Exception {
        JsonNode runbooks = ok("runbooks").path("runbooks");
        assertThat(runbooks.findValuesAsText("type"))
                .containsExactlyElementsOf(
                        Arrays.stream(AlertType.values()).map(AlertType::wireName).toList());
        JsonNode alert = ok("alerts/p-1");
        assertThat(alert.path("next_steps"))
                .isEqualTo(runbooks.get(AlertType.PROVIDER_ISSUES.ordinal()).path("steps"));
        assertThat(alert.path("next_steps").get(0)).isEqualTo(alert.path("next_step"));
        String path = alert.path("runbook").asText();
        assertThat(path).isEqualTo("/analytics-dashboard/runbooks/provider_issues");
        for (AlertType type : AlertType.values()) {
            HttpResponse<String> page =
                    fixture.get("/analytics-dashboard/runbooks/" + type.wireName());
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.headers().firstValue("content-type").orElse("")).contains("text/html");
            assertThat(page.body()).contains(type.wireName(), "What to do");
        }
        assertThat(fixture.get("/analytics-dashboard/runbooks/nothing").statusCode())
                .isEqualTo(404);
    }

    @Test
    void anAlertHasItsValueAtFiring_thePresentOne_andThePeak() throws Exception {
        JsonNode alert = ok("alerts/p-1");
        assertThat(alert.path("evidence").path("value").asDouble()).isEqualTo(0.5);
        assertThat(alert.path("value_at_firing").asDouble()).isEqualTo(0.53);
        assertThat(alert.path("value_now").asDouble()).isEqualTo(0.98);
        assertThat(alert.path("value_now_at").asText()).isEqualTo("2026-11-22T14:20:00Z");
        assertThat(alert.path("value_peak").asDouble()).isEqualTo(1);
        assertThat(ok("alerts/a-2").path("value_now").isNull()).isTrue();
        assertThat(alert.path("next_step").asText()).startsWith("Check the provider");
    }

    @Test
    void anAlertSaysWhatItMeans_andWhatHelps() throws Exception {
        JsonNode alert = ok("alerts/p-1");
        assertThat(alert.path("word").asText()).isEqualTo("Failing");
        assertThat(alert.path("measure").asText()).isEqualTo("calls");
        assertThat(alert.path("action").asText()).isEqualTo("exclude_provider");
        assertThat(alert.path("history").findValuesAsText("text"))
                .containsExactly("Acknowledged", "Firing, warning", "Pending");
    }

    @Test
    void unsentNotifications_areSentByTheNextProcess() throws Exception {
        try (Receiver receiver = new Receiver()) {
            receiver.status.set(500);
            String to = "  - { name: late, kind: slack, url: \"%s\" }".formatted(receiver.url());
            try (QueryApi api = startWith(options(to))) {
                awaitRegistered("late");
                notification("late-1", "critical");
                await().atMost(Duration.ofMinutes(3))
                        .until(() -> receiver.bodies.stream().anyMatch(b -> b.contains("late-1")));
            }
            assertThat(sent("late")).isZero();
            receiver.status.set(200);
            receiver.bodies.clear();
            fixture.sql(
                    "UPDATE store.notification_deliveries SET next_at = now() WHERE "
                            + "destination = 'late'");
            try (QueryApi api = startWith(options(to))) {
                await().atMost(Duration.ofMinutes(3)).until(() -> sent("late") >= 1);
            }
            assertThat(receiver.bodies.stream().filter(b -> b.contains("late-1"))).hasSize(1);
        }
    }

    @Test
    void aMessageThatCannotBeRead_isRecorded_andTheNextOneIsSent() throws Exception {
        try (Receiver receiver = new Receiver()) {
            String to = "  - { name: broken, kind: slack, url: \"%s\" }".formatted(receiver.url());
            try (QueryApi api = startWith(options(to))) {
                awaitRegistered("broken");
                fixture.sql(
                        """
                        INSERT INTO store.notifications (notification_id, at, kind, severity,
                            group_name, title, lines, alert_ids)
                        VALUES ('broken-1', now() - interval '1 minute', 'page', 'critical', 'g',
                            't', '{"no": "list"}', '[]'),
                        ('broken-2', now(), 'page', 'critical', 'g', 'readable', '[]', '[]')
                        """);
                await().atMost(Duration.ofMinutes(3)).until(() -> sent("broken") == 1);
                assertThat(error("broken")).isEqualTo("Internal error: IllegalStateException");
            }
            assertThat(receiver.bodies).singleElement().asString().contains("readable");
        }
    }

    /** Otherwise its lease might end before its turn, and another process would send it too. */
    @Test
    void aMessageIsClaimedOnlyWhenItIsSent() throws Exception {
        try (Receiver receiver = new Receiver()) {
            receiver.status.set(500);
            String to = "  - { name: slow, kind: slack, url: \"%s\" }".formatted(receiver.url());
            try (QueryApi api = startWith(options(to))) {
                awaitRegistered("slow");
                receiver.onRequest =
                        () ->
                                receiver.claimed.add(
                                        text("slow", "count(*) FILTER (WHERE attempts > 0)"));
                fixture.sql(
                        """
                        INSERT INTO store.notifications (notification_id, at, kind, severity,
                            group_name, title, lines, alert_ids)
                        SELECT 'slow-' || i, now(), 'page', 'critical', 'g', 't', '[]', '[]'
                        FROM generate_series(1, 3) i
                        """);
                await().atMost(Duration.ofMinutes(3)).until(() -> receiver.claimed.size() >= 3);
            }
            assertThat(receiver.claimed.subList(0, 3)).containsExactly("1", "2", "3");
        }
    }

    @Test
    void aRedirectIsNotFollowed_norCountedAsNotified() throws Exception {
        try (Receiver receiver = new Receiver()) {
            receiver.status.set(302);
            String to = "  - { name: moved, kind: slack, url: \"%s\" }".formatted(receiver.url());
            try (QueryApi api = startWith(options(to))) {
                awaitRegistered("moved");
                notification("moved-1", "critical");
                await().atMost(Duration.ofMinutes(3)).until(() -> !receiver.bodies.isEmpty());
                await().atMost(Duration.ofMinutes(3))
                        .untilAsserted(
                                () -> assertThat(error("moved")).isEqualTo("It answered 302."));
            }
        }
    }

    private static String error(String destination) throws Exception {
        return text(destination, "max(error)");
    }

    private static String text(String destination, String figure) throws SQLException {
        try (var connection = fixture.postgres.getPostgresDatabase().getConnection();
                var statement = connection.createStatement();
                var rows =
                        statement.executeQuery(
                                "SELECT %s FROM store.notification_deliveries WHERE destination = '%s'"
                                        .formatted(figure, destination))) {
            rows.next();
            return rows.getString(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "https://169.254.169.254/latest",
        "https://10.0.0.1/",
        "https://192.168.1.1/",
        "https://[fd00::1]/",
        "http://192.0.2.1/",
        "https://0.0.0.0/",
        "https://100.64.0.1/"
    })
    void privateAndLinkLocalAddressesAreRefused(String url) throws Exception {
        String name = "private" + (url.hashCode() & Integer.MAX_VALUE);
        String to = "  - { name: %s, kind: slack, url: \"%s\" }".formatted(name, url);
        try (QueryApi api = startWith(options(to))) {
            awaitRegistered(name);
            notification("private-" + url.hashCode(), "critical");
            await().atMost(Duration.ofMinutes(3))
                    .untilAsserted(() -> assertThat(error(name)).contains("not allowed"));
        }
        assertThat(sent(name)).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "- { name: a b, kind: slack, url: 'https://x.y' } | name is 'a b'",
                "- { name: a, kind: pigeon, url: 'https://x.y' } | kind is 'pigeon'",
                "- { name: a, kind: slack, url: 'ftp://x.y' } | url is not an address",
                "- { name: a, kind: webhook, url: 'https://x.y' } | secret_file",
                "- { name: a, kind: slack, url: 'https://x.y', min_severity: "
                        + "bad } | min_severity is 'bad'",
                "- { name: a, kind: slack, colour: red } | there is no 'colour'"
            })
    void wrongDestinationsAreNamed(String destination, String message) {
        org.assertj.core.api.Assertions.assertThatIllegalArgumentException()
                .isThrownBy(() -> options(destination))
                .withMessageContaining(message);
    }
}
