package io.agentanalytics.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentanalytics.contract.EventEncoder;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.job.JobMain;
import io.agentanalytics.job.options.JobOptions;
import io.agentanalytics.local.embedded.EmbeddedKafka;
import io.agentanalytics.local.embedded.LocalPostgres;
import io.agentanalytics.local.embedded.Passwords;
import io.agentanalytics.local.embedded.Ports;
import io.agentanalytics.simulator.EventPublisher;
import io.agentanalytics.simulator.Fleet;
import io.agentanalytics.simulator.Oracle;
import io.agentanalytics.simulator.StoredRows;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An upgrade as operations.md describes it, while events arrive: stopped with a savepoint, started
 * again with twice the parallelism and with half of it, and rolled back. After each step the rows
 * are those of the oracle.
 */
class UpgradeTest {
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final int STEPS = 4;

    @TempDir Path directory;

    private EmbeddedKafka kafka;
    private LocalPostgres postgres;
    private final List<String> events = events();

    @Test
    void savepointsRescalingAndRollback_changeNoRow() throws Exception {
        kafka = EmbeddedKafka.start(directory.resolve("kafka"), Ports.free());
        postgres =
                LocalPostgres.start(
                        PreparedData.in(directory).resolve("postgres"),
                        Ports.free(),
                        false,
                        Clock.systemUTC());
        try {
            JobClient old = start(2, null, 0);
            String first = stopWhile(old, 0);

            JobClient wider = start(4, first, 0);
            awaitMinutesOf(1);
            String second = stopWhile(wider, 1);

            JobClient upgraded = start(2, second, 0);
            send(2);
            awaitMinutesOf(3);
            // The local cluster of a job ends with it, and could not be asked for its status then.
            CompletableFuture<?> ended = upgraded.getJobExecutionResult();
            upgraded.cancel().get();
            await().atMost(PATIENCE).until(ended::isDone);

            JobClient back = start(2, second, 1);
            send(3);
            awaitRowsOf(STEPS);
            back.cancel().get();
        } finally {
            postgres.close();
            kafka.close();
        }
    }

    /** Stops the job with a savepoint while the events of a step arrive. */
    private String stopWhile(JobClient job, int step) throws Exception {
        CompletableFuture<Void> load = CompletableFuture.runAsync(() -> send(step));
        StoredRows tables = tables();
        await().atMost(PATIENCE)
                .until(
                        () ->
                                tables.number(
                                                "SELECT count(*) FROM store.system_window WHERE"
                                                        + " granularity = 10")
                                        > step);
        // Rows of the job before say nothing about this one, some of whose tasks may not run yet.
        String savepoint =
                await().atMost(PATIENCE)
                        .ignoreExceptionsMatching(
                                e -> String.valueOf(e).contains("is not being executed"))
                        .until(() -> stop(job), Objects::nonNull);
        load.get(1, TimeUnit.MINUTES);
        return savepoint;
    }

    private String stop(JobClient job) throws Exception {
        return job.stopWithSavepoint(
                        false,
                        directory.resolve("savepoints").toUri().toString(),
                        SavepointFormatType.CANONICAL)
                .get();
    }

    private JobClient start(int parallelism, @Nullable String savepoint, int epoch)
            throws Exception {
        Configuration flink = new Configuration();
        flink.setString("rest.port", "0");
        flink.setString("taskmanager.memory.network.max", "160mb");
        flink.setString("taskmanager.memory.network.min", "160mb");
        if (savepoint != null) {
            flink.setString("execution.state-recovery.path", savepoint);
        }
        var env = StreamExecutionEnvironment.createLocalEnvironment(parallelism, flink);
        JobMain.define(env, options(epoch));
        return env.executeAsync("upgrade");
    }

    private JobOptions options(int epoch) {
        return JobOptions.parse(
                new String[] {
                    "--bootstrap-servers", kafka.bootstrap(),
                    "--database-url", postgres.jdbcUrl(),
                    "--epoch", Integer.toString(epoch),
                    "--long-window-interval", "5s"
                },
                Map.of(
                        "AGENT_ANALYTICS_DATABASE_PASSWORD",
                        postgres.passwords().of("agent_analytics_job")));
    }

    private void awaitRowsOf(int steps) throws Exception {
        awaitRows(steps, row -> true);
    }

    /** Rows of hours and days follow within a minute, which only the last step waits for. */
    private void awaitMinutesOf(int steps) throws Exception {
        awaitRows(steps, row -> row.contains("_window 10 ") || row.contains("_window 60 "));
    }

    private void awaitRows(int steps, Predicate<String> isCompared) throws Exception {
        Map<String, String> expected = new TreeMap<>();
        new Oracle(events.subList(0, end(steps - 1)))
                .rows.forEach((key, row) -> expected.put(key, row.toString()));
        expected.keySet().removeIf(isCompared.negate());
        assertThat(expected).isNotEmpty();
        StoredRows tables = tables();
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(
                        () -> {
                            Map<String, String> rows = tables.windows();
                            rows.keySet().removeIf(isCompared.negate());
                            assertThat(rows).isEqualTo(expected);
                        });
    }

    private StoredRows tables() {
        return new StoredRows(postgres.passwords().login(postgres.jdbcUrl(), Passwords.SUPERUSER));
    }

    private int end(int step) {
        return (step + 1) * events.size() / STEPS;
    }

    private void send(int step) {
        try (EventPublisher publisher =
                new EventPublisher(Map.of("bootstrap.servers", kafka.bootstrap()))) {
            for (String event : events.subList(step == 0 ? 0 : end(step - 1), end(step))) {
                String task = event.replaceAll(".*\"task_id\":\"([^\"]*)\".*", "$1");
                publisher.send(task, event.getBytes(StandardCharsets.UTF_8));
            }
            publisher.flush();
        }
    }

    private static List<String> events() {
        Instant start = Clock.systemUTC().instant().minus(Duration.ofMinutes(45));
        Fleet fleet = new Fleet(29, 6, start, List.of());
        long end = start.plus(Duration.ofMinutes(40)).toEpochMilli();
        List<String> events = new ArrayList<>();
        for (TaskEvent e = fleet.next(); e.timeMillis() < end; e = fleet.next()) {
            events.add(new String(EventEncoder.encode(e), StandardCharsets.UTF_8));
        }
        return events;
    }
}
