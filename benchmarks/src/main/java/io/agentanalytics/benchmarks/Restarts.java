package io.agentanalytics.benchmarks;

import io.agentanalytics.benchmarks.harness.Backlog;
import io.agentanalytics.benchmarks.harness.BenchCluster;
import io.agentanalytics.local.cluster.Cluster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * Leak test: stops and restarts the job in the same TaskManagers, under load. Metaspace usage and
 * the number of class loaders of the job's code after a full collection must not grow with the
 * number of starts.
 */
@Command(
        name = "restarts",
        description = "Restarts the job in the same TaskManagers, and prints what leaks.")
final class Restarts implements Callable<Integer> {
    private static final int EVENTS_PER_START = 2_000;
    private static final int AGENTS = 50;
    private static final int PRINTED_EVERY = 10;
    private static final List<String> TASK_MANAGERS = List.of("taskmanager-1", "taskmanager-2");
    private static final Pattern METASPACE = Pattern.compile("Metaspace +used (\\d+)K");

    @Parameters(
            paramLabel = "TIMES",
            arity = "0..1",
            description = "Number of restarts (default: ${DEFAULT-VALUE}).")
    int times = 100;

    @Override
    public Integer call() throws Exception {
        BenchCluster.measure(this::run);
        return 0;
    }

    private void run(Cluster cluster) throws Exception {
        cluster.submit(null, List.of());
        for (int i = 0; i <= times; i++) {
            new Backlog(i, Instant.now(), EVENTS_PER_START, Backlog.Shape.of(AGENTS))
                    .send(Map.of("bootstrap.servers", cluster.bootstrap()));
            String savepoint = cluster.savepoint(true);
            if (i % PRINTED_EVERY == 0) {
                print(cluster, i);
            }
            cluster.submit(savepoint, List.of());
        }
    }

    /** Prints the usage while no job runs: only leaks of earlier starts remain. */
    private static void print(Cluster cluster, int restarts) throws Exception {
        for (String name : TASK_MANAGERS) {
            String pid =
                    Objects.requireNonNull(cluster.status().get(name))
                            .replace(BenchCluster.RUNS, "");
            jcmd(pid, "GC.run");
            Matcher used = METASPACE.matcher(jcmd(pid, "GC.heap_info"));
            long loaders =
                    jcmd(pid, "VM.classloader_stats")
                            .lines()
                            .filter(line -> line.contains("ChildFirstClassLoader"))
                            .count();
            System.out.printf(
                    "after %d restarts, %s: metaspace %s KB, class loaders of the job's code %d%n",
                    restarts, name, used.find() ? used.group(1) : "unknown", loaders);
        }
    }

    private static String jcmd(String pid, String command) throws IOException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin/jcmd");
        Process process =
                new ProcessBuilder(jcmd.toString(), pid, command).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
