package io.agentanalytics.benchmarks.harness;

import io.agentanalytics.local.cluster.Cluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Process cluster that a benchmark starts, with default settings. */
public final class BenchCluster {
    public static final String RUNS = "runs, process ";

    private BenchCluster() {}

    /** Measurement of a cluster without a job. */
    public interface ClusterMeasurement {
        void of(Cluster cluster) throws Exception;
    }

    /** Starts a cluster in a temporary directory, measures it and stops it. */
    public static void measure(ClusterMeasurement measurement) throws Exception {
        measure(Map.of(), measurement);
    }

    /** Measures a cluster as {@link #measure(ClusterMeasurement)}, with other settings of Flink. */
    public static void measure(Map<String, String> settings, ClusterMeasurement measurement)
            throws Exception {
        Path directory = Files.createTempDirectory("agent-analytics-bench");
        System.out.println("cluster in " + directory);
        Cluster cluster = in(directory);
        cluster.configure(settings);
        cluster.up(false);
        try {
            measurement.of(cluster);
        } finally {
            cluster.down();
        }
    }

    /**
     * Returns a cluster in a directory, not started yet. It stops with this process, also when a
     * signal ends the benchmark.
     */
    public static Cluster in(Path directory) throws IOException {
        Path root = Path.of(System.getProperty("agent-analytics.root", "."));
        Cluster cluster =
                new Cluster(
                        directory,
                        root.resolve("local/target/flink-lib"),
                        root.resolve("job/target"),
                        System.out::println);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(cluster), "stop the cluster"));
        return cluster;
    }

    private static void stop(Cluster cluster) {
        try {
            cluster.down();
        } catch (IOException e) {
            System.err.println("The cluster was not stopped: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns the CPU time of each process with its children, in seconds. */
    public static Map<String, Double> cpuSeconds(Cluster cluster) throws IOException {
        Map<String, Double> seconds = new TreeMap<>();
        for (String name :
                List.of(
                        "kafka",
                        "zookeeper",
                        "jobmanager",
                        "taskmanager-1",
                        "taskmanager-2",
                        "postgres",
                        "api",
                        "intake")) {
            Optional<ProcessHandle> process = cluster.process(name);
            if (process.isPresent()) {
                seconds.put(name, CpuTime.of(process.get()));
            }
        }
        return seconds;
    }

    /** Prints the peak resident memory of each process. */
    public static void printPeaks(Cluster cluster) throws IOException {
        for (Map.Entry<String, String> process : cluster.status().entrySet()) {
            if (process.getValue().startsWith(RUNS)) {
                printPeak(
                        process.getKey(),
                        Long.parseLong(process.getValue().substring(RUNS.length())));
            }
        }
    }

    /** Prints the peak resident memory of this process. */
    public static void printPeak() throws IOException {
        printPeak("process", ProcessHandle.current().pid());
    }

    private static void printPeak(String name, long pid) throws IOException {
        Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) >> 10)
                .forEach(mb -> System.out.printf("%-14s %5d MB at the peak%n", name, mb));
    }
}
