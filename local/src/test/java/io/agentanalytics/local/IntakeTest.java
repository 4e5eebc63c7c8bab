package io.agentanalytics.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentanalytics.local.RecordedClients.Body;
import io.agentanalytics.local.embedded.LocalStack;
import io.agentanalytics.simulator.StoredRows;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Telemetry that real clients sent, through the intake, Kafka, the job and Postgres: the tables
 * hold the bill. Also when every body comes twice and shuffled, while the intake and the worker of
 * the job are killed.
 */
class IntakeTest {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir Path directory;

    @Test
    void recordedClientsEqualTheBill() throws Exception {
        try (LocalStack stack = stack()) {
            for (List<Body> recording : RecordedClients.bodies(recently())) {
                for (Body body : recording) {
                    assertThat(send(stack.intakeAddress(), body).statusCode()).isEqualTo(200);
                }
            }
            awaitBill(stack);
        }
    }

    @Test
    void repeatsAndCrashesChangeNothing() throws Exception {
        Random random = new Random(7);
        List<Body> bodies = new ArrayList<>();
        for (List<Body> recording : RecordedClients.bodies(recently())) {
            List<Body> twice = new ArrayList<>(recording);
            twice.addAll(recording);
            Collections.shuffle(twice, random);
            bodies.addAll(twice);
        }
        try (LocalStack stack = stack();
                IntakeProcess intake = new IntakeProcess(stack.bootstrap(), directory)) {
            for (int i = 0; i < bodies.size(); i++) {
                if (i == bodies.size() / 3) {
                    intake.kill();
                }
                if (i == bodies.size() / 2) {
                    stack.flink().crashTaskManager();
                }
                intake.sendUntilAccepted(bodies.get(i));
            }
            awaitBill(stack);
        }
    }

    private LocalStack stack() throws Exception {
        return LocalStack.start(
                new LocalStack.StackPlan(
                        PreparedData.in(directory.resolve("stack")),
                        LocalStack.PortPlan.free(),
                        false,
                        1,
                        List.of("--allowed-lateness", "3h")),
                Clock.systemUTC(),
                step -> {});
    }

    private static Instant recently() {
        return Clock.systemUTC().instant().minus(Duration.ofHours(1));
    }

    private static HttpResponse<String> send(String address, Body body)
            throws IOException, InterruptedException {
        return CLIENT.send(request(address, body), HttpResponse.BodyHandlers.ofString());
    }

    static HttpRequest request(String address, Body body) {
        return HttpRequest.newBuilder(URI.create(address + body.path()))
                .header("Content-Type", body.type())
                .timeout(Duration.ofSeconds(30))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body.bytes()))
                .build();
    }

    private static void awaitBill(LocalStack stack) throws IOException {
        Map<String, BigDecimal> expected = RecordedClients.expected();
        StoredRows tables = new StoredRows(stack.databaseUrl());
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(stored(tables, expected)).isEqualTo(expected));
    }

    private static Map<String, BigDecimal> stored(
            StoredRows tables, Map<String, BigDecimal> columns) throws SQLException {
        Map<String, BigDecimal> sums = new TreeMap<>();
        String sum = "coalesce(sum(%s), 0) AS %s";
        List<String> wanted = columns.keySet().stream().map(c -> sum.formatted(c, c)).toList();
        tables.query(
                "SELECT %s FROM store.agent_window WHERE granularity = 60"
                        .formatted(String.join(", ", wanted)),
                row -> {
                    for (String column : columns.keySet()) {
                        sums.put(column, row.getBigDecimal(column).stripTrailingZeros());
                    }
                });
        return sums;
    }
}
