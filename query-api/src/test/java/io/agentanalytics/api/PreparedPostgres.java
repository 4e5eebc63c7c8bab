package io.agentanalytics.api;

import io.agentanalytics.api.database.Migrations;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * A real Postgres with all tables, and partitions around {@link ApiFixture#NOW}. The tables are
 * created once per JVM, because that takes seconds; each server starts on a copy of the files.
 */
final class PreparedPostgres {
    private static Path prepared;

    private PreparedPostgres() {}

    /**
     * Starts a server.
     *
     * @param directory its data; empty or absent
     */
    static EmbeddedPostgres start(Path directory) throws Exception {
        return copy(prepared(), directory);
    }

    /** Starts a server on a copy of the files of another one that has stopped. */
    static EmbeddedPostgres copy(Path files, Path directory) throws Exception {
        // With permissions: the server refuses a directory that others may read.
        run("cp", "-a", files + "/.", directory.toString());
        return server(directory);
    }

    /** Creates all tables, and partitions around a day. */
    static void prepare(Path directory, Instant day) throws Exception {
        try (EmbeddedPostgres postgres = server(directory)) {
            Migrations.migrate(postgres.getPostgresDatabase());
            Migrations.maintainPartitions(postgres.getPostgresDatabase(), day);
        }
    }

    private static synchronized Path prepared() throws Exception {
        if (prepared == null) {
            Path data = Path.of("target", "prepared-postgres").toAbsolutePath();
            run("rm", "-rf", data.toString());
            prepare(data, ApiFixture.NOW);
            prepared = data;
        }
        return prepared;
    }

    private static EmbeddedPostgres server(Path data) throws IOException {
        return ApiFixture.builder(data).setCleanDataDirectory(false).start();
    }

    private static void run(String... command) throws Exception {
        int exit = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (exit != 0) {
            throw new IllegalStateException(List.of(command) + " ended with " + exit);
        }
    }
}
