package io.agentanalytics.local.embedded;

import io.agentanalytics.local.command.OwnFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Passwords of a local Postgres server, generated at random on first use. They are stored in the
 * format that psql and the JDBC driver read from {@code PGPASSFILE}.
 */
public final class Passwords {
    public static final String SUPERUSER = "postgres";
    private static final String ANYWHERE = "*:*:*:";
    private final Path file;

    private Passwords(Path file) {
        this.file = file;
    }

    /**
     * Returns the passwords of the server with this data directory. The file is stored next to the
     * directory.
     */
    public static Passwords beside(Path dataDirectory) {
        return new Passwords(dataDirectory.resolveSibling("pgpass"));
    }

    /** Returns the password of a role. */
    public synchronized String of(String role) {
        try {
            List<String> lines = exist() ? Files.readAllLines(file) : List.of();
            String start = ANYWHERE + role + ":";
            for (String line : lines) {
                if (line.startsWith(start)) {
                    return line.substring(start.length());
                }
            }
            String password = OwnFiles.secret();
            String text = String.join("\n", lines) + "\n" + start + password + "\n";
            OwnFiles.write(file, text.stripLeading());
            return password;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean exist() {
        return Files.exists(file);
    }

    public Path file() {
        return file;
    }

    /** Adds user and password of a role to a JDBC URL. */
    public String login(String url, String role) {
        return "%s?user=%s&password=%s".formatted(url, role, of(role));
    }
}
