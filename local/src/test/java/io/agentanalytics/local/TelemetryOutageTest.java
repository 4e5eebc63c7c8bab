package io.agentanalytics.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentanalytics.local.RecordedClients.Body;
import io.agentanalytics.local.embedded.LocalStack;
import io.agentanalytics.simulator.StoredRows;
import java.math.BigDecimal;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A failing provider is detected from the spans of its callers alone. */
class TelemetryOutageTest {
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final int CALLS = 10;

    @TempDir Path directory;
    private final Random random = new Random(3);
    private final Clock clock = Clock.systemUTC();

    @Test
    void failingProvider_raisesItsAlert_andLosesItsWeight() throws Exception {
        var plan =
                new LocalStack.StackPlan(
                        PreparedData.in(directory),
                        LocalStack.PortPlan.free(),
                        false,
                        1,
                        List.of());
        try (LocalStack stack = LocalStack.start(plan, clock, step -> {})) {
            StoredRows tables = new StoredRows(stack.databaseUrl());
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofSeconds(1))
                    .until(
                            () -> {
                                send(stack, false);
                                return weight(tables, "openai") > .05;
                            });
            assertThat(alerts(tables)).isEmpty();
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofSeconds(1))
                    .until(
                            () -> {
                                send(stack, true);
                                return alerts(tables).contains("provider_issues openai")
                                        && weight(tables, "openai") < .02;
                            });
            assertThat(alerts(tables)).noneMatch(alert -> alert.endsWith("anthropic"));
            assertThat(weight(tables, "anthropic")).isGreaterThan(.9);
        }
    }

    /** Sends a few calls of two providers, as an exporter does every second. */
    private void send(LocalStack stack, boolean isFailing) throws Exception {
        List<String> spans = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
            spans.add(span("openai", "gpt-5", isFailing));
            spans.add(span("anthropic", "claude-sonnet-4-6", false));
        }
        String body =
                """
                {"resourceSpans":[{
                  "resource":{"attributes":[%s]},
                  "scopeSpans":[{"scope":{"name":"my-agent"},"spans":[%s]}]}]}"""
                        .formatted(text("service.name", "shop-agent"), String.join(",", spans));
        HttpResponse<String> answer =
                CLIENT.send(
                        IntakeTest.request(
                                stack.intakeAddress(),
                                new Body(
                                        "/v1/traces",
                                        "application/json",
                                        body.getBytes(StandardCharsets.UTF_8))),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).doesNotContain("rejected");
    }

    private String span(String provider, String model, boolean isFailing) {
        long end = clock.millis();
        String outcome =
                isFailing
                        ? text("http.response.status_code", "503")
                        : number("gen_ai.usage.input_tokens", 1_000)
                                + ","
                                + number("gen_ai.usage.output_tokens", 100);
        return """
                {"traceId":"%016x%016x","spanId":"%016x","name":"chat %s","kind":3,
                 "startTimeUnixNano":"%d000000","endTimeUnixNano":"%d000000","status":{"code":%d},
                 "attributes":[%s]}"""
                .formatted(
                        random.nextLong(),
                        random.nextLong(),
                        random.nextLong(),
                        model,
                        end - 400,
                        end,
                        isFailing ? 2 : 0,
                        String.join(
                                ",",
                                text("gen_ai.operation.name", "chat"),
                                text("gen_ai.provider.name", provider),
                                text("gen_ai.request.model", model),
                                outcome));
    }

    private static String text(String name, String value) {
        return "{\"key\":\"%s\",\"value\":{\"stringValue\":\"%s\"}}".formatted(name, value);
    }

    private static String number(String name, long value) {
        return "{\"key\":\"%s\",\"value\":{\"intValue\":\"%d\"}}".formatted(name, value);
    }

    private static List<String> alerts(StoredRows tables) throws SQLException {
        List<String> alerts = new ArrayList<>();
        tables.query(
                "SELECT type, provider FROM store.alerts WHERE type LIKE 'provider_%'",
                row -> alerts.add(row.getString("type") + " " + row.getString("provider")));
        return alerts;
    }

    /** Returns the newest global weight of a provider; zero if there is none yet. */
    private static double weight(StoredRows tables, String provider) throws SQLException {
        BigDecimal[] weight = {BigDecimal.ZERO};
        tables.query(
                "SELECT coalesce((weights ->> '%s')::numeric, 0) FROM store.weight_decisions"
                                .formatted(provider)
                        + " WHERE scope = 'global'",
                row -> weight[0] = row.getBigDecimal(1));
        return weight[0].doubleValue();
    }
}
