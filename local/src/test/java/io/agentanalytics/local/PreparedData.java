package io.agentanalytics.local;

import io.agentanalytics.local.command.OwnFiles;
import io.agentanalytics.local.embedded.LocalPostgres;
import io.agentanalytics.local.embedded.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/**
 * Data directories of stacks whose Postgres has all tables already. They are created once per JVM,
 * because that takes seconds; each stack starts on a copy of the files, as at a second start.
 */
final class PreparedData {
    private static Path prepared;

    private PreparedData() {}

    /** Copies the files into the data directory of a stack that has not started yet. */
    static Path in(Path directory) throws Exception {
        if (!Files.exists(directory.resolve("postgres"))) {
            // With permissions: the server refuses a directory that others may read.
            run("cp", "-a", prepared() + "/.", directory.toString());
        }
        return directory;
    }

    private static synchronized Path prepared() throws Exception {
        if (prepared == null) {
            Path data = Path.of("target", "prepared-data").toAbsolutePath();
            run("rm", "-rf", data.toString());
            OwnFiles.directory(data);
            LocalPostgres.start(data.resolve("postgres"), Ports.free(), false, Clock.systemUTC())
                    .close();
            prepared = data;
        }
        return prepared;
    }

    private static void run(String... command) throws Exception {
        int exit = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (exit != 0) {
            throw new IllegalStateException(List.of(command) + " ended with " + exit);
        }
    }
}
