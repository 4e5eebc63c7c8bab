package io.agentanalytics.benchmarks.throughput;

import io.agentanalytics.benchmarks.harness.BenchStack;
import io.agentanalytics.contract.Topics;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.StatementSet;
import org.apache.flink.table.api.TableDescriptor;
import org.apache.flink.table.api.TableEnvironment;

/**
 * The windowed sums of calls in Flink SQL, with the window lengths of the job: no percentiles,
 * tasks, duplicates, late corrections, alerts or output.
 */
final class SqlJob implements Yardstick {
    private static final String CELL = "agent_id, agent_type, provider, model,";
    private static final String PROVIDER = "provider, model,";
    private static final TableDescriptor DISCARD =
            TableDescriptor.forConnector("blackhole").build();

    private final int parallelism;

    SqlJob(int parallelism) {
        this.parallelism = parallelism;
    }

    @Override
    public String name() {
        return "Flink SQL, windowed sums of calls alone";
    }

    @Override
    public void run(BenchStack stack) throws Exception {
        Configuration settings = new Configuration();
        settings.setString("parallelism.default", Integer.toString(parallelism));
        settings.setString("execution.checkpointing.interval", "30s");
        var env =
                TableEnvironment.create(
                        EnvironmentSettings.newInstance()
                                .inStreamingMode()
                                .withConfiguration(settings)
                                .build());
        env.executeSql(source(stack));
        StatementSet all = env.createStatementSet();
        for (String query : queries()) {
            all.add(env.sqlQuery(query).insertInto(DISCARD));
        }
        all.execute().await();
    }

    private static String source(BenchStack stack) {
        return """
               CREATE TABLE events (
                   type STRING, `time` TIMESTAMP_LTZ(3), agent_id STRING, agent_type STRING,
                   provider STRING, model STRING, duration_ms BIGINT, input_tokens BIGINT,
                   cached_tokens BIGINT, output_tokens BIGINT, cost_usd DECIMAL(18, 9),
                   error_type STRING,
                   WATERMARK FOR `time` AS `time` - INTERVAL '1' SECOND
               ) WITH (
                   'connector' = 'kafka', 'topic' = '%s',
                   'properties.bootstrap.servers' = '%s', 'properties.group.id' = 'bench-sql',
                   'scan.startup.mode' = 'earliest-offset', 'scan.bounded.mode' = 'latest-offset',
                   'format' = 'json', 'json.timestamp-format.standard' = 'ISO-8601'
               )
               """
                .formatted(Topics.TASK_EVENTS, stack.kafka().get("bootstrap.servers"));
    }

    private static List<String> queries() {
        List<String> queries = new ArrayList<>();
        for (int seconds : new int[] {60, 300, 3600, 86_400}) {
            queries.add(windows(CELL, seconds));
        }
        for (int seconds : new int[] {10, 60, 3600}) {
            queries.add(windows(PROVIDER, seconds));
            queries.add(windows("", seconds));
        }
        return queries;
    }

    private static String windows(String key, int seconds) {
        return """
               SELECT %1$s window_start, window_end, COUNT(*) AS calls,
                   COUNT(error_type) AS failed, SUM(input_tokens) AS input_tokens,
                   SUM(cached_tokens) AS cached_tokens, SUM(output_tokens) AS output_tokens,
                   SUM(cost_usd) AS cost_usd, SUM(duration_ms) AS duration_ms,
                   MAX(duration_ms) AS longest_ms
               FROM TABLE(TUMBLE(TABLE events, DESCRIPTOR(`time`), INTERVAL '%2$d' SECOND(5)))
               WHERE type = 'llm_call'
               GROUP BY %1$s window_start, window_end
               """
                .formatted(key, seconds);
    }
}
