package io.agentanalytics.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentanalytics.local.LocalStack;
import io.agentanalytics.local.cluster.Cluster;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * The single job of a stack under measurement.
 *
 * @param databaseUrl JDBC URL of the database owner
 * @param flink address of Flink's REST API
 */
record MeasuredJob(String bootstrap, String databaseUrl, String flink) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Measurement of a job. */
    interface Bench {
        void run(MeasuredJob job) throws Exception;
    }

    /** Runs a measurement with all components and the job in this process. */
    static void inOneProcess(Path directory, Bench bench) throws Exception {
        LocalStack.PortPlan ports = LocalStack.PortPlan.free();
        try (LocalStack stack =
                LocalStack.start(
                        new LocalStack.StackPlan(directory, ports, true, 2, List.of()),
                        Clock.systemUTC(),
                        MeasuredJob::say)) {
            bench.run(
                    new MeasuredJob(
                            stack.bootstrap(),
                            stack.databaseUrl(),
                            "http://127.0.0.1:" + ports.flink()));
            BenchCluster.printPeak("process", ProcessHandle.current().pid());
        }
    }

    /** Returns the job of a running cluster. */
    static MeasuredJob of(Cluster cluster) throws IOException {
        return new MeasuredJob(
                cluster.bootstrap(),
                cluster.databaseUrl(),
                Objects.requireNonNull(cluster.status().get("flink")));
    }

    static void say(String text) {
        System.out.println(Instant.now() + " " + text);
    }

    long restarts() throws IOException {
        return get("/metrics?get=numRestarts").path(0).path("value").asLong();
    }

    /** Returns Flink's response about the job. */
    JsonNode get(String path) throws IOException {
        String jobs = flink + "/jobs/";
        String id = json(jobs).path("jobs").path(0).path("id").asText();
        return json(jobs + id + path);
    }

    private static JsonNode json(String address) throws IOException {
        try (var in = URI.create(address).toURL().openStream()) {
            return JSON.readTree(in);
        }
    }
}
