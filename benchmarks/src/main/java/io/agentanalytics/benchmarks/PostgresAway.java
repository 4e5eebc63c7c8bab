package io.agentanalytics.benchmarks;

import io.agentanalytics.benchmarks.harness.Backlog;
import io.agentanalytics.benchmarks.harness.BenchCluster;
import io.agentanalytics.benchmarks.harness.BenchStack;
import io.agentanalytics.benchmarks.harness.SteadyLoad;
import io.agentanalytics.client.topics.TopicFollower;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import io.agentanalytics.contract.Topics;
import io.agentanalytics.simulator.EventPublisher;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Benchmark of a Postgres outage: Postgres refuses the job's connections for a while under a steady
 * load from 10,000 agents. Measures restarts of the job, latency of alerts and intervals between
 * weight decisions, and checks that every call is counted afterwards.
 */
@Command(
        name = "away",
        description = "Restarts, alerts and weights while Postgres refuses the job for some time.")
@SuppressWarnings("NullAway.Init") // run() sets the field stack
final class PostgresAway implements Callable<Integer> {
    private static final int AGENTS = 10_000;
    private static final long AROUND_MILLIS = 60_000;
    private static final long PROBE_MILLIS = 10_000;
    private static final long PROBE_NANO_DOLLARS = 6_000_000_000L;
    private static final Duration CATCH_UP = Duration.ofMinutes(10);

    @Mixin final SteadyLoad load = new SteadyLoad(600);

    @Option(
            names = "--cluster",
            description = "Measures a cluster of processes instead of this process.")
    boolean inCluster;

    private BenchStack stack;
    private final Map<String, Long> probes = new ConcurrentHashMap<>();
    private final List<Long> during = new ArrayList<>();
    private final List<Long> around = new ArrayList<>();
    private final AtomicLong lastWeights = new AtomicLong();
    private final AtomicLong widestGap = new AtomicLong();
    private volatile boolean away;
    private long calls;
    private long costNanos;
    private long sent;

    @Override
    public Integer call() throws Exception {
        if (!inCluster) {
            return BenchStack.inOneProcess(
                    List.of(),
                    BenchStack::say,
                    measured -> {
                        run(measured);
                        BenchCluster.printPeak();
                        return 0;
                    });
        }
        BenchCluster.measure(
                cluster -> {
                    cluster.submit(null, List.of());
                    run(BenchStack.of(cluster));
                    BenchCluster.printPeaks(cluster);
                });
        return 0;
    }

    private void run(BenchStack measured) throws Exception {
        stack = measured;
        try (TopicFollower reader =
                TopicFollower.start(
                        stack.kafka(), this::read, Topics.ALERTS, Topics.PROVIDER_WEIGHTS)) {
            send();
            awaitCounts();
        }
    }

    private void send() throws Exception {
        long start = System.currentTimeMillis();
        long leaves = start + AROUND_MILLIS;
        long returns = leaves + load.seconds * 1000L;
        long end = returns + AROUND_MILLIS;
        Backlog traffic =
                new Backlog(
                        1,
                        Instant.ofEpochMilli(start),
                        load.rate * (Backlog.SPAN_MILLIS / 1000),
                        Backlog.Shape.of(AGENTS));
        long nextProbe = start + PROBE_MILLIS;
        try (EventPublisher publisher = new EventPublisher(stack.kafka())) {
            for (TaskEvent e = traffic.next();
                    e != null && e.timeMillis() < end;
                    e = traffic.next()) {
                SteadyLoad.awaitTime(e);
                send(publisher, e);
                long now = System.currentTimeMillis();
                if (now >= nextProbe && now < end - PROBE_MILLIS) {
                    nextProbe += PROBE_MILLIS;
                    probe(publisher, now);
                }
                if (away != (now >= leaves && now < returns)) {
                    turn(!away);
                }
            }
            publisher.flush();
        }
    }

    private void send(EventPublisher publisher, TaskEvent event) {
        publisher.send(event);
        sent++;
        if (event.type() == EventType.LLM_CALL) {
            calls++;
            costNanos += Math.max(0, event.costNanos());
        }
    }

    /**
     * Sends a task whose cost exceeds the limit, which raises an alert as soon as the job has read
     * it. Each probe uses another agent, so that alerts are not grouped.
     */
    private void probe(EventPublisher publisher, long now) {
        String task = "probe-" + now;
        probes.put(task, now);
        Instant at = Instant.ofEpochMilli(now);
        send(
                publisher,
                new TaskEventBuilder(EventType.LLM_CALL, task + "/call", at, task, task)
                        .on("openai", "gpt-5-mini")
                        .costNanos(PROBE_NANO_DOLLARS)
                        .build());
        send(
                publisher,
                new TaskEventBuilder(EventType.TASK_COMPLETED, task + "/end", at, task, task)
                        .build());
    }

    private void turn(boolean leaving) throws SQLException {
        BenchStack.say("Postgres " + (leaving ? "refuses the job" : "is back"));
        sql("ALTER ROLE agent_analytics_job CONNECTION LIMIT " + (leaving ? 0 : -1));
        if (leaving) {
            sql(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE usename = 'agent_analytics_job'
                    """);
        }
        away = leaving;
    }

    private void read(ConsumerRecord<String, byte[]> record) {
        long now = System.currentTimeMillis();
        if (record.topic().equals(Topics.PROVIDER_WEIGHTS)) {
            long before = lastWeights.getAndSet(now);
            if (away && before > 0) {
                widestGap.accumulateAndGet(now - before, Math::max);
            }
        } else if (record.value() != null) {
            seen(new String(record.value(), StandardCharsets.UTF_8), now);
        }
    }

    private void seen(String alert, long now) {
        for (String task : List.copyOf(probes.keySet())) {
            if (alert.contains(task + "\"")) {
                Long at = probes.remove(task);
                (away ? during : around).add(now - (at == null ? now : at));
            }
        }
    }

    /** Waits until every call is counted, and prints the results. */
    private void awaitCounts() throws Exception {
        long began = System.nanoTime();
        long counted = 0;
        while (counted != calls && System.nanoTime() - began < CATCH_UP.toNanos()) {
            Thread.sleep(500);
            counted = sum("coalesce(sum(requests), 0)");
        }
        long caughtUp = (System.nanoTime() - began) / 1_000_000_000;
        long nanos = sum("(sum(request_cost_reported + request_cost_priced) * 1000000000)::bigint");
        System.out.printf(
                "%d events at %d per second from %d agents; Postgres away for %d s%n",
                sent, load.rate, AGENTS, load.seconds);
        System.out.printf(
                "calls sent %d, counted %d; reported nano-dollars sent %d, counted %d;"
                        + " %d s after the last event%n",
                calls, counted, costNanos, nanos, caughtUp);
        System.out.printf("restarts %d%n", stack.restarts());
        System.out.printf("event to alert, Postgres there: %s%n", SteadyLoad.summary(around));
        System.out.printf("event to alert, Postgres away:  %s%n", SteadyLoad.summary(during));
        System.out.printf(
                "probes without an alert: %d; longest time between decisions while away: %d ms%n",
                probes.size(), widestGap.get());
    }

    private void sql(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(stack.databaseUrl());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Returns an aggregate over the agents' windows of a minute. */
    private long sum(String aggregate) throws SQLException {
        String sql = "SELECT %s FROM agent_statistics WHERE granularity = 60".formatted(aggregate);
        try (Connection connection = DriverManager.getConnection(stack.databaseUrl());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getLong(1) : 0;
        }
    }
}
