package io.agentanalytics.local.embedded;

import io.agentanalytics.api.database.Migrations;
import io.agentanalytics.local.command.OwnFiles;
import io.agentanalytics.local.command.UserError;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Local Postgres server, started from embedded binaries, on loopback, with all tables created. */
public final class LocalPostgres implements AutoCloseable {
    /** System property for the directory that the server binaries are unpacked to, once. */
    private static final String CACHE_PROPERTY = "agent-analytics.postgres-cache";

    // The library's default directory is common to all users, but belongs to the first one who uses
    // it.
    private static final String OWN_CACHE =
            System.getProperty("java.io.tmpdir")
                    + "/agent-analytics-postgres-"
                    + System.getProperty("user.name");

    /**
     * Shared buffers; the default is 128 MB. The cells of 1,000 agents of 30 days take 360 MB.
     * Memory is used as data are read.
     */
    private static final String SHARED_BUFFERS = "512MB";

    private static final List<String> ROLES =
            List.of("agent_analytics_job", "agent_analytics_api", "agent_analytics_grafana");

    private final EmbeddedPostgres server;
    private final Passwords passwords;

    private LocalPostgres(EmbeddedPostgres server, Passwords passwords) {
        this.server = server;
        this.passwords = passwords;
    }

    /**
     * Starts a server that stops with this process.
     *
     * @param durable true if data must survive a crash of the machine
     */
    public static LocalPostgres start(Path directory, int port, boolean durable, Clock clock)
            throws IOException {
        return start(directory, port, durable, true, clock);
    }

    /** Starts a server that outlives this process. {@link #stop} on its directory stops it. */
    public static String startDetached(Path directory, int port, Clock clock) throws IOException {
        return start(directory, port, true, false, clock).jdbcUrl();
    }

    private static LocalPostgres start(
            Path directory, int port, boolean durable, boolean attached, Clock clock)
            throws IOException {
        System.setProperty("ot.epg.working-dir", System.getProperty(CACHE_PROPERTY, OWN_CACHE));
        Passwords passwords = Passwords.beside(directory);
        if (Files.exists(directory.resolve("PG_VERSION")) && !passwords.exist()) {
            throw new UserError(
                    ("The passwords of the Postgres in %s are lost: put %s back, or "
                                    + "remove the directory.")
                            .formatted(directory, passwords.file()));
        }
        EmbeddedPostgres server =
                server(directory, port, durable, attached, passwords.of(Passwords.SUPERUSER));
        LocalPostgres postgres = new LocalPostgres(server, passwords);
        Migrations.migrate(server.getPostgresDatabase());
        Migrations.setPasswords(server.getPostgresDatabase(), postgres.ofRoles());
        Migrations.maintainPartitions(server.getPostgresDatabase(), clock.instant());
        return postgres;
    }

    private static EmbeddedPostgres server(
            Path directory, int port, boolean durable, boolean attached, String password)
            throws IOException {
        String on = durable ? "on" : "off";
        Path initial = OwnFiles.write(directory.resolveSibling("pgpass.initial"), password);
        try {
            return EmbeddedPostgres.builder()
                    .setPort(port)
                    .setDataDirectory(directory)
                    .setCleanDataDirectory(false)
                    .setRegisterShutdownHook(attached)
                    // These options are passed to initdb after the library's own "trust" and
                    // override it.
                    .setLocaleConfig("auth-host", "scram-sha-256")
                    .setLocaleConfig("auth-local", "scram-sha-256")
                    .setLocaleConfig("pwfile", initial.toString())
                    .setConnectConfig("password", password)
                    .setServerConfig("fsync", on)
                    .setServerConfig("synchronous_commit", on)
                    .setServerConfig("timezone", "UTC")
                    .setServerConfig("max_connections", "100")
                    .setServerConfig("shared_buffers", SHARED_BUFFERS)
                    .start();
        } finally {
            Files.delete(initial);
        }
    }

    /**
     * Stops the server on this directory, such as one that a killed process left behind. The
     * directory must belong exclusively to the caller, so that no other process uses the server.
     */
    public static void stop(Path directory) throws IOException {
        Optional<ProcessHandle> orphan = find(directory);
        if (orphan.isPresent()) {
            orphan.get().destroy();
            try {
                orphan.get().onExit().get(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException e) {
                throw new UserError(
                        "A Postgres server (process %d) still runs on %s: stop it and start again."
                                .formatted(orphan.get().pid(), directory),
                        e);
            }
        }
    }

    /** Returns the main process of the server on this directory, if it runs. */
    public static Optional<ProcessHandle> find(Path directory) throws IOException {
        Path pidFile = directory.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return Optional.empty();
        }
        long pid = Long.parseLong(Files.readAllLines(pidFile).get(0).strip());
        return ProcessHandle.of(pid).filter(p -> isServerOf(p, directory));
    }

    private static boolean isServerOf(ProcessHandle process, Path directory) {
        List<String> arguments = List.of(process.info().arguments().orElse(new String[0]));
        return process.info().command().orElse("").contains("postgres")
                && arguments.contains(directory.toString());
    }

    private Map<String, String> ofRoles() {
        Map<String, String> ofRoles = new TreeMap<>();
        for (String role : ROLES) {
            ofRoles.put(role, passwords.of(role));
        }
        return ofRoles;
    }

    public String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/postgres";
    }

    public Passwords passwords() {
        return passwords;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
