package io.agentanalytics.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.local.doctor.Doctor;
import io.agentanalytics.local.doctor.Finding;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Findings about Postgres, read as the roles of the product. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DoctorTest {
    @TempDir static Path directory;
    private static EmbeddedPostgres postgres;

    @BeforeAll
    static void start() throws IOException {
        postgres = TestPostgres.start(directory, Instant.now());
    }

    @AfterAll
    static void stop() throws IOException {
        postgres.close();
    }

    private static Finding tables(String user) {
        return new Doctor(Clock.systemUTC())
                        .postgres(postgres.getJdbcUrl("postgres", "postgres"), user, null, Map.of())
                        .findings()
                        .stream()
                        .filter(finding -> finding.check().equals("tables"))
                        .findFirst()
                        .orElseThrow();
    }

    @Test
    void aCheckThatCannotBeMadeIsAFailure() {
        CommandRun run = CommandRun.of("doctor", "--kafka-config", "/missing.properties");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.printed()).contains("/missing.properties");
    }

    @Test
    void aDatabaseThatDoesNotAnswerIsNamed() {
        String url = "jdbc:postgresql://127.0.0.1:9/none";
        assertThat(new Doctor(Clock.systemUTC()).postgres(url, "reader", null, Map.of()).findings())
                .singleElement()
                .extracting(Finding::text)
                .asString()
                .startsWith("FAILED")
                .contains(url, "reader", "--database-url");
    }

    @ParameterizedTest
    @Order(1)
    @ValueSource(strings = {"postgres", "agent_analytics_api", "agent_analytics_job"})
    void tablesOfThisVersionAreWell(String user) {
        assertThat(tables(user).grade()).isEqualTo(Finding.Grade.OK);
    }

    @Test
    @Order(2)
    void tablesThatLackTheNewestMigrationAreOlder() throws Exception {
        TestPostgres.sql(
                postgres,
                """
                DELETE FROM flyway_schema_history WHERE installed_rank
                    = (SELECT max(installed_rank) FROM flyway_schema_history)
                """);
        assertThat(tables("agent_analytics_api").text())
                .contains("are missing or older", "agent-analytics migrate");
    }

    @Test
    @Order(3)
    void tablesWhoseVersionCannotBeReadAreOlder() throws Exception {
        TestPostgres.sql(
                postgres, "REVOKE SELECT ON flyway_schema_history FROM agent_analytics_api");
        assertThat(tables("agent_analytics_api").grade()).isEqualTo(Finding.Grade.FAILURE);
    }

    @Test
    @Order(4)
    void aDatabaseWithoutTablesHasNone() throws Exception {
        TestPostgres.sql(postgres, "DROP TABLE flyway_schema_history");
        assertThat(tables("agent_analytics_api").grade()).isEqualTo(Finding.Grade.FAILURE);
    }
}
