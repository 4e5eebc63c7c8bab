package io.agentanalytics.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.api.database.Migrations;
import io.agentanalytics.contract.ErrorClass;
import io.agentanalytics.contract.TokenKind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fleet in {@code /metrics}: right figures, bounded labels, counters that never fall. */
class FleetMetricsTest {
    private static final String OPENAI = "{model=\"gpt-5\",provider=\"openai\"}";
    @TempDir static Path directory;
    private static ApiFixture fixture;

    @BeforeAll
    static void start() throws Exception {
        fixture = ApiFixture.start(directory);
    }

    @AfterAll
    static void stop() throws IOException {
        fixture.close();
    }

    @BeforeEach
    void empty() throws Exception {
        fixture.sql(
                """
                TRUNCATE store.provider_window, store.system_window, store.counters,
                    store.counter_series, store.budgets, store.budget_periods
                """);
    }

    private void hour(String start, String provider, String model, int requests, String cost)
            throws Exception {
        fixture.sql(
                """
                INSERT INTO store.provider_window (granularity, window_start, provider, model,
                    closed, epoch, seen, requests, requests_failed, request_input_tokens,
                    request_cost_reported, errors_timeout, request_latency, task_duration)
                VALUES (3600, '%s', '%s', '%s', true, 0, 1, %d, 1, 100, %s, 1, '', '')
                ON CONFLICT (granularity, window_start, provider, model)
                    DO UPDATE SET requests = excluded.requests,
                        request_cost_reported = excluded.request_cost_reported;
                """
                        .formatted(start, provider, model, requests, cost));
    }

    /** Every value of a process that has just started. */
    private Map<String, Double> scrape() throws Exception {
        try (QueryApi api =
                QueryApi.start(ApiFixture.options(fixture.postgres, 0), ApiFixture.CLOCK, null)) {
            Map<String, Double> values = new TreeMap<>();
            for (String line : ApiFixture.get(api.port(), "/metrics").body().lines().toList()) {
                if (!line.startsWith("#")) {
                    int blank = line.lastIndexOf(' ');
                    values.put(line.substring(0, blank), Double.valueOf(line.substring(blank + 1)));
                }
            }
            return values;
        }
    }

    private double requests() throws Exception {
        return scrape().getOrDefault("agent_analytics_requests_total" + OPENAI, Double.NaN);
    }

    @Test
    void figuresAreThoseOfTheHours() throws Exception {
        hour("2026-11-22T12:00:00Z", "openai", "gpt-5", 10, "0.25");
        hour("2026-11-22T13:00:00Z", "openai", "gpt-5", 5, "0.000000001");
        fixture.sql(
                """
                INSERT INTO store.system_window (granularity, window_start, closed, epoch, seen,
                    tasks, tasks_succeeded, tasks_failed, request_latency, task_duration)
                VALUES (3600, '2026-11-22T12:00:00Z', true, 0, 1, 10, 7, 2, '', '')
                """);
        fixture.fillWeights();
        Map<String, Double> values = scrape();
        assertThat(values)
                .containsEntry("agent_analytics_requests_total" + OPENAI, 15.0)
                .containsEntry(
                        "agent_analytics_cost_usd_total"
                                + "{model=\"gpt-5\",provider=\"openai\",source=\"reported\"}",
                        0.250000001)
                .containsEntry("agent_analytics_requests_unpriced_total" + OPENAI, 0.0)
                .containsEntry("agent_analytics_tasks_total{outcome=\"succeeded\"}", 7.0)
                .containsEntry("agent_analytics_tasks_total{outcome=\"unreported\"}", 1.0)
                .containsEntry("agent_analytics_alerts_open{severity=\"critical\"}", 0.0)
                .containsEntry(
                        "agent_analytics_provider_weight"
                                + "{provider=\"anthropic\",scope=\"global\"}",
                        0.98);
        for (ErrorClass errorClass : ErrorClass.values()) {
            assertThat(values)
                    .containsEntry(
                            "agent_analytics_request_errors_total{error_class=\"%s\",%s"
                                    .formatted(lower(errorClass), OPENAI.substring(1)),
                            errorClass == ErrorClass.TIMEOUT ? 2.0 : 0.0);
        }
        for (TokenKind kind : TokenKind.all()) {
            assertThat(values)
                    .containsEntry(
                            "agent_analytics_tokens_total{kind=\"%s\",%s"
                                    .formatted(lower(kind), OPENAI.substring(1)),
                            kind == TokenKind.INPUT ? 200.0 : 0.0);
        }
    }

