package io.agentanalytics.benchmarks.throughput;

import io.agentanalytics.benchmarks.harness.BenchStack;
import io.agentanalytics.client.topics.TopicContent;
import io.agentanalytics.contract.EventDecoder;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.InvalidEventException;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.Topics;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;

/**
 * One row per call in Postgres, in batches, and one grouping query per window length at the end:
 * what is usually built first. A page that shows live figures would run the queries again and
 * again.
 */
final class InsertAndGroup implements Yardstick {
    private static final int BATCH = 1000;
    private static final String TABLE =
            """
            CREATE TABLE bench_call (
                "time" timestamptz, agent_id text, agent_type text, provider text, model text,
                duration_ms bigint, input_tokens bigint, cached_tokens bigint, output_tokens bigint,
                cost_usd numeric, error_type text)
            """;
    private static final String INSERT =
            "INSERT INTO bench_call VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String GROUP =
            """
            CREATE TABLE bench_window AS
            SELECT %1$s date_bin('%2$d seconds', "time", 'epoch') AS window_start,
                count(*) AS calls, count(error_type) AS failed, sum(input_tokens) AS input,
                sum(cached_tokens) AS cached, sum(output_tokens) AS output, sum(cost_usd) AS cost,
                sum(duration_ms) AS millis,
                percentile_disc(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY duration_ms)
            FROM bench_call GROUP BY %1$s window_start
            """;
    private static final String CELL = "agent_id, agent_type, provider, model,";

    @Override
    public String name() {
        return "one row per call, grouped by SQL in Postgres";
    }

    @Override
    public boolean usesPostgres() {
        return true;
    }

    @Override
    public void run(BenchStack stack) throws Exception {
        String url = stack.databaseUrl();
        String batches = url + (url.contains("?") ? "&" : "?") + "reWriteBatchedInserts=true";
        try (Connection connection = DriverManager.getConnection(batches)) {
            execute(connection, TABLE);
            insert(connection, stack);
            for (int seconds : new int[] {60, 300, 3600, 86_400}) {
                group(connection, CELL, seconds);
            }
            for (int seconds : new int[] {10, 60, 3600}) {
                group(connection, "provider, model,", seconds);
                group(connection, "", seconds);
            }
            execute(connection, "DROP TABLE bench_call");
        }
    }

    private static void group(Connection connection, String key, int seconds) throws SQLException {
        execute(connection, GROUP.formatted(key, seconds));
        execute(connection, "DROP TABLE bench_window");
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void insert(Connection connection, BenchStack stack) throws SQLException {
        EventDecoder decoder = new EventDecoder();
        int[] waiting = {0};
        try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
            TopicContent.forEach(
                    stack.kafka(),
                    Topics.TASK_EVENTS,
                    record -> {
                        try {
                            TaskEvent event = decoder.decode(record.value());
                            if (event.type() == EventType.LLM_CALL) {
                                add(statement, event);
                                if (++waiting[0] % BATCH == 0) {
                                    statement.executeBatch();
                                }
                            }
                        } catch (SQLException | InvalidEventException e) {
                            throw new IllegalStateException(e);
                        }
                    });
            statement.executeBatch();
        }
    }

    private static void add(PreparedStatement statement, TaskEvent e) throws SQLException {
        statement.setTimestamp(1, new Timestamp(e.timeMillis()));
        statement.setString(2, e.agentId());
        statement.setString(3, e.agentType());
        statement.setString(4, e.provider());
        statement.setString(5, e.model());
        statement.setLong(6, e.durationMillis());
        statement.setLong(7, e.tokens().input());
        statement.setLong(8, e.tokens().cachedInput());
        statement.setLong(9, e.tokens().output());
        statement.setBigDecimal(10, BigDecimal.valueOf(e.costNanos(), 9));
        statement.setString(11, e.errorType().isEmpty() ? null : e.errorType());
        statement.addBatch();
    }
}
