package io.agentanalytics.local.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentanalytics.local.command.DataDirectory;
import io.agentanalytics.local.command.UserError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Another user of the machine can reach the port, but cannot connect. */
@Execution(ExecutionMode.CONCURRENT)
class LocalPostgresTest {
    @TempDir Path directory;

    @Test
    void connectionsNeedThePassword_alsoAfterARestart() throws Exception {
        String first;
        try (LocalPostgres postgres = start()) {
            first = postgres.passwords().of("postgres");
            assertThatThePasswordIsRequired(postgres);
            assertThat(rules(postgres))
                    .isNotEmpty()
                    .allSatisfy(method -> assertThat(method).isEqualTo("scram-sha-256"));
        }
        try (LocalPostgres again = start()) {
            assertThat(again.passwords().of("postgres")).isEqualTo(first);
            assertThatThePasswordIsRequired(again);
        }
    }

    @Test
    void filesAreAccessibleByTheirOwnerOnly() throws Exception {
        try (LocalPostgres postgres = start()) {
            assertThat(permissions(postgres.passwords().file())).isEqualTo("rw-------");
            assertThat(permissions(directory.resolve("postgres"))).isEqualTo("rwx------");
            assertThat(directory.resolve("pgpass.initial")).doesNotExist();
        }
    }

    @Test
    void aDataDirectoryIsMadePrivate() throws Exception {
        Path data = Files.createDirectory(directory.resolve("data"));
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (DataDirectory opened = DataDirectory.open(data)) {
            assertThat(permissions(opened.path())).isEqualTo("rwx------");
        }
    }

    @Test
    void lostPasswords_areReported() throws Exception {
        start().close();
        Files.delete(directory.resolve("pgpass"));
        assertThatThrownBy(this::start)
                .isInstanceOf(UserError.class)
                .hasMessageContaining("pgpass");
    }

    private LocalPostgres start() throws Exception {
        return LocalPostgres.start(
                directory.resolve("postgres"), Ports.free(), false, Clock.systemUTC());
    }

    private static void assertThatThePasswordIsRequired(LocalPostgres postgres) throws Exception {
        for (String role : List.of("postgres", "agent_analytics_job", "agent_analytics_api")) {
            for (String password : new String[] {null, "", "postgres"}) {
                assertThatThrownBy(
                                () ->
                                        DriverManager.getConnection(
                                                        postgres.jdbcUrl(), role, password)
                                                .close())
                        .isInstanceOf(SQLException.class);
            }
            DriverManager.getConnection(postgres.passwords().login(postgres.jdbcUrl(), role))
                    .close();
        }
    }

    /** For TCP and for the Unix socket alike. */
    private static List<String> rules(LocalPostgres postgres)
            throws SQLException, java.io.IOException {
        List<String> methods = new java.util.ArrayList<>();
        try (Connection c =
                        DriverManager.getConnection(
                                postgres.passwords().login(postgres.jdbcUrl(), "postgres"));
                ResultSet rows =
                        c.createStatement()
                                .executeQuery("SELECT auth_method FROM pg_hba_file_rules")) {
            while (rows.next()) {
                methods.add(rows.getString(1));
            }
        }
        return methods;
    }

    private static String permissions(Path path) throws java.io.IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
