package io.agentanalytics.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentanalytics.client.topics.TopicContent;
import io.agentanalytics.contract.Topics;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Postgres is unavailable, each time for long enough that a sink with limited retries would fail.
 * The job continues: no restart, alerts and weights on their topics meanwhile, no row missing
 * afterwards.
 */
class OutageTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration OUTAGE = Duration.ofSeconds(12);
    private static final BigDecimal COST = new BigDecimal("0.010000001");
    private static final BigDecimal HIGH_COST = new BigDecimal("6");

    @TempDir static Path directory;
    private static Deployed deployed;
    private static int tasks;
    private static BigDecimal cost = BigDecimal.ZERO;

    @BeforeAll
    static void start() throws Exception {
        deployed = Deployed.start(directory);
        workUntil(() -> stored("requests") > 0 && newest(Topics.PROVIDER_WEIGHTS) != null);
    }

    @AfterAll
    static void stop() {
        deployed.close();
    }

    @Test
    void connectionsRefused_theJobContinues() throws Exception {
        long restarts = deployed.restarts();
        asOwner("ALTER ROLE agent_analytics_job CONNECTION LIMIT 0");
        asOwner(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
                        + "usename = 'agent_analytics_job'");

        assertAlertsAndWeightsContinue();

        asOwner("ALTER ROLE agent_analytics_job CONNECTION LIMIT -1");
        everythingIsStored();
        assertThat(deployed.restarts()).isEqualTo(restarts);
    }

    @Test
    void serverFrozen_andTheWorkerLostMeanwhile_theJobContinues() throws Exception {
        List<Long> server = serverProcesses();
        signal("-STOP", server);
        try {
            assertAlertsAndWeightsContinue();
            deployed.stack.flink().crashTaskManager();
            Instant crash = Instant.now();
            workUntil(() -> producedAt().isAfter(crash));
        } finally {
            signal("-CONT", server);
        }
        everythingIsStored();
        assertThat(deployed.stack.flink().ended()).isNotDone();
    }

    /** For the length of an outage, decisions are made and an alert is published. */
    private void assertAlertsAndWeightsContinue() throws Exception {
        Instant end = Instant.now().plus(OUTAGE);
        workUntil(() -> Instant.now().isAfter(end));
        work(HIGH_COST);
        String expensive = "outage-" + tasks;
        workUntil(() -> all(Topics.ALERTS).stream().anyMatch(a -> names(a, expensive)));
        workUntil(() -> producedAt().isAfter(end));
    }

    private static boolean names(JsonNode alert, String task) {
        return alert.path("type").asText().equals("cost_spike")
                && alert.path("severity").asText().equals("critical")
                && alert.toString().contains(task);
    }

    private Instant producedAt() {
        JsonNode newest = newest(Topics.PROVIDER_WEIGHTS);
        return Instant.parse(newest.path("produced_at").asText());
    }

    private void everythingIsStored() throws Exception {
        // Each table has a writer with a pause of its own.
        await().atMost(PATIENCE)
                .until(
                        () ->
                                stored("requests") == tasks
                                        && stored("tasks") == tasks
                                        && number(
                                                        "SELECT count(*) FROM "
                                                                + "store.task_execution_timeline "
                                                                + "WHERE NOT retracted")
                                                == tasks
                                        && number(
                                                        "SELECT count(*) FROM "
                                                                + "store.alerts WHERE type = "
                                                                + "'cost_spike' AND severity = "
                                                                + "'critical'")
                                                > 0);
        assertThat(
                        number(
                                "SELECT (sum(request_cost_reported) * "
                                        + "1000000000)::bigint FROM store.system_window WHERE "
                                        + "granularity = 60"))
                .isEqualTo(cost.movePointRight(9).longValueExact());
    }

    private long number(String sql) throws SQLException {
        return deployed.tables().number(sql);
    }

    private static long stored(String figure) throws SQLException {
        return deployed.tables()
                .number(
                        ("SELECT coalesce(sum(%s), 0) FROM store.system_window WHERE "
                                        + "granularity = 60")
                                .formatted(figure));
    }

    private static void workUntil(Callable<Boolean> enough) throws Exception {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(
                        () -> {
                            work(COST);
                            return enough.call();
                        });
    }

    private static void work(BigDecimal usd) {
        tasks++;
        cost = cost.add(usd);
        send("llm_call", usd);
        send("task_completed", usd);
        deployed.flush();
    }

    private static void send(String type, BigDecimal usd) {
        String task = "outage-" + tasks;
        // An alert of the other test may still be open for an agent that has had one.
        String agent = usd.compareTo(HIGH_COST) == 0 ? "spender-" + tasks : "agent-" + tasks % 3;
        String event =
                """
                {"event_id":"%s","type":"%s","time":"%s","task_id":"%s",
                 "agent_id":"%s","agent_type":"t","provider":"openai","model":"gpt-5",
                 "duration_ms":900,"input_tokens":10,"output_tokens":5,"cost_usd":%s}"""
                        .formatted(type, type, Instant.now(), task, agent, usd.toPlainString());
        deployed.send(
                task.getBytes(StandardCharsets.UTF_8), event.getBytes(StandardCharsets.UTF_8));
    }

    private static JsonNode newest(String topic) {
        List<JsonNode> all = all(topic);
        return all.isEmpty() ? null : all.get(all.size() - 1);
    }

    private static List<JsonNode> all(String topic) {
        List<JsonNode> values = new ArrayList<>();
        try {
            for (var record :
                    TopicContent.of(
                            Map.of("bootstrap.servers", deployed.stack.bootstrap()), topic)) {
                if (record.value() != null) {
                    values.add(JSON.readTree(record.value()));
                }
            }
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
        return values;
    }

    private void asOwner(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(deployed.stack.databaseUrl());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The server and its children: a frozen machine answers nothing. */
    private List<Long> serverProcesses() throws Exception {
        Path pidFile = directory.resolve("postgres/postmaster.pid");
        long pid = Long.parseLong(Files.readAllLines(pidFile).get(0).strip());
        ProcessHandle server = ProcessHandle.of(pid).orElseThrow();
        return Stream.concat(Stream.of(server), server.descendants())
                .map(ProcessHandle::pid)
                .toList();
    }

    private static void signal(String signal, List<Long> processes) throws Exception {
        List<String> command = new ArrayList<>(List.of("kill", signal));
        processes.forEach(pid -> command.add(Long.toString(pid)));
        assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
    }
}
