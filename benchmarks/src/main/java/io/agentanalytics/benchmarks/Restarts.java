package io.agentanalytics.benchmarks;

import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.local.cluster.Cluster;
import io.agentanalytics.simulator.EventPublisher;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Leak test: stops and restarts the job in the same TaskManagers, under load. Metaspace usage and
 * the number of class loaders of the job's code after a full collection must not grow with the
 * number of starts.
 */
public final class Restarts {
    private static final int EVENTS_PER_START = 2_000;
    private static final int AGENTS = 50;
    private static final int PRINTED_EVERY = 10;
    private static final List<String> TASK_MANAGERS = List.of("taskmanager-1", "taskmanager-2");
    private static final Pattern METASPACE = Pattern.compile("Metaspace +used (\\d+)K");

    private final Cluster cluster;

    private Restarts(Cluster cluster) {
        this.cluster = cluster;
    }

    /** Argument: number of restarts. */
    public static void main(String[] args) throws Exception {
        Cluster cluster = BenchCluster.in(Files.createTempDirectory("agent-analytics-restarts"));
        cluster.up(false);
        try {
            new Restarts(cluster).run(Integer.parseInt(args[0]));
        } finally {
            cluster.down();
        }
        System.exit(0);
    }

    private void run(int restarts) throws Exception {
        cluster.submit(null, List.of());
        for (int i = 0; i <= restarts; i++) {
            send(i);
            String savepoint = cluster.savepoint(true);
            if (i % PRINTED_EVERY == 0) {
                print(i);
            }
            cluster.submit(savepoint, List.of());
        }
    }

    private void send(int start) {
        Backlog events = new Backlog(start, Instant.now(), EVENTS_PER_START, AGENTS);
        try (EventPublisher publisher =
                new EventPublisher(Map.of("bootstrap.servers", cluster.bootstrap()))) {
            for (TaskEvent e = events.next(); e != null; e = events.next()) {
                publisher.send(e);
            }
            publisher.flush();
        }
    }

    /** Prints the usage while no job runs: only leaks of earlier starts remain. */
    private void print(int restarts) throws Exception {
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
