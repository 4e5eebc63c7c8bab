package io.agentanalytics.local;

import io.agentanalytics.api.database.Migrations;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A Postgres server of our own, started from its binaries, on loopback, with our tables. */
public final class LocalPostgres implements AutoCloseable {
    /** Where the server's binaries are unpacked, once. */
    private static final String CACHE_PROPERTY = "agent-analytics.postgres-cache";

    // The library's default is shared by everyone on the machine, and then the first user's alone.
    private static final String OWN_CACHE =
            System.getProperty("java.io.tmpdir")
                    + "/agent-analytics-postgres-"
                    + System.getProperty("user.name");

    private final EmbeddedPostgres server;

    private LocalPostgres(EmbeddedPostgres server) {
        this.server = server;
    }

    /**
     * Starts a server that stops with this process.
     *
     * @param durable whether data must survive a crash of the machine
     */
    public static LocalPostgres start(Path directory, int port, boolean durable, Clock clock)
            throws IOException {
        return start(directory, port, durable, true, clock);
    }

    /** Starts a server that goes on without this process, until {@link #stop} on its directory. */
    public static String startDetached(Path directory, int port, Clock clock) throws IOException {
        return start(directory, port, true, false, clock).jdbcUrl();
    }

    private static LocalPostgres start(
            Path directory, int port, boolean durable, boolean attached, Clock clock)
            throws IOException {
        System.setProperty("ot.epg.working-dir", System.getProperty(CACHE_PROPERTY, OWN_CACHE));
        String on = durable ? "on" : "off";
        EmbeddedPostgres server =
                EmbeddedPostgres.builder()
                        .setPort(port)
                        .setDataDirectory(directory)
                        .setCleanDataDirectory(false)
                        .setRegisterShutdownHook(attached)
                        .setServerConfig("fsync", on)
                        .setServerConfig("synchronous_commit", on)
                        .setServerConfig("timezone", "UTC")
                        .setServerConfig("max_connections", "100")
                        .start();
        LocalPostgres postgres = new LocalPostgres(server);
        Migrations.migrate(server.getPostgresDatabase());
        Migrations.maintainPartitions(server.getPostgresDatabase(), clock.instant());
        return postgres;
    }

    /**
     * Stops the server on this directory, such as one that a killed process left behind. Only for a
     * directory that is the caller's own: then nobody else can be using the server.
     */
    public static void stop(Path directory) throws IOException {
        Path pidFile = directory.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return;
        }
        long pid = Long.parseLong(Files.readAllLines(pidFile).get(0).strip());
        Optional<ProcessHandle> orphan =
                ProcessHandle.of(pid).filter(p -> isServerOf(p, directory));
        if (orphan.isPresent()) {
            orphan.get().destroy();
            try {
                orphan.get().onExit().get(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException e) {
                throw new UserError(
                        "A Postgres server (process %d) still runs on %s: stop it and start again."
                                .formatted(pid, directory),
                        e);
            }
        }
    }

    private static boolean isServerOf(ProcessHandle process, Path directory) {
        String command = process.info().commandLine().orElse("");
        return command.contains("postgres") && command.contains(directory.toString());
    }

    public String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/postgres";
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
