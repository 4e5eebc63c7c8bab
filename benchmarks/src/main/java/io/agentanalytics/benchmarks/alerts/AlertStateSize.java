package io.agentanalytics.benchmarks.alerts;

import io.agentanalytics.contract.DaemonThreads;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.job.model.SourceRecord;
import io.agentanalytics.job.options.JobOptions;
import io.agentanalytics.local.backtest.TopologyRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.util.FileUtils;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * Benchmark of the checkpoint size over a day, with permanent agents and with agents that each work
 * for only one hour. The allowed lateness is short here, so that the tasks are soon dropped and the
 * measurement shows the state of the agents.
 */
@Command(
        name = "alert-state",
        description =
                "Size of the checkpoints over a day, with permanent and with temporary agents.")
public final class AlertStateSize implements Callable<Integer> {
    private static final int HOURS = 24;
    private static final long TASK_EVERY_MILLIS = 600_000;
    private static volatile long reached = Events.BEGINNING;

    @Parameters(
            paramLabel = "AGENTS",
            arity = "0..1",
            description = "Number of agents (default: ${DEFAULT-VALUE}).")
    int agents = 10_000;

    @Override
    public Integer call() throws Exception {
        print("agents that stay, all rules", sizes(false, List.of()));
        print("agents that stay, no rules", sizes(false, AlertSpeed.noRules()));
        print("agents that come and go, all rules", sizes(true, List.of()));
        return 0;
    }

    private static void print(String what, Map<Integer, Long> sizes) {
        StringBuilder text = new StringBuilder(what).append(", MiB by hour of the day:");
        sizes.forEach(
                (hour, bytes) ->
                        text.append(
                                String.format(Locale.ROOT, " %d:%.1f", hour, bytes / 1048576.0)));
        System.out.println(text);
    }

    /** Returns the largest checkpoint in each hour of event time. */
    private Map<Integer, Long> sizes(boolean comeAndGo, List<AlertRule> rules) throws Exception {
        Path directory = Files.createTempDirectory("agent-analytics-state");
        Configuration flink = new Configuration();
        flink.setString("execution.checkpointing.interval", "1s");
        flink.setString("execution.checkpointing.storage", "filesystem");
        flink.setString("execution.checkpointing.dir", directory.toUri().toString());
        flink.setString("execution.checkpointing.num-retained", "1");
        Map<Integer, Long> sizes = new TreeMap<>();
        reached = Events.BEGINNING;
        Thread watcher = DaemonThreads.named("watcher").newThread(() -> watch(directory, sizes));
        watcher.start();
        JobOptions options =
                JobOptions.parse(new String[] {"--allowed-lateness", "1m"}, Map.of())
                        .withRules(rules);
        TopologyRun.run(() -> new SimulatedDay(agents, comeAndGo), options, 2, flink);
        watcher.interrupt();
        watcher.join();
        FileUtils.deleteDirectory(directory.toFile());
        return sizes;
    }

    private static void watch(Path directory, Map<Integer, Long> sizes) {
        try {
            while (true) {
                Thread.sleep(200);
                int hour = (int) ((reached - Events.BEGINNING) / 3_600_000);
                long bytes = bytes(directory);
                if (bytes > 0) {
                    sizes.merge(hour, bytes, Math::max);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns the size of the latest complete checkpoint. */
    private static long bytes(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            long bytes = 0;
            for (Path metadata : files.filter(f -> f.endsWith("_metadata")).toList()) {
                try (Stream<Path> parts = Files.list(metadata.getParent())) {
                    bytes = Math.max(bytes, parts.mapToLong(f -> f.toFile().length()).sum());
                }
            }
            return bytes;
        } catch (IOException | UncheckedIOException e) {
            return 0; // deleted during the scan
        }
    }

    /**
     * Events of a day: one task per agent every ten minutes. Temporary agents get a new name each
     * hour.
     */
    private static final class SimulatedDay implements Iterator<SourceRecord> {
        private final int agents;
        private final boolean comeAndGo;
        private final Random random = new Random(1);
        private long n;

        SimulatedDay(int agents, boolean comeAndGo) {
            this.agents = agents;
            this.comeAndGo = comeAndGo;
        }

        @Override
        public boolean hasNext() {
            return n < (long) agents * HOURS * 3_600_000L / TASK_EVERY_MILLIS;
        }

        @Override
        public SourceRecord next() {
            long at = Events.BEGINNING + n * TASK_EVERY_MILLIS / agents;
            reached = at;
            String agent = "agent-" + n % agents;
            if (comeAndGo) {
                agent += "-" + (at - Events.BEGINNING) / 3_600_000;
            }
            boolean ok = random.nextInt(20) > 0;
            TaskEvent event =
                    new TaskEventBuilder(
                                    ok ? EventType.TASK_COMPLETED : EventType.TASK_FAILED,
                                    "e",
                                    Instant.ofEpochMilli(at),
                                    "task-" + n++,
                                    agent)
                            .on("openai", "m")
                            .durationMillis(5000 + random.nextInt(5000))
                            .tokens(1000, -1, -1, 100, -1)
                            .costNanos(10_000_000 + random.nextInt(5_000_000))
                            .error(ok ? "" : "unresolved", "")
                            .build();
            return Events.received(event);
        }
    }
}
