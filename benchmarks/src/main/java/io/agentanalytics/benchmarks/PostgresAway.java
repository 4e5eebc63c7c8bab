package io.agentanalytics.benchmarks;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import io.agentanalytics.contract.Topics;
import io.agentanalytics.local.cluster.Cluster;
import io.agentanalytics.simulator.EventPublisher;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Benchmark of a Postgres outage: Postgres refuses the job's connections for a while under a steady
 * load from 10,000 agents. Measures restarts of the job, latency of alerts and intervals between
 * weight decisions, and checks that every call is counted afterwards.
 */
public final class PostgresAway {
    private static final int AGENTS = 10_000;
    private static final long AROUND_MILLIS = 60_000;
    private static final long PROBE_MILLIS = 10_000;
    private static final long PROBE_NANO_DOLLARS = 6_000_000_000L;
    private static final Duration CATCH_UP = Duration.ofMinutes(10);

    private final MeasuredJob job;
    private final Map<String, Long> probes = new ConcurrentHashMap<>();
    private final List<Long> during = new ArrayList<>();
    private final List<Long> around = new ArrayList<>();
    private final AtomicLong lastWeights = new AtomicLong();
    private final AtomicLong widestGap = new AtomicLong();
    private volatile boolean away;
    private volatile boolean done;
    private long calls;
    private long costNanos;
    private long sent;

    private PostgresAway(MeasuredJob job) {
        this.job = job;
    }

    /**
     * Arguments: events per second, seconds without Postgres; {@code --cluster} runs a cluster of
     * processes instead of this process.
     */
    public static void main(String[] args) throws Exception {
        Path directory = Files.createTempDirectory("agent-analytics-away");
        int rate = Integer.parseInt(args[0]);
        int seconds = Integer.parseInt(args[1]);
        MeasuredJob.Bench bench = job -> new PostgresAway(job).run(rate, seconds);
        if (args.length > 2 && args[2].equals("--cluster")) {
            Cluster cluster = BenchCluster.in(directory);
            cluster.up(false);
            try {
                cluster.submit(null, List.of());
                bench.run(MeasuredJob.of(cluster));
                BenchCluster.printPeaks(cluster);
            } finally {
                cluster.down();
            }
        } else {
            MeasuredJob.inOneProcess(directory, bench);
        }
        System.exit(0);
    }

    private void run(int rate, int seconds) throws Exception {
        Thread reader = new Thread(this::read, "reader");
        reader.setDaemon(true);
        reader.start();
        long start = System.currentTimeMillis();
        long leaves = start + AROUND_MILLIS;
        long returns = leaves + seconds * 1000L;
        long end = returns + AROUND_MILLIS;
        Backlog traffic =
                new Backlog(
                        1,
                        Instant.ofEpochMilli(start),
                        rate * (Backlog.SPAN_MILLIS / 1000),
                        AGENTS);
        long nextProbe = start + PROBE_MILLIS;
        try (EventPublisher publisher =
                new EventPublisher(Map.of("bootstrap.servers", job.bootstrap()))) {
            for (TaskEvent e = traffic.next();
                    e != null && e.timeMillis() < end;
                    e = traffic.next()) {
                long early = e.timeMillis() - System.currentTimeMillis();
                if (early > 0) {
                    Thread.sleep(early);
                }
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
        report(rate, seconds);
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
        TaskEventBuilder builder =
                new TaskEventBuilder(
                                EventType.LLM_CALL,
                                task + "/call",
                                Instant.ofEpochMilli(now),
                                task,
                                task)
                        .on("openai", "gpt-5-mini")
                        .costNanos(PROBE_NANO_DOLLARS);
        send(publisher, builder.build());
        send(
                publisher,
                new TaskEventBuilder(
                                EventType.TASK_COMPLETED,
                                task + "/end",
                                Instant.ofEpochMilli(now),
                                task,
                                task)
                        .build());
    }

    private void turn(boolean leaving) throws SQLException {
        MeasuredJob.say("Postgres " + (leaving ? "refuses the job" : "is back"));
        sql("ALTER ROLE agent_analytics_job CONNECTION LIMIT " + (leaving ? 0 : -1));
        if (leaving) {
            sql(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'agent_analytics_job'");
        }
        away = leaving;
    }

    private void read() {
        TopicPartition alerts = new TopicPartition(Topics.ALERTS, 0);
        TopicPartition weights = new TopicPartition(Topics.PROVIDER_WEIGHTS, 0);
        try (var consumer =
                new KafkaConsumer<>(
                        Map.<String, Object>of("bootstrap.servers", job.bootstrap()),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            consumer.assign(List.of(alerts, weights));
            consumer.seekToBeginning(List.of(alerts, weights));
            while (!done) {
                for (var record : consumer.poll(Duration.ofMillis(50))) {
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
            }
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

    private void report(int rate, int seconds) throws Exception {
        long began = System.nanoTime();
        long counted = 0;
        while (counted != calls && System.nanoTime() - began < CATCH_UP.toNanos()) {
            Thread.sleep(500);
            counted =
                    number(
                            "SELECT coalesce(sum(requests), 0) FROM store.agent_window WHERE granularity = 60");
        }
        long caughtUp = (System.nanoTime() - began) / 1_000_000_000;
        long nanos =
                number(
                        "SELECT (sum(request_cost_reported + request_cost_priced) * 1000000000)::bigint FROM store.agent_window WHERE granularity = 60");
        done = true;
        System.out.printf(
                "%d events at %d per second from %d agents; Postgres away for %d s%n",
                sent, rate, AGENTS, seconds);
        System.out.printf(
                "calls sent %d, counted %d; reported nano-dollars sent %d, counted %d; %d s after the last event%n",
                calls, counted, costNanos, nanos, caughtUp);
        System.out.printf("restarts %d%n", job.restarts());
        System.out.printf("event to alert, Postgres there: %s%n", SteadyLoad.summary(around));
        System.out.printf("event to alert, Postgres away:  %s%n", SteadyLoad.summary(during));
        System.out.printf(
                "probes without an alert: %d; longest time between decisions while away: %d ms%n",
                probes.size(), widestGap.get());
    }

    private void sql(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(job.databaseUrl());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private long number(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(job.databaseUrl());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getLong(1) : 0;
        }
    }
}
