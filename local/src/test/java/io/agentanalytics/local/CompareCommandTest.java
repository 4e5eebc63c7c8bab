package io.agentanalytics.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command over rows in Postgres: what it counts, prints and returns. */
@Execution(ExecutionMode.CONCURRENT)
class CompareCommandTest {
    private static final String DAY = "2026-11-22";
    @TempDir static Path directory;
    private static EmbeddedPostgres postgres;

    @BeforeAll
    static void start() throws Exception {
        postgres = TestPostgres.start(directory.resolve("data"), Instant.parse(DAY + "T23:00:00Z"));
        TestPostgres.sql(
                postgres,
                """
                INSERT INTO store.task_execution_timeline (task_id, ended_at, agent_id, agent_type,
                    root_task_id, parent_task_id, outcome, duration_ms, calls, calls_failed,
                    input_tokens, output_tokens, cost_reported, cost_priced, requests_unpriced,
                    verdict_until, retracted, epoch, seen, tags)
                SELECT version || '/' || n || part, timestamptz '2026-11-22T10:00:00Z'
                        + n * interval '1 minute', 'coder-' || version, 'coder',
                    version || '/' || n, CASE part WHEN '' THEN NULL ELSE version || '/' || n END,
                    CASE WHEN n % 4 = 0 THEN 'failed' ELSE 'succeeded' END,
                    1000 * (10 + n), 1, 0, 1000, 100,
                    (0.01 * (10 + n)) * CASE WHEN version = '1.5' THEN 1.3 ELSE 1 END, 0, 0,
                    '2026-11-22T20:00:00Z', false, 0, 1,
                    CASE part WHEN '' THEN jsonb_build_object('version', version,
                        'task_name', 'case ' || n)
                        WHEN '/sub' THEN '{}' ELSE jsonb_build_object('version', version) END
                FROM (VALUES ('1.4', ''), ('1.5', ''), ('1.5', '/sub'), ('1.5', '/sub/sub')) v
                    (version, part), generate_series(1, 200) n;
                UPDATE store.task_execution_timeline SET parent_task_id = '1.5/' || split_part(
                    task_id, '/', 2) || '/sub', cost_reported = 0 WHERE task_id LIKE '%/sub/sub';
                UPDATE store.task_execution_timeline SET cost_reported = 0.000000001
                WHERE task_id LIKE '%/sub';
                -- Not judged, retracted, of another version, and judged again.
                UPDATE store.task_execution_timeline SET outcome = 'cancelled'
                WHERE task_id = '1.4/200';
                INSERT INTO store.task_execution_timeline
                SELECT (jsonb_populate_record(t, jsonb_build_object('task_id', '1.4/201',
                    'retracted', true))).*
                FROM store.task_execution_timeline t WHERE task_id = '1.4/1';
                INSERT INTO store.task_verdicts (task_id, verdict_at, event_id, success)
                VALUES ('1.5/3', '2026-11-22T21:00:00Z', 'v', false);
                """);
    }

    @AfterAll
    static void stop() throws IOException {
        postgres.close();
    }

    private static CommandRun compare(String... arguments) {
        List<String> all = new ArrayList<>(List.of("compare", "--database-url"));
        all.add(postgres.getJdbcUrl("agent_analytics_api", "postgres"));
        all.addAll(Stream.of(arguments).toList());
        if (!all.contains("--from") && !all.contains("--to")) {
            all.addAll(List.of("--from", DAY, "--to", "2026-11-23"));
        }
        return CommandRun.of(all.toArray(String[]::new));
    }

    private static CommandRun versions(String... limits) {
        return compare(
                Stream.concat(
                                Stream.of(
                                        "--baseline",
                                        "tag:version=1.4",
                                        "--candidate",
                                        "tag:version=1.5"),
                                Stream.of(limits))
                        .toArray(String[]::new));
    }

    @Test
    void aCostIncreaseIsARegression() {
        CommandRun run = versions("--max-cost-increase", "5%", "--min-success-change", "-10pts");
        assertThat(run.code()).as(run.out() + run.err()).isEqualTo(1);
        assertThat(run.out())
                .startsWith("### Agent comparison: regression")
                .contains("| Success rate | 75.4 % | 74.9 % | -0.5 pts")
                .contains("199 names that both have; 0 and 1 tasks")
                .contains("`tag:version=1.4`: 1 tasks that neither succeeded nor failed");
    }

