package io.agentanalytics.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentanalytics.contract.EventEncoder;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.local.cluster.Cluster;
import io.agentanalytics.simulator.EventPublisher;
import io.agentanalytics.simulator.Fleet;
import io.agentanalytics.simulator.Oracle;
import io.agentanalytics.simulator.StoredRows;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The job as a cluster runs it: separate processes, the jar that is shipped, Flink's own command; a
 * savepoint taken and restored, a TaskManager and the JobManager killed, events through the intake,
 * and every row as the oracle says.
 */
class ClusterTest {
    @TempDir Path directory;

    @Test
    void savepointAndKilledProcesses_changeNoRow() throws Exception {
        List<String> events = events();
        Map<String, String> expected = new TreeMap<>();
        new Oracle(events).rows.forEach((key, row) -> expected.put(key, row.toString()));
        assertThat(expected).hasSizeGreaterThan(500);
        Cluster cluster =
                new Cluster(
                        directory,
                        Path.of("target/flink-lib"),
                        Path.of("../job/target"),
                        step -> System.out.println("cluster: " + step));
        cluster.configure(
                Map.of(
                        "execution.checkpointing.interval", "3 s",
                        "execution.checkpointing.min-pause", "1 s"));
        try {
            cluster.up(false);
            cluster.submit(null, List.of("--long-window-interval", "5s"));
            assertThat(cluster.status().get("job")).startsWith("runs, ");
            int quarter = events.size() / 4;
            send(cluster, events.subList(0, quarter));
            awaitSomeRows(cluster);
            String savepoint = cluster.savepoint(true);
            send(cluster, events.subList(quarter, 2 * quarter));
            cluster.submit(savepoint, List.of("--long-window-interval", "5s"));
            awaitCheckpoint(cluster);
            String job = cluster.status().get("job");
            cluster.kill("jobmanager");
            cluster.restart("jobmanager");
            send(cluster, events.subList(2 * quarter, 3 * quarter));
            await().atMost(Duration.ofMinutes(3))
                    .until(() -> cluster.status().get("job"), job::equals);
            assertThat(restoredFromCheckpoint(cluster)).isTrue();
            cluster.kill("taskmanager-1");
            post(cluster, events.subList(3 * quarter, events.size()));
            StoredRows tables = new StoredRows(cluster.databaseUrl());
            await().atMost(Duration.ofMinutes(5))
                    .pollInterval(Duration.ofSeconds(1))
                    .untilAsserted(() -> assertThat(tables.windows()).isEqualTo(expected));
            assertThat(cluster.status()).containsEntry("taskmanager-1", "has stopped");
            try (var answer =
                    URI.create(cluster.address() + "/api/analytics/overview?from=now-3h")
                            .toURL()
                            .openStream()) {
                assertThat(new String(answer.readAllBytes(), StandardCharsets.UTF_8))
                        .contains("\"active_agents\":8");
            }
        } finally {
            cluster.down();
        }
        assertThat(cluster.status().values()).noneMatch(what -> what.startsWith("runs, process"));
    }

    private static JsonNode checkpoints(Cluster cluster) throws Exception {
        String id = cluster.status().get("job").replace("runs, ", "");
        String address = "%s/jobs/%s/checkpoints".formatted(cluster.status().get("flink"), id);
        return new ObjectMapper().readTree(URI.create(address).toURL());
    }

    private static void awaitCheckpoint(Cluster cluster) {
        await().atMost(Duration.ofMinutes(3))
                .until(() -> checkpoints(cluster).path("counts").path("completed").asInt() > 0);
    }

    private static boolean restoredFromCheckpoint(Cluster cluster) throws Exception {
        JsonNode restored = checkpoints(cluster).path("latest").path("restored");
        return restored.path("id").asLong() > 0 && !restored.path("is_savepoint").asBoolean();
    }

    private static List<String> events() {
        Instant start = Clock.systemUTC().instant().minus(Duration.ofMinutes(45));
        Fleet fleet = new Fleet(23, 8, start, List.of());
        long end = start.plus(Duration.ofMinutes(40)).toEpochMilli();
        List<String> events = new ArrayList<>();
        for (TaskEvent e = fleet.next(); e.timeMillis() < end; e = fleet.next()) {
            events.add(new String(EventEncoder.encode(e), StandardCharsets.UTF_8));
        }
        return events;
    }

    private static void send(Cluster cluster, List<String> events) {
        try (EventPublisher publisher =
                new EventPublisher(Map.of("bootstrap.servers", cluster.bootstrap()))) {
            for (String event : events) {
                String task = event.replaceAll(".*\"task_id\":\"([^\"]*)\".*", "$1");
                publisher.send(task, event.getBytes(StandardCharsets.UTF_8));
            }
            publisher.flush();
        }
    }

    /** Sends events through the intake of the cluster, a thousand in a body. */
    private static void post(Cluster cluster, List<String> events) throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        for (int from = 0; from < events.size(); from += 1_000) {
            List<String> body = events.subList(from, Math.min(from + 1_000, events.size()));
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(cluster.intakeAddress() + "/events"))
                            .header("Content-Type", "application/x-ndjson")
                            .POST(HttpRequest.BodyPublishers.ofString(String.join("\n", body)))
                            .build();
            var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        }
    }

    private static void awaitSomeRows(Cluster cluster) {
        StoredRows tables = new StoredRows(cluster.databaseUrl());
        await().atMost(Duration.ofMinutes(3))
                .until(() -> tables.number("SELECT count(*) FROM store.agent_window") > 0);
    }
}
