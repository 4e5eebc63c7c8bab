package io.agentanalytics.benchmarks.soak;

import io.agentanalytics.client.topics.TopicContent;
import io.agentanalytics.contract.Topics;
import io.agentanalytics.simulator.StoredRows;
import java.io.IOException;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Compares everything that the system stored and published with the truth. */
final class SoakCheck {
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final Duration SETTLED = Duration.ofSeconds(10);
    private static final int PRINTED = 20;

    private static final List<String> TASK_FIGURES =
            List.of(
                    "tasks",
                    "tasks_succeeded",
                    "task_input_tokens",
                    "task_output_tokens",
                    "task_cost_reported",
                    "task_cost_priced");

    private static final String TASKS_BY_MINUTE =
            """
            SELECT date_trunc('minute', ended_at) AS minute, count(*) AS tasks,
                   count(*) FILTER (WHERE outcome = 'succeeded') AS tasks_succeeded,
                   sum(coalesce(input_tokens, 0)) AS task_input_tokens,
                   sum(coalesce(output_tokens, 0)) AS task_output_tokens,
                   sum(cost_reported) AS task_cost_reported,
                   sum(cost_priced) AS task_cost_priced
            FROM store.task_execution_timeline WHERE NOT retracted AND outcome <> 'abandoned'
            GROUP BY 1
            """;

    private final String bootstrap;
    private final StoredRows tables;
    private final Truth truth;
    private final Map<String, List<String>> differences = new TreeMap<>();

    SoakCheck(String bootstrap, String databaseUrl, Truth truth) {
        this.bootstrap = bootstrap;
        this.tables = new StoredRows(databaseUrl);
        this.truth = truth;
    }

    /** Waits until everything agrees or nothing changes any more, and prints the result. */
    boolean isClean() throws Exception {
        long until = System.nanoTime() + PATIENCE.toNanos();
        do {
            Thread.sleep(SETTLED.toMillis());
            compare();
        } while (!areAllEmpty() && System.nanoTime() < until);
        // Rows that agree must still agree when everything has settled.
        Thread.sleep(SETTLED.toMillis());
        compare();
        print();
        return areAllEmpty();
    }

    private boolean areAllEmpty() {
        return differences.values().stream().allMatch(List::isEmpty);
    }

    private void compare() throws Exception {
        differences.put("window rows", different(truth.oracle.windows(), tables.windows()));
        differences.put("task rows", different(expectedTasks(), storedTasks()));
        differences.put("dead letter counts", different(expectedCounts(), storedCounts()));
        differences.put(
                "dead letters",
                DeadLetterCheck.differences(records(Topics.DEAD_LETTERS), truth.deadLetters));
        AlertCheck alerts = new AlertCheck(records(Topics.ALERTS));
        differences.put("alerts", alerts.differences());
        differences.put("alert rows", different(alerts.transitionsByAlert(), storedAlerts()));
        differences.put("weight versions", weights().differences());
    }

    private List<ConsumerRecord<byte[], byte[]>> records(String topic) {
        return TopicContent.of(Map.of("bootstrap.servers", bootstrap), topic);
    }

    private WeightCheck weights() throws IOException {
        return new WeightCheck(records(Topics.PROVIDER_WEIGHTS));
    }

    private void print() throws IOException {
        System.out.printf(
                "compared: %d window rows, %d dead letters, %d alert records (%d transitions replaced"
                        + " after a recovery), %d weight records (%d of them outdated, which"
                        + " readers ignore)%n",
                truth.oracle.windows().size(),
                truth.deadLetters.size(),
                records(Topics.ALERTS).size(),
                new AlertCheck(records(Topics.ALERTS)).replaced(),
                records(Topics.PROVIDER_WEIGHTS).size(),
                weights().outdated());
        differences.forEach(
                (what, lines) -> {
                    System.out.printf("%-20s %d differences%n", what, lines.size());
                    lines.stream().limit(PRINTED).forEach(line -> System.out.println("  " + line));
                });
    }

    /** Returns each key whose values differ. */
    static List<String> different(Map<String, String> expected, Map<String, String> found) {
        List<String> differences = new ArrayList<>();
        Map<String, String> all = new TreeMap<>(expected);
        all.putAll(found);
        for (String key : all.keySet()) {
            String right = expected.getOrDefault(key, "no row");
            String actual = found.getOrDefault(key, "no row");
            if (!right.equals(actual)) {
                differences.add(
                        "%s%n    expected %s%n    found    %s".formatted(key, right, actual));
            }
        }
        return differences;
    }

    /** The sums of tasks by minute, from the oracle's rows of agents. */
    private Map<String, String> expectedTasks() {
        Map<String, String> sums = new TreeMap<>();
        truth.oracle.rows.forEach(
                (key, row) -> {
                    if (key.startsWith("system_window 60 ") && row.figures.containsKey("tasks")) {
                        sums.put(key.split(" ", -1)[2], taskSums(row.figures));
                    }
                });
        return sums;
    }

    private Map<String, String> storedTasks() throws SQLException {
        Map<String, String> sums = new TreeMap<>();
        tables.query(
                TASKS_BY_MINUTE,
                row -> {
                    Map<String, BigDecimal> figures = new TreeMap<>();
                    for (String name : TASK_FIGURES) {
                        figures.put(name, row.getBigDecimal(name));
                    }
                    sums.put(row.getTimestamp("minute").toInstant().toString(), taskSums(figures));
                });
        return sums;
    }

    private static String taskSums(Map<String, BigDecimal> figures) {
        List<String> sums = new ArrayList<>();
        for (String name : TASK_FIGURES) {
            BigDecimal value = figures.getOrDefault(name, BigDecimal.ZERO);
            sums.add(name + " " + value.stripTrailingZeros().toPlainString());
        }
        return String.join(", ", sums);
    }

    private Map<String, String> expectedCounts() {
        return asText(truth.deadLettersByCode());
    }

    private Map<String, String> storedCounts() throws SQLException {
        Map<String, String> counts = new TreeMap<>();
        tables.query(
                "SELECT code, sum(records) FROM store.dead_letter_counts GROUP BY code",
                row -> counts.put(row.getString(1), row.getString(2)));
        return counts;
    }

    private Map<String, String> storedAlerts() throws SQLException {
        Map<String, String> stored = new TreeMap<>();
        tables.query(
                """
                SELECT alert_id, a.revision, a.state, string_agg(e.state, ' ' ORDER BY e.revision)
                FROM store.alerts a JOIN (
                    SELECT DISTINCT ON (alert_id, revision) alert_id, revision, state
                    FROM store.alert_events ORDER BY alert_id, revision, updated_at DESC) e
                    USING (alert_id)
                GROUP BY alert_id, a.revision, a.state
                """,
                row ->
                        stored.put(
                                row.getString(1),
                                AlertCheck.text(
                                        row.getLong(2), row.getString(3), row.getString(4))));
        return stored;
    }

    private static Map<String, String> asText(Map<String, ?> values) {
        Map<String, String> text = new TreeMap<>();
        values.forEach((key, value) -> text.put(key, value.toString()));
        return text;
    }
}
