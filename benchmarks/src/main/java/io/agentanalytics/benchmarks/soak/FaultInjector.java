package io.agentanalytics.benchmarks.soak;

import io.agentanalytics.benchmarks.harness.BenchStack;
import io.agentanalytics.local.cluster.Cluster;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Begins and ends faults. */
final class FaultInjector {
    private static final long SLOW_MILLIS = 400;
    private static final long RESET_MILLIS = 500;

    /** Number of records that the intake accepts before it is killed, if it accepts any. */
    private static final long ACCEPTED_BEFORE_KILL = 50;

    private static final long ACCEPT_MILLIS = 10_000;
    private static final long STOP_MILLIS = 20_000;

    private final Cluster cluster;
    private final TcpProxy proxy;
    private final SoakIntake intake;
    private final SoakSender sender;
    private final Map<SoakFaultKind, SmallDisk> disks;

    FaultInjector(
            Cluster cluster,
            TcpProxy proxy,
            SoakIntake intake,
            SoakSender sender,
            Map<SoakFaultKind, SmallDisk> disks) {
        this.cluster = cluster;
        this.proxy = proxy;
        this.intake = intake;
        this.sender = sender;
        this.disks = disks;
    }

    void begin(SoakFault fault) throws Exception {
        switch (fault.kind()) {
            case TASKMANAGER_KILLED -> cluster.kill(fault.taskManagerName());
            case TASKMANAGER_FROZEN -> signal("-STOP", fault.taskManagerName());
            case JOBMANAGER_KILLED -> {
                cluster.kill("jobmanager");
                cluster.restart("jobmanager");
            }
            case BROKER_KILLED -> cluster.kill("kafka");
            case BROKER_FROZEN -> signal("-STOP", "kafka");
            case INTAKE_KILLED -> killIntake();
            case POSTGRES_STOPPED -> stopPostgres();
            case POSTGRES_FROZEN -> signal("-STOP", "postgres");
            case POSTGRES_READ_ONLY -> readOnly(true);
            case LINK_SLOW -> proxy.delay(SLOW_MILLIS);
            case SPOOL_DISK_FULL -> {
                disk(fault).fill();
                signal("-STOP", "kafka");
            }
            case KAFKA_DISK_FULL, CHECKPOINT_DISK_FULL, POSTGRES_DISK_FULL -> disk(fault).fill();
            case CONNECTIONS_RESET, CLOCK_AHEAD, CLOCK_BEHIND -> {}
        }
    }

    /** Waits for the duration of a fault. */
    void hold(SoakFault fault) throws InterruptedException {
        long until = System.currentTimeMillis() + fault.holdSeconds() * 1000L;
        while (System.currentTimeMillis() < until) {
            Thread.sleep(RESET_MILLIS);
            if (fault.kind() == SoakFaultKind.CONNECTIONS_RESET) {
                proxy.reset();
            }
        }
    }

    void end(SoakFault fault) throws Exception {
        switch (fault.kind()) {
            case TASKMANAGER_KILLED -> cluster.restart(fault.taskManagerName());
            case TASKMANAGER_FROZEN -> {
                signal("-CONT", fault.taskManagerName());
                restartIfStopped(fault.taskManagerName());
            }
            case BROKER_KILLED -> cluster.restart("kafka");
            case BROKER_FROZEN -> signal("-CONT", "kafka");
            case INTAKE_KILLED -> {
                signal("-CONT", "kafka");
                intake.restart();
            }
            case POSTGRES_STOPPED -> cluster.startPostgres();
            case POSTGRES_FROZEN -> signal("-CONT", "postgres");
            case POSTGRES_READ_ONLY -> readOnly(false);
            case LINK_SLOW -> proxy.delay(0);
            case KAFKA_DISK_FULL -> {
                disk(fault).free();
                restartIfStopped("kafka");
            }
            case SPOOL_DISK_FULL -> {
                disk(fault).free();
                signal("-CONT", "kafka");
                intake.restart();
            }
            case CHECKPOINT_DISK_FULL -> disk(fault).free();
            case POSTGRES_DISK_FULL -> {
                disk(fault).free();
                startPostgresIfStopped();
            }
            case JOBMANAGER_KILLED, CONNECTIONS_RESET, CLOCK_AHEAD, CLOCK_BEHIND -> {}
        }
    }

    private SmallDisk disk(SoakFault fault) {
        return Objects.requireNonNull(disks.get(fault.kind()));
    }

    /** Kafka is frozen first, so that the records are acknowledged but in the spool only. */
    private void killIntake() throws Exception {
        signal("-STOP", "kafka");
        long before = sender.throughIntake();
        long until = System.currentTimeMillis() + ACCEPT_MILLIS;
        while (sender.throughIntake() < before + ACCEPTED_BEFORE_KILL
                && System.currentTimeMillis() < until) {
            Thread.sleep(100);
        }
        BenchStack.say(
                "the intake accepted %d records without Kafka"
                        .formatted(sender.throughIntake() - before));
        intake.kill();
    }

    private void restartIfStopped(String name) throws Exception {
        if (cluster.process(name).isEmpty()) {
            BenchStack.say(name + " has stopped and is restarted");
            cluster.restart(name);
        }
    }

    /** Fast shutdown: open transactions are aborted. */
    private void stopPostgres() throws Exception {
        ProcessHandle server = cluster.process("postgres").orElseThrow();
        signal("-INT", server);
        long until = System.currentTimeMillis() + STOP_MILLIS;
        while (server.isAlive() && System.currentTimeMillis() < until) {
            Thread.sleep(100);
        }
    }

    private void startPostgresIfStopped() throws Exception {
        if (cluster.process("postgres").isEmpty()) {
            BenchStack.say("Postgres has stopped and is started");
            cluster.startPostgres();
        }
    }

    private void readOnly(boolean on) throws SQLException {
        try (Connection connection = DriverManager.getConnection(cluster.databaseUrl());
                Statement statement = connection.createStatement()) {
            statement.execute("SET default_transaction_read_only = off");
            statement.execute(
                    "ALTER SYSTEM SET default_transaction_read_only = " + (on ? "on" : "off"));
            statement.execute("SELECT pg_reload_conf()");
        }
    }

    /** Sends a signal to a process and its children. */
    private void signal(String signal, String name) throws Exception {
        ProcessHandle process = cluster.process(name).orElseThrow();
        for (ProcessHandle each :
                Stream.concat(Stream.of(process), process.descendants()).toList()) {
            signal(signal, each);
        }
    }

    private static void signal(String signal, ProcessHandle process)
            throws IOException, InterruptedException {
        // A child may have ended meanwhile.
        new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
    }
}
