package io.agentanalytics.local.backtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import picocli.CommandLine;

/** Budgets over recorded days, as an operator tests them. */
@Execution(ExecutionMode.CONCURRENT)
class BudgetBacktestTest {
    private static final Instant TUESDAY = Instant.parse("2026-11-24T00:00:00Z");

    @TempDir Path directory;

    private final List<String> events = new ArrayList<>();

    private void call(String id, Instant at, double usd) {
        events.add(
                String.format(
                        Locale.ROOT,
                        "{\"event_id\": \"c\", \"type\": \"llm_call\", \"time\": "
                                + "\"%s\", \"task_id\": \"%s\", \"agent_id\": \"cron\", "
                                + "\"agent_type\": \"%s\", \"provider\": \"openai\", \"model\": "
                                + "\"gpt-5\", \"duration_ms\": 900, \"input_tokens\": 10, "
                                + "\"output_tokens\": 5, \"cost_usd\": %s}",
                        at,
                        id + at,
                        id,
                        usd));
    }

    private String backtest(String rules) throws Exception {
        Path recording = directory.resolve("events.ndjson");
        Path file = directory.resolve("rules.yaml");
        Files.write(recording, events);
        Files.writeString(file, rules);
        StringWriter out = new StringWriter();
        int code =
                new CommandLine(new BacktestCommand())
                        .setOut(new PrintWriter(out))
                        .execute("--events", recording.toString(), "--rules", file.toString());
        assertThat(code).isZero();
        return out.toString();
    }

    /** Twice 0.50 USD every ten minutes; the budget is spent after 16 hours. */
    @Test
    void aBudgetThatBurnsInBursts_isOneEpisode() throws Exception {
        for (int minute = 0; minute < 17 * 60; minute += 10) {
            Instant at = TUESDAY.plus(Duration.ofMinutes(minute));
            call("cron", at.plusSeconds(5), 0.5);
            call("cron", at.plusSeconds(35), 0.5);
        }
        assertThat(backtest("rules: [ { rule_id: cost_threshold, params: { budget_usd: 100 } } ]"))
                .contains("cost_threshold                    1 ")
                .contains("Still open at the end.");
    }

    /** Wednesday, Thursday and Friday are of one week. */
    @Test
    void aWeekBeginsOnMonday() throws Exception {
        for (int day = 18; day <= 20; day++) {
            call("weekly", Instant.parse("2026-11-%dT12:00:00Z".formatted(day)), 8);
        }
        assertThat(
                        backtest(
                                "rules: [ { rule_id: cost_threshold, params: { "
                                        + "budget_usd: 10, period_seconds: 604800 } } ]"))
                .contains("cost_threshold                    1 ")
                .contains(
                        "critical  The fleet's spend nears or exceeds the limit of its alert rule");
    }

    @Test
    void aBudgetOfAnAgentTypeCountsNoOtherType() throws Exception {
        for (int minute = 0; minute < 5; minute++) {
            call("other", TUESDAY.plus(Duration.ofMinutes(minute)), 12);
        }
        call("qa", TUESDAY.plus(Duration.ofMinutes(6)), 1);
        call("coder", TUESDAY.plus(Duration.ofMinutes(7)), 30);
        String rules =
                """
                rules:
                  - rule_id: qa
                    type: cost_threshold
                    match: { agent_type: qa }
                    params: { budget_usd: 10 }
                  - rule_id: coder
                    type: cost_threshold
                    match: { agent_type: coder, model: gpt-5 }
                    params: { budget_usd: 10 }
                  - { rule_id: cost_threshold, enabled: false }
                """;
        assertThat(backtest(rules))
                .contains(
                        "Spend of agent_type=coder, model=gpt-5 nears or exceeds the limit of its alert rule",
                        "Spent $30.00, limit $10.00.")
                .doesNotContain("agent_type=qa", "fleet");
    }
}
