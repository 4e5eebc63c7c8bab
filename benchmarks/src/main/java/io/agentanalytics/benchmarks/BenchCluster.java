package io.agentanalytics.benchmarks;

import io.agentanalytics.local.cluster.Cluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Process cluster that a benchmark starts, with default settings. */
final class BenchCluster {
    static final String RUNS = "runs, process ";

    private BenchCluster() {}

    static Cluster in(Path directory) throws IOException {
        Path root = Path.of(System.getProperty("agent-analytics.root", "."));
        System.out.println("cluster in " + directory);
        return new Cluster(
                directory,
                root.resolve("local/target/flink-lib"),
                root.resolve("job/target"),
                System.out::println);
    }

    /** Prints the peak resident memory of each process. */
    static void printPeaks(Cluster cluster) throws IOException {
        for (Map.Entry<String, String> process : cluster.status().entrySet()) {
            if (process.getValue().startsWith(RUNS)) {
                printPeak(
                        process.getKey(),
                        Long.parseLong(process.getValue().substring(RUNS.length())));
            }
        }
    }

    static void printPeak(String name, long pid) throws IOException {
        Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) >> 10)
                .forEach(mb -> System.out.printf("%-14s %5d MB at the peak%n", name, mb));
    }
}