    @Test
    void subTasksBelongToTheirTask() {
        CommandRun run = versions();
        assertThat(run.code()).isZero();
        assertThat(run.out()).startsWith("### Agent comparison: no limits, no verdict\n");
        // 200 tasks of 0.013 * (10 + n), and twice as many sub-tasks of a nano-dollar.
        assertThat(run.out())
                .contains("| $287.3000004 |", "| Tasks | 199 | 200 |")
                .contains("| Tokens per task | 1,100 | 3,300 | +200.0 %");
    }

    @Test
    void limitsThatHold_pass() {
        CommandRun run = versions("--max-cost-increase", "40%", "--min-success-change", "-10pts");
        assertThat(run.code()).as(run.out()).isZero();
        assertThat(run.out()).startsWith("### Agent comparison: passed");
    }

    @Test
    void aLimitInsideTheInterval_needsMoreData() {
        CommandRun run = versions("--min-success-change", "0pts");
        assertThat(run.code()).isEqualTo(3);
        assertThat(run.out()).contains("not enough data", "would decide");
    }

    @Test
    void noTasks_areNotEnough() {
        CommandRun run =
                compare(
                        "--baseline",
                        "tag:version=0.1",
                        "--candidate",
                        "agent:coder-1.5",
                        "--max-cost-increase",
                        "5%");
        assertThat(run.code()).isEqualTo(3);
        assertThat(run.out()).contains("| Tasks | 0 | 200 |", "at least 30 tasks");
    }

    @ParameterizedTest
    @CsvSource({
        "tag:user=zzz, tag:user=nobody, 2",
        "tag:version=1.4, tag:user=nobody, 1",
        "tag:user=nobody, tag:version=1.4, 1",
    })
    void aSelectorWithoutTasks_isNotEnough_evenWithoutLimits(
            String baseline, String candidate, int empty) {
        CommandRun run = compare("--baseline", baseline, "--candidate", candidate);
        assertThat(run.code()).isEqualTo(3);
        assertThat(run.out()).startsWith("### Agent comparison: not enough data\n");
        assertThat(run.out().split("no task that succeeded or failed; check", -1))
                .hasSize(empty + 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--baseline version=1.4 --candidate tag:version=1.5|tag:NAME=VALUE",
                "--baseline tag:version= --candidate tag:version=1.5|tag:NAME=VALUE",
                "--baseline tag:version=1.4 --candidate tag:version=1.4|share no task",
                "--baseline agent:a --candidate agent:b --max-cost-increase 5|such as 5%",
                "--baseline agent:a --candidate agent:b --min-success-change 5%|such as -2pts",
                "--baseline agent:a --candidate agent:b --from yesterday|--from is 'yesterday'",
                "--baseline agent:a --candidate agent:b --from 2026-11-21 --to 2026-11-21|write a time before",
                "--baseline agent:a|--candidate",
                "--baseline agent:a --candidate agent:b --no-such|--no-such",
            })
    void wrongUsage_isNamed(String test) {
        String[] parts = test.split("\\|", -1);
        CommandRun run = compare(parts[0].split(" ", -1));
        assertThat(run.code()).as(run.err()).isEqualTo(2);
        assertThat(run.err()).contains(parts[1]).doesNotContain("\tat ");
    }

    @Test
    void anUnavailableDatabase_isNoRegression() {
        CommandRun run =
                CommandRun.of(
                        "compare",
                        "--baseline",
                        "agent:a",
                        "--candidate",
                        "agent:b",
                        "--database-url",
                        "jdbc:postgresql://127.0.0.1:1/postgres");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("Postgres at", "--database-url").doesNotContain("\tat ");
    }

    @Test
    void selectorsArePassedAsParameters() {
        CommandRun run =
                compare("--baseline", "agent:'; DROP TABLE x", "--candidate", "tag:a':b=}\"{|`");
        assertThat(run.code()).as(run.err()).isEqualTo(3);
        assertThat(run.out()).contains("`tag:a':b=}\"{\\|'`");
    }
}
