package io.agentanalytics.benchmarks.harness;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentanalytics.local.cluster.Cluster;
import io.agentanalytics.local.embedded.LocalStack;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.flink.util.FileUtils;

/**
 * Stack under measurement, with a single job.
 *
 * @param kafka Kafka client properties
 * @param databaseUrl JDBC URL of the database owner
 * @param api address of the API
 * @param flink address of Flink's REST API
 */
public record BenchStack(Map<String, String> kafka, String databaseUrl, String api, String flink) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Measurement with a result. */
    public interface Measurement<T> {
        T of(BenchStack stack) throws Exception;
    }

    /** Runs a measurement with all components in this process, and deletes their data. */
    public static <T> T inOneProcess(
            List<String> jobArguments, Consumer<String> progress, Measurement<T> measurement)
            throws Exception {
        Path directory = Files.createTempDirectory("agent-analytics-bench");
        LocalStack.PortPlan ports = LocalStack.PortPlan.free();
        try (LocalStack stack =
                LocalStack.start(
                        new LocalStack.StackPlan(directory, ports, true, 2, jobArguments),
                        Clock.systemUTC(),
                        progress)) {
            return measurement.of(
                    new BenchStack(
                            Map.of("bootstrap.servers", stack.bootstrap()),
                            stack.databaseUrl(),
                            stack.address(),
                            "http://127.0.0.1:" + ports.flink()));
        } finally {
            FileUtils.deleteDirectory(directory.toFile());
        }
    }

    /** Runs a measurement as {@link #inOneProcess(List, Consumer, Measurement)}, silently. */
    public static <T> T inOneProcess(Measurement<T> measurement) throws Exception {
        return inOneProcess(List.of(), step -> {}, measurement);
    }

    /** Returns the stack of a running cluster. */
    public static BenchStack of(Cluster cluster) throws IOException {
        return new BenchStack(
                Map.of("bootstrap.servers", cluster.bootstrap()),
                cluster.databaseUrl(),
                cluster.address(),
                Objects.requireNonNull(cluster.status().get("flink")));
    }

    /** Prints a line with the current time. */
    public static void say(String text) {
        System.out.println(Instant.now() + " " + text);
    }

    /** Returns the number of restarts of the job. */
    public long restarts() throws IOException {
        return job("/metrics?get=numRestarts").path(0).path("value").asLong();
    }

    /** Returns Flink's response about the job. */
    public JsonNode job(String path) throws IOException {
        String jobs = flink + "/jobs/";
        String id = json(jobs).path("jobs").path(0).path("id").asText();
        return json(jobs + id + path);
    }

    /** Returns the API's response to a request below {@code /api/analytics}. */
    public JsonNode analytics(String path) throws IOException {
        return json(api + "/api/analytics/" + path);
    }

    private static JsonNode json(String address) throws IOException {
        try (var in = URI.create(address).toURL().openStream()) {
            return JSON.readTree(in);
        }
    }
}
