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
 * The one job of a stack under measurement.
 *
 * @param databaseUrl the tables, as their owner
 * @param flink address of Flink's REST interface
 */
record MeasuredJob(String bootstrap, String databaseUrl, String flink) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A measurement. */
    interface Bench {
        void run(MeasuredJob job) throws Exception;
    }

    /** Starts everything in this process, with the job. */
    static void inOneProcess(Path directory, Bench bench) throws Exception {
        LocalStack.PortPlan ports = LocalStack.PortPlan.free();
        try (LocalStack stack =
                LocalStack.start(
                        new LocalStack.Plan(directory, ports, true, 2, List.of()),
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

    /** Of a cluster that runs. */
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

    /** Flink's answer about the job. */
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
