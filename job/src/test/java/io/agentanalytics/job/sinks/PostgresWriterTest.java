package io.agentanalytics.job.sinks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentanalytics.contract.alerts.Alert;
import io.agentanalytics.contract.alerts.AlertBuilder;
import io.agentanalytics.contract.alerts.AlertChange;
import io.agentanalytics.contract.alerts.AlertState;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.contract.alerts.Notification;
import io.agentanalytics.contract.alerts.NotificationBuilder;
import io.agentanalytics.contract.alerts.NotificationKind;
import io.agentanalytics.contract.alerts.Severity;
import io.agentanalytics.contract.weights.RequestPrices;
import io.agentanalytics.contract.weights.RoutingMode;
import io.agentanalytics.contract.weights.WeightDecision;
import io.agentanalytics.contract.weights.WeightDecisionBuilder;
import io.agentanalytics.job.agents.ProgressRow;
import io.agentanalytics.job.ingest.RefusalRow;
import io.agentanalytics.job.model.DeadLetter;
import io.agentanalytics.job.tasks.VerdictRow;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The writer against a Postgres that fails in different ways. */
class PostgresWriterTest {
    private static final long NOW = Instant.now().toEpochMilli();
    private static final long IN_A_YEAR = NOW + Duration.ofDays(365).toMillis();
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir static Path directory;
    private static EmbeddedPostgres postgres;
    private OneInputStreamOperatorTestHarness<VerdictRow, DeadLetter> writer;

    @BeforeAll
    static void startPostgres() throws Exception {
        // Unpacked anew: the libraries that unpack it come from Flink in this module only.
        postgres =
                EmbeddedPostgres.builder().setOverrideWorkingDirectory(directory.toFile()).start();
        Flyway.configure().dataSource(postgres.getPostgresDatabase()).load().migrate();
        execute("SELECT store.maintain_partitions(now())");
    }

    @AfterAll
    static void stopPostgres() throws Exception {
        postgres.close();
    }

    @BeforeEach
    void start() throws Exception {
        execute("DELETE FROM store.task_verdicts; DELETE FROM store.weight_decisions");
        writer = harness();
        writer.open();
    }

    @AfterEach
    void stop() throws Exception {
        writer.close();
    }

    @Test
    void newestRowOfAKeyIsWritten() throws Exception {
        send(verdict("a", false), verdict("b", true), verdict("a", true));
        send(verdict("b", false));

        awaitRows(Map.of("a", true, "b", false));
    }

    @Test
    void aTransitionThatIsWrittenAgain_keepsTheTimeOfTheFirstWrite() throws Exception {
        Alert alert =
                AlertBuilder.builder()
                        .alertId("a-1")
                        .revision(1)
                        .change(AlertChange.FIRES)
                        .state(AlertState.FIRING)
                        .severity(Severity.CRITICAL)
                        .description("first")
                        .evidence(Evidence.NONE)
                        .updatedAt(Instant.now())
                        .build();
        try (Connection owner = connection();
                Statement statement = owner.createStatement()) {
            DecisionTables.alertEvents(0).upsert(owner, List.of(alert), 30);
            statement.execute("UPDATE store.alert_events SET updated_at = '2020-01-01Z'");
            Alert again = AlertBuilder.builder(alert).description("again").build();
            DecisionTables.alertEvents(1).upsert(owner, List.of(again), 30);
            try (ResultSet row =
                    statement.executeQuery(
                            "SELECT description, extract(year FROM updated_at) AS year"
                                    + " FROM store.alert_events")) {
                assertThat(row.next()).isTrue();
                assertThat(row.getString("description")).isEqualTo("again");
                assertThat(row.getInt("year")).isEqualTo(2020);
            }
        }
    }

    @Test
    void progressAndWeightsAreReplaced_alsoIfTheClockWasSetBack() throws Exception {
        Instant at = Instant.parse("2026-11-29T08:00:00Z");
        WeightDecision before = decision(at, 7);
        WeightDecision after = decision(at.minusSeconds(600), 8);
        Table<ProgressRow> progress = Tables.progress(List.of("agent_type"));
        try (Connection owner = connection()) {
            progress.upsert(owner, List.of(new ProgressRow(600_000, 9L, 1, 1)), 30);
            progress.upsert(owner, List.of(new ProgressRow(1_000, 8L, 2, 1)), 30);
            DecisionTables.weightDecisions().upsert(owner, List.of(before), 30);
            DecisionTables.weightDecisions().upsert(owner, List.of(after), 30);
        }
        assertThat(number("SELECT pending FROM store.progress")).isEqualTo(2);
        assertThat(number("SELECT extract(epoch FROM event_time) * 1000 FROM store.progress"))
                .isEqualTo(9);
        assertThat(number("SELECT version FROM store.weight_decisions")).isEqualTo(8);
    }

