package io.agentanalytics.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.budgets.BudgetState;
import io.agentanalytics.contract.budgets.BudgetStatus;
import io.agentanalytics.contract.budgets.BudgetStatusBuilder;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hooks of Claude Code, over HTTP, under budgets. */
class BudgetHookTest {
    @TempDir Path directory;
    private TestIntake intake;

    @BeforeEach
    void start() throws Exception {
        intake = TestIntake.start(directory);
    }

    @AfterEach
    void stop() throws Exception {
        intake.close();
    }

    private static BudgetStatusBuilder status(BudgetState state, String spentUsd) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        return BudgetStatusBuilder.builder()
                .budgetId("coding")
                .version(1)
                .producedAt(now)
                .validUntil(now.plusSeconds(3600))
                .match(Map.of("agent_type", "claude-code"))
                .period("day")
                .timeZone("UTC")
                .periodStart(now.minusSeconds(3600))
                .periodEnd(now.plusSeconds(3600))
                .softUsd(new BigDecimal(8))
                .hardUsd(new BigDecimal(10))
                .enforce(true)
                .state(state)
                .spentUsd(new BigDecimal(spentUsd))
                .reservedUsd(BigDecimal.ONE)
                .reservedHighUsd(new BigDecimal(2));
    }

    private void take(BudgetStatus status) {
        intake.budgets.update(status);
    }

    private String hook(String name) throws Exception {
        return hook(name, "");
    }

    private String hook(String name, String more, String... headers) throws Exception {
        String body =
                "{\"hook_event_name\":\"%s\",\"session_id\":\"session-1\",\"prompt\":\"secret\"%s}"
                        .formatted(name, more);
        List<String> all = new ArrayList<>(List.of(headers));
        all.addAll(List.of("content-type", "application/json"));
        var response = intake.post("/hooks/claude-code", body, all.toArray(String[]::new));
        assertThat(response.statusCode()).isEqualTo(200);
        return TestIntake.text(response);
    }

    private String metrics() throws Exception {
        return TestIntake.text(intake.get("/metrics"));
    }

    @Test
    void aPromptIsBlocked_andAToolDenied_whenTheLimitIsSpent() throws Exception {
        take(status(BudgetState.HARD, "10.5").build());
        assertThat(hook("UserPromptSubmit"))
                .startsWith(
                        "{\"decision\":\"block\",\"reason\":\"Budget 'coding' of 10.00 USD for this"
                                + " day is used up: 10.50 USD spent.");
        assertThat(hook("PreToolUse"))
                .startsWith("{\"continue\":false,\"stopReason\":\"Budget 'coding'")
                .contains(
                        "\"hookSpecificOutput\":{\"hookEventName\":\"PreToolUse\","
                                + "\"permissionDecision\":\"deny\","
                                + "\"permissionDecisionReason\":\"Budget 'coding'");
        assertThat(hook("Stop")).isEqualTo("{}");
        assertThat(metrics()).contains("intake_budget_questions_total{answer=\"stopped\"} 2.0");
    }

    @Test
    void reservedMoneyStopsPrompts_butNotWorkInProgress() throws Exception {
        take(status(BudgetState.HARD, "9").build());
        assertThat(hook("UserPromptSubmit")).contains("\"decision\":\"block\"");
        assertThat(hook("PreToolUse")).isEqualTo("{}");
    }

    @Test
    void nothingIsBlocked_withoutEnforce_orForAnotherAgentType() throws Exception {
        take(status(BudgetState.HARD, "11").enforce(false).build());
        assertThat(hook("UserPromptSubmit")).isEqualTo("{}");
        take(status(BudgetState.HARD, "11").match(Map.of("agent_type", "codex")).build());
        assertThat(hook("UserPromptSubmit")).isEqualTo("{}");
        assertThat(metrics()).contains("intake_budget_questions_total{answer=\"allowed\"} 2.0");
    }

    @Test
    void onlyTheSessionOfARunawayTreeIsStopped_withItsReason() throws Exception {
        var stop = status(BudgetState.HARD, "10").match(Map.of("session", "session-1"));
        take(stop.reason("Task tree 'p' is stopped: 361 agents.").build());
        assertThat(hook("PreToolUse"))
                .startsWith(
                        "{\"continue\":false,\"stopReason\":\"Task tree 'p' is stopped: 361"
                                + " agents.\"");
        assertThat(hook("UserPromptSubmit")).contains("\"decision\":\"block\"");
        take(stop.match(Map.of("session", "other")).build());
        assertThat(hook("PreToolUse")).isEqualTo("{}");
    }

    @Test
    void theEnvironmentOfTheSessionChoosesTheBudget_fromItsFirstPrompt() throws Exception {
        take(status(BudgetState.HARD, "11").match(Map.of("team", "data & ml")).build());
        assertThat(hook("UserPromptSubmit")).isEqualTo("{}");
        String attributes = "repo=x, team=data%20%26%20ml;note=1,broken";
        assertThat(hook("UserPromptSubmit", "", "baggage", attributes)).contains("block");
        assertThat(hook("PreToolUse", "", "baggage", "team=dat%zz,=,,")).isEqualTo("{}");
    }

    @Test
    void theTelemetryOfTheSessionChoosesTheBudget_whereHooksDoNotNameIt() throws Exception {
        Map<String, String> match = Map.of("team", "search", "agent_id", "reviewer");
        take(status(BudgetState.HARD, "11").match(match).build());
        assertThat(hook("UserPromptSubmit")).isEqualTo("{}");
        var calls = Telemetry.calls(1).toBuilder();
        calls.getResourceLogsBuilder(0)
                .getResourceBuilder()
                .addAttributes(Telemetry.text("team", "search"))
                .addAttributes(Telemetry.text("agent.id", "reviewer"));
        byte[] body = calls.build().toByteArray();
        assertThat(intake.post("/v1/logs", body, "content-type", "application/x-protobuf"))
                .returns(200, r -> r.statusCode());
        assertThat(hook("UserPromptSubmit")).contains("block");
        assertThat(hook("PreToolUse")).contains("deny");
        assertThat(hook("PreToolUse", "", "baggage", "team=payments")).isEqualTo("{}");
    }

    @Test
    void aSubAgentIsASeparateAgent() throws Exception {
        Map<String, String> match = Map.of("agent_id", "claude-code/explorer");
        take(status(BudgetState.HARD, "11").match(match).build());
        assertThat(hook("PreToolUse")).isEqualTo("{}");
        assertThat(hook("PreToolUse", ",\"agent_id\":\"a1\",\"agent_type\":\"explorer\""))
                .contains("deny");
    }

    @Test
    void workContinues_whenTheBudgetIsOutdated_andTheMetricsReportIt() throws Exception {
        take(status(BudgetState.HARD, "11").validUntil(Instant.now().minusSeconds(1)).build());
        assertThat(hook("UserPromptSubmit")).isEqualTo("{}");
        assertThat(hook("PreToolUse")).isEqualTo("{}");
        assertThat(metrics()).contains("intake_budget_questions_total{answer=\"unknown\"} 2.0");
    }
}
