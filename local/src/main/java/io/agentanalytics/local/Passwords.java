package io.agentanalytics.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The passwords of a local Postgres, made at random when they are first asked for. They are kept in
 * a file of the format that psql and the JDBC driver read from {@code PGPASSFILE}.
 */
public final class Passwords {
    static final String SUPERUSER = "postgres";
    private static final String ANYWHERE = "*:*:*:";
    private final Path file;

    private Passwords(Path file) {
        this.file = file;
    }

    /** The passwords of the server whose data are in this directory; the file lies beside it. */
    public static Passwords beside(Path dataDirectory) {
        return new Passwords(dataDirectory.resolveSibling("pgpass"));
    }

    /** A role's password. */
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

    /** Adds a role's user and password to a JDBC URL. */
    public String login(String url, String role) {
        return "%s?user=%s&password=%s".formatted(url, role, of(role));
    }
}