    /** A job that starts without state may begin with lower versions. */
    @Test
    void anExpiredDecisionIsReplacedByALaterOne() throws Exception {
        Instant at = Instant.parse("2026-11-29T08:00:00Z");
        try (Connection owner = connection()) {
            Table<WeightDecision> table = DecisionTables.weightDecisions();
            table.upsert(owner, List.of(decision(at, 20)), 30);
            table.upsert(owner, List.of(decision(at.plusSeconds(59), 10)), 30);
            assertThat(number("SELECT version FROM store.weight_decisions")).isEqualTo(20);
            table.upsert(owner, List.of(decision(at.plusSeconds(61), 11)), 30);
        }
        assertThat(number("SELECT version FROM store.weight_decisions")).isEqualTo(11);
    }

    private static WeightDecision decision(Instant at, long version) {
        return WeightDecisionBuilder.builder()
                .scope("global")
                .version(version)
                .producedAt(at)
                .validUntil(at.plusSeconds(60))
                .mode(RoutingMode.LIVE)
                .prices(new RequestPrices(.1, .05, .001))
                .weights(Map.of())
                .providers(Map.of())
                .build();
    }

    @Test
    void aNotificationIsWrittenOncePerEpoch() throws Exception {
        Notification notification =
                NotificationBuilder.builder()
                        .notificationId("openai/page/critical/alert-1")
                        .kind(NotificationKind.PAGE)
                        .severity(Severity.CRITICAL)
                        .group("openai")
                        .title("openai fails")
                        .lines(List.of())
                        .alertIds(List.of("alert-1"))
                        .at(Instant.now())
                        .build();
        try (Connection owner = connection();
                Statement statement = owner.createStatement()) {
            for (long epoch : new long[] {0, 0, 1, 1}) {
                DecisionTables.notifications(epoch).upsert(owner, List.of(notification), 30);
            }
            try (ResultSet rows =
                    statement.executeQuery("SELECT count(*) FROM store.notifications")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getInt(1)).isEqualTo(2);
            }
        }
    }

    @Test
    void refusedRowsBecomeDeadLetters_andTheRestIsWritten() throws Exception {
        execute("ALTER TABLE store.task_verdicts_default RENAME TO set_aside");
        execute("ALTER TABLE store.task_verdicts DETACH PARTITION store.set_aside");
        Map<String, Boolean> expected = new HashMap<>();
        for (int i = 0; i < 700; i++) {
            send(verdict("good-" + i, true));
            expected.put("good-" + i, true);
        }
        send(new VerdictRow("bad\0text", NOW, "v", true, true));
        send(new VerdictRow("no-partition", IN_A_YEAR, "v", true, true));

        awaitRows(expected);
        List<DeadLetter> refused = refused(2);

        assertThat(refused).extracting(DeadLetter::code).containsOnly("row_refused");
        assertThat(refused)
                .extracting(DeadLetter::detail)
                .anySatisfy(d -> assertThat(d).contains("store.task_verdicts", "22021"))
                .anySatisfy(d -> assertThat(d).contains("no partition of relation", "23514"));
        assertThat(refused)
                .extracting(letter -> new String(letter.raw(), StandardCharsets.UTF_8))
                .anySatisfy(row -> assertThat(row).contains("\"no-partition\""));
        execute("ALTER TABLE store.task_verdicts ATTACH PARTITION store.set_aside DEFAULT");
        execute("ALTER TABLE store.set_aside RENAME TO task_verdicts_default");
    }

    @Test
    void rowsOutliveAnOutageAndARestart() throws Exception {
        send(verdict("before", true));
        awaitRows(Map.of("before", true));
        lockOut(true);
        send(verdict("a", false), verdict("b", true));
        awaitFailure();
        send(verdict("a", true));

        // Neither the records above nor this snapshot wait for Postgres.
        OperatorSubtaskState state = writer.snapshot(1, 1);
        writer.close();
        writer = harness();
        writer.initializeState(state);
        writer.open();
        send(verdict("c", true));
        awaitFailure();
        lockOut(false);

        awaitRows(Map.of("before", true, "a", true, "b", true, "c", true));
        await().atMost(PATIENCE).until(() -> operator().waiting() == 0);
        assertThat(refused(0)).isEmpty();
    }

    /** Rows of one key, in the states of two subtasks that become one. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void ofTheRowsOfTwoStates_theNewestIsWritten(boolean newestFirst) throws Exception {
        String code = "newest-first-" + newestFirst;
        lockOut(true);
        OperatorSubtaskState older = unwritten(new RefusalRow(NOW, code, 3));
        OperatorSubtaskState newer = unwritten(new RefusalRow(NOW, code, 5));
        OperatorSubtaskState merged =
                newestFirst
                        ? AbstractStreamOperatorTestHarness.repackageState(newer, older)
                        : AbstractStreamOperatorTestHarness.repackageState(older, newer);
        try (var restored = harness(Tables.refusals(), RefusalRow.class)) {
            restored.initializeState(merged);
            restored.open();
            lockOut(false);
            await().atMost(PATIENCE)
                    .until(() -> ((PostgresWriter<?>) restored.getOperator()).waiting() == 0);
        }

        assertThat(
                        number(
                                "SELECT records FROM store.dead_letter_counts WHERE code = '"
                                        + code
                                        + "'"))
                .isEqualTo(5);
    }

    private static OperatorSubtaskState unwritten(RefusalRow row) throws Exception {
        try (var subtask = harness(Tables.refusals(), RefusalRow.class)) {
            subtask.open();
            subtask.processElement(row, NOW);
            return subtask.snapshot(1, 1);
        }
    }

    @Test
    void rowsAreRetriedOnAReadOnlyServer() throws Exception {
        execute("ALTER SYSTEM SET default_transaction_read_only = on");
        restartBackends();
        send(verdict("a", true));
        awaitFailure();
        try (Connection owner = connection();
                Statement statement = owner.createStatement()) {
            statement.execute("SET default_transaction_read_only = off");
            statement.execute("ALTER SYSTEM RESET default_transaction_read_only");
        }
        restartBackends();

        awaitRows(Map.of("a", true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "disk_full",
                "out_of_memory",
                "too_many_connections",
                "deadlock_detected",
                "serialization_failure",
                "admin_shutdown",
                "insufficient_privilege",
                "undefined_column"
            })
    void rowsAreRetriedAfterServerErrors(String condition) throws Exception {
        execute(
                """
                CREATE FUNCTION trouble() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE %s; END $$;
                CREATE TRIGGER trouble BEFORE INSERT ON store.task_verdicts
                FOR EACH ROW EXECUTE FUNCTION trouble()
                """
                        .formatted(condition));
        try {
            send(verdict("a", true));
            awaitFailure();
            awaitFailure();
        } finally {
            execute("DROP FUNCTION trouble CASCADE");
        }

        awaitRows(Map.of("a", true));
        assertThat(refused(0)).isEmpty();
    }

    @Test
    void aHangingBackendIsAbandoned() throws Exception {
        send(verdict("a", true));
        awaitRows(Map.of("a", true));
        long backend =
                number(
                        "SELECT pid FROM pg_stat_activity WHERE application_name = "
                                + "'agent-analytics-job'");
        signal("-STOP", backend);
        try {
            send(verdict("b", true));
            awaitRows(Map.of("a", true, "b", true));
        } finally {
            signal("-CONT", backend);
        }
    }

    private static void signal(String signal, long pid) throws Exception {
        assertThat(new ProcessBuilder("kill", signal, Long.toString(pid)).start().waitFor())
                .isZero();
    }

    private static OneInputStreamOperatorTestHarness<VerdictRow, DeadLetter> harness()
            throws Exception {
        return harness(Tables.verdicts(), VerdictRow.class);
    }

    private static <T> OneInputStreamOperatorTestHarness<T, DeadLetter> harness(
            Table<T> table, Class<T> type) throws Exception {
        var connector =
                new PostgresConnector(
                        postgres.getJdbcUrl("agent_analytics_job", "postgres"),
                        "agent_analytics_job",
                        null,
                        Map.of("socketTimeout", "2"));
        return new OneInputStreamOperatorTestHarness<>(
                new PostgresWriter<>(table, TypeInformation.of(type), connector));
    }

    private static VerdictRow verdict(String task, boolean success) {
        return new VerdictRow(task, NOW, "v", success, true);
    }

    private void send(VerdictRow... rows) throws Exception {
        for (VerdictRow row : rows) {
            writer.processElement(row, NOW);
        }
    }

    private void awaitRows(Map<String, Boolean> expected) {
        await().atMost(PATIENCE).until(PostgresWriterTest::stored, expected::equals);
    }

    private static Map<String, Boolean> stored() throws SQLException {
        Map<String, Boolean> stored = new HashMap<>();
        try (Connection connection = connection();
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                "SELECT task_id, success FROM store.task_verdicts")) {
            while (row.next()) {
                stored.put(row.getString(1), row.getBoolean(2));
            }
        }
        return stored;
    }

    private List<DeadLetter> refused(int expected) throws Exception {
        await().atMost(PATIENCE)
                .until(
                        () -> {
                            writer.setProcessingTime(writer.getProcessingTime() + 200);
                            return writer.extractOutputValues().size() >= expected;
                        });
        return new ArrayList<>(writer.extractOutputValues());
    }

    private void awaitFailure() {
        long before = failures();
        await().atMost(PATIENCE).until(() -> failures() > before);
    }

    private long failures() {
        return operator().failures();
    }

    private PostgresWriter<?> operator() {
        return (PostgresWriter<?>) writer.getOperator();
    }

    private static void lockOut(boolean out) throws SQLException {
        execute("ALTER ROLE agent_analytics_job CONNECTION LIMIT " + (out ? 0 : -1));
        if (out) {
            terminate();
        }
    }

    private static void restartBackends() throws SQLException {
        execute("SELECT pg_reload_conf()");
        terminate();
    }

    private static void terminate() throws SQLException {
        execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
                        + "usename = 'agent_analytics_job'");
    }

    private static Connection connection() throws SQLException {
        return postgres.getPostgresDatabase().getConnection();
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = connection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static long number(String sql) throws SQLException {
        try (Connection connection = connection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            assertThat(row.next()).isTrue();
            return row.getLong(1);
        }
    }
}
