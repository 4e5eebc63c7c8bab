package io.agentanalytics.local;

import io.agentanalytics.api.database.Migrations;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;

/** A real Postgres with the tables, and partitions around a day. */
final class TestPostgres {
    private TestPostgres() {}

    static EmbeddedPostgres start(Path data, Instant day) throws IOException {
        System.setProperty(
                "ot.epg.working-dir",
                System.getProperty("java.io.tmpdir")
                        + "/agent-analytics-postgres-"
                        + System.getProperty("user.name"));
        EmbeddedPostgres postgres =
                EmbeddedPostgres.builder()
                        .setDataDirectory(data)
                        .setServerConfig("timezone", "UTC")
                        .start();
        Migrations.migrate(postgres.getPostgresDatabase());
        Migrations.maintainPartitions(postgres.getPostgresDatabase(), day);
        return postgres;
    }

    static void sql(EmbeddedPostgres postgres, String text) throws SQLException {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(text);
        }
    }
}