    /** Of two that fired, one was written five days later, as imported history is. */
    @Test
    void openAlertsAreThoseThatPeopleAreToldAbout() throws Exception {
        fixture.sql(
                """
                INSERT INTO store.alerts (alert_id, fingerprint, rule_id, rule_version, type,
                    severity, state, change, scope, subject, title, description, starts_at,
                    changed_at, fired_at, basis, shadow, flapping, evidence, epoch, revision)
                SELECT id, 'f', 'cost_spike', 1, 'cost_spike', 'critical', 'firing', 'fires',
                    'agent', 'a', 'Cost', 'Costs more', t, t, t, 'event', false, false, '{}', 0, 1
                FROM (VALUES ('present', '2026-11-22T14:10:00Z'::timestamptz),
                    ('past', '2026-11-22T14:10:00Z')) AS v (id, t);
                INSERT INTO store.alert_events
                SELECT '2026-11-22T14:10:00Z', id, 1, 'fires', 'firing', 'critical', 'd', '{}', null,
                    0, written
                FROM (VALUES ('present', '2026-11-22T14:10:01Z'::timestamptz),
                    ('past', '2026-11-27T14:10:00Z')) AS v (id, written);
                """);
        try {
            assertThat(scrape())
                    .containsEntry("agent_analytics_alerts_open{severity=\"critical\"}", 1.0);
        } finally {
            fixture.sql("DELETE FROM store.alerts WHERE alert_id IN ('present', 'past')");
        }
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    @Test
    void budgetsHaveTheFiguresOfTheirStatus_whileItIsCurrent() throws Exception {
        fixture.fillBudgets();
        String search = "{budget_id=\"search\"}";
        assertThat(scrape())
                .containsEntry("agent_analytics_budget_spent_usd" + search, 9.000000001)
                .containsEntry("agent_analytics_budget_requests_unpriced" + search, 3.0)
                .containsEntry("agent_analytics_budget_reserved_usd" + search, 0.8)
                .containsEntry("agent_analytics_budget_forecast_usd" + search, 12.0)
                .containsEntry(
                        "agent_analytics_budget_limit_usd{budget_id=\"search\",limit=\"soft\"}",
                        8.0)
                .containsEntry(
                        "agent_analytics_budget_limit_usd{budget_id=\"search\",limit=\"hard\"}",
                        10.0)
                .containsEntry(
                        "agent_analytics_budget_state{budget_id=\"search\",state=\"hard\"}", 1.0)
                .containsEntry(
                        "agent_analytics_budget_state{budget_id=\"search\",state=\"ok\"}", 0.0)
                .containsEntry("agent_analytics_budgets{status=\"current\"}", 1.0);
        for (String change :
                List.of(
                        "{\"forecast_usd\": null}",
                        "{\"problem\": \"team is not a dimension\"}",
                        "{\"valid_until\": \"2026-11-22T14:30:20Z\"}")) {
            fixture.sql("UPDATE store.budgets SET status = status || '" + change + "'");
            assertThat(scrape()).doesNotContainKey("agent_analytics_budget_forecast_usd" + search);
        }
        assertThat(scrape())
                .doesNotContainKey("agent_analytics_budget_spent_usd" + search)
                .containsEntry("agent_analytics_budgets{status=\"current\"}", 0.0)
                .containsEntry("agent_analytics_budgets{status=\"outdated\"}", 1.0);
    }

    @Test
    void manyBudgets_areBounded() throws Exception {
        fixture.fillBudgets();
        fixture.sql(
                """
                INSERT INTO store.budgets SELECT 'b' || n, 1, status ||
                    jsonb_build_object('budget_id', 'b' || n)
                FROM generate_series(1, 600) n, store.budgets WHERE budget_id = 'search'
                """);
        Map<String, Double> metrics = scrape();
        assertThat(metrics.get("agent_analytics_budgets{status=\"current\"}"))
                .as("all are counted")
                .isGreaterThan(600);
        assertThat(metrics.keySet())
                .filteredOn(name -> name.startsWith("agent_analytics_budget_spent_usd"))
                .as("some have figures")
                .hasSize(500);
    }

    @Test
    void aCounterContinues_whenADayIsDropped() throws Exception {
        hour("2026-10-30T12:00:00Z", "openai", "gpt-5", 10, "1");
        hour("2026-11-22T12:00:00Z", "openai", "gpt-5", 5, "1");
        assertThat(requests()).isEqualTo(15);
        for (int days : new int[] {10, 10, 11, 20, 60}) {
            Migrations.maintainPartitions(
                    fixture.postgres.getPostgresDatabase(),
                    ApiFixture.NOW.plus(Duration.ofDays(days)));
            assertThat(requests()).as("%d days later", days).isEqualTo(15);
        }
        hour("2027-01-20T12:00:00Z", "openai", "gpt-5", 3, "1");
        assertThat(requests()).isEqualTo(18);
    }

    @Test
    void aDayWithoutAScrape_isCounted() throws Exception {
        hour("2026-10-30T12:00:00Z", "openai", "gpt-5", 10, "1");
        Migrations.maintainPartitions(
                fixture.postgres.getPostgresDatabase(), ApiFixture.NOW.plus(Duration.ofDays(20)));
        assertThat(requests()).isEqualTo(10);
    }

    @Test
    void aCorrection_doesNotLowerACounter() throws Exception {
        hour("2026-11-22T12:00:00Z", "openai", "gpt-5", 10, "1");
        assertThat(requests()).isEqualTo(10);
        hour("2026-11-22T12:00:00Z", "openai", "gpt-5", 8, "1");
        assertThat(requests()).isEqualTo(10);
        hour("2026-11-22T12:00:00Z", "openai", "gpt-5", 12, "1");
        assertThat(requests()).isEqualTo(12);
    }

    @Test
    void manyModels_shareOneSeries() throws Exception {
        for (int i = 0; i < 205; i++) {
            hour("2026-11-22T12:00:00Z", "p", "m" + i, 1000 - i, "1");
        }
        String overflow =
                "agent_analytics_requests_total"
                        + "{model=\"__overflow__\",provider=\"__overflow__\"}";
        Map<String, Double> values = scrape();
        assertThat(values.keySet().stream().filter(k -> k.startsWith("agent_analytics_requests_t")))
                .hasSize(201);
        assertThat(values).containsEntry(overflow, 1000.0 * 5 - (200 + 201 + 202 + 203 + 204));
        hour("2026-11-22T13:00:00Z", "p", "new", 7, "1");
        assertThat(scrape()).containsEntry(overflow, 1000.0 * 5 - 1010 + 7);
    }
}
