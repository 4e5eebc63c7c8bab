package io.agentanalytics.local;

import io.agentanalytics.api.database.Migrations;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;

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
     * @param durable whether data must survive a crash of the machine
     */
    public static LocalPostgres start(Path directory, int port, boolean durable, Clock clock)
            throws IOException {
        System.setProperty("ot.epg.working-dir", System.getProperty(CACHE_PROPERTY, OWN_CACHE));
        String on = durable ? "on" : "off";
        EmbeddedPostgres server =
                EmbeddedPostgres.builder()
                        .setPort(port)
                        .setDataDirectory(directory)
                        .setCleanDataDirectory(false)
                        .setServerConfig("fsync", on)
                        .setServerConfig("synchronous_commit", on)
                        .setServerConfig("timezone", "UTC")
                        .setServerConfig("max_connections", "100")
                        .start();
        LocalPostgres postgres = new LocalPostgres(server);
        Migrations.migrate(server.getPostgresDatabase());
        postgres.maintain(clock);
        return postgres;
    }

    void maintain(Clock clock) {
        Migrations.maintainPartitions(server.getPostgresDatabase(), clock.instant());
    }

    public String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/postgres";
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
