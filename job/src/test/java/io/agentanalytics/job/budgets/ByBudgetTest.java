package io.agentanalytics.job.budgets;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.budgets.Budget;
import io.agentanalytics.contract.budgets.BudgetBuilder;
import io.agentanalytics.job.model.BudgetSetting;
import io.agentanalytics.job.model.Scope;
import io.agentanalytics.job.model.Tags;
import io.agentanalytics.job.model.TaskInFlight;
import io.agentanalytics.job.model.TaskInFlight.Phase;
import io.agentanalytics.job.model.TaskInFlightBuilder;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.co.CoBroadcastWithNonKeyedOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.TwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class ByBudgetTest {
    private static final Tags SEARCH = Tags.of(Map.of("team", "search"), List.of("team"));

    private static <IN, OUT> TwoInputStreamOperatorTestHarness<IN, BudgetSetting, OUT> open(
            ByBudget<IN, OUT> function, OperatorSubtaskState state) throws Exception {
        var harness =
                new TwoInputStreamOperatorTestHarness<IN, BudgetSetting, OUT>(
                        new CoBroadcastWithNonKeyedOperator<>(function, List.of(ByBudget.BUDGETS)));
        harness.initializeState(state);
        harness.open();
        return harness;
    }

    private static TwoInputStreamOperatorTestHarness<CellSpend, BudgetSetting, BudgetChange>
            ofSpend(OperatorSubtaskState state) throws Exception {
        return open(new ByBudget.OfSpend(List.of("team")), state);
    }

    private static TwoInputStreamOperatorTestHarness<TaskInFlight, BudgetSetting, TaskOfBudgets>
            ofTasks(OperatorSubtaskState state) throws Exception {
        return open(new ByBudget.OfTasks(List.of("team")), state);
    }

    private static StreamRecord<BudgetSetting> budget(String id, Map<String, String> match) {
        Budget budget =
                BudgetBuilder.builder()
                        .budgetId(id)
                        .version(1)
                        .match(match)
                        .period("day")
                        .timeZone("UTC")
                        .weekStarts("monday")
                        .hardNanos(1)
                        .build();
        return new StreamRecord<>(new BudgetSetting(id, budget, 0));
    }

    private static StreamRecord<BudgetSetting> deleted(String id) {
        return new StreamRecord<>(new BudgetSetting(id, null, 0));
    }

    private static StreamRecord<CellSpend> spend(String agentType, Tags tags, long nanos) {
        Scope scope = Scope.cell("a", agentType, "openai", "gpt-5");
        return new StreamRecord<>(new CellSpend(scope, tags.text(), 7, nanos, 0));
    }

    private static TaskInFlight task(Phase phase) {
        Scope scope = Scope.cell("a", "qa", "openai", "gpt-5");
        return TaskInFlightBuilder.builder()
                .taskId("t")
                .agentId("a")
                .scope(scope)
                .tags(SEARCH)
                .phase(phase)
                .build();
    }

    @Test
    void spendCountsInEachBudgetThatMatches() throws Exception {
        try (var harness = ofSpend(OperatorSubtaskState.builder().build())) {
            harness.processElement1(spend("qa", SEARCH, 1));
            harness.processElement2(budget("fleet", Map.of()));
            harness.processElement2(budget("qa", Map.of("agent_type", "qa")));
            harness.processElement2(budget("search", Map.of("team", "search")));
            harness.processElement2(budget("uncounted", Map.of("env", "prod")));
            harness.processElement1(spend("qa", Tags.NONE, 2));
            harness.processElement1(spend("ops", SEARCH, 4));
            assertThat(harness.extractOutputValues())
                    .containsExactlyInAnyOrder(
                            BudgetChange.spent("fleet", 7, 2, 0),
                            BudgetChange.spent("qa", 7, 2, 0),
                            BudgetChange.spent("fleet", 7, 4, 0),
                            BudgetChange.spent("search", 7, 4, 0));
        }
    }

    @Test
    void definitionsOutliveARestart_andDeletedOnesAreForgotten() throws Exception {
        OperatorSubtaskState state;
        try (var harness = ofSpend(OperatorSubtaskState.builder().build())) {
            harness.processElement2(budget("fleet", Map.of()));
            harness.processElement2(budget("qa", Map.of("agent_type", "qa")));
            harness.processElement2(deleted("fleet"));
            state = harness.snapshot(1, 1);
        }
        try (var harness = ofSpend(state)) {
            harness.processElement1(spend("qa", SEARCH, 1));
            assertThat(harness.extractOutputValues())
                    .containsExactly(BudgetChange.spent("qa", 7, 1, 0));
            harness.processElement2(deleted("qa"));
            harness.processElement1(spend("qa", SEARCH, 1));
            assertThat(harness.extractOutputValues()).hasSize(1);
            state = harness.snapshot(2, 2);
        }
        try (var harness = ofSpend(state)) {
            var budgets = harness.getOperator().getOperatorStateBackend();
            assertThat(budgets.getBroadcastState(ByBudget.BUDGETS).immutableEntries()).isEmpty();
        }
    }

    @Test
    void aTaskHasTheBudgetsThatMatch_alsoAfterARestart() throws Exception {
        OperatorSubtaskState state;
        try (var harness = ofTasks(OperatorSubtaskState.builder().build())) {
            harness.processElement2(budget("search", Map.of("team", "search")));
            harness.processElement2(budget("ops", Map.of("agent_type", "ops")));
            harness.processElement2(budget("one model", Map.of("model", "gpt-5")));
            state = harness.snapshot(1, 1);
        }
        try (var harness = ofTasks(state)) {
            harness.processElement1(new StreamRecord<>(task(Phase.OPEN)));
            assertThat(harness.extractOutputValues())
                    .containsExactly(new TaskOfBudgets(task(Phase.OPEN), List.of("search")));
        }
    }

    @Test
    void withoutBudgets_onlyTasksWithAFinalCostArePassedOn() throws Exception {
        try (var harness = ofTasks(OperatorSubtaskState.builder().build())) {
            harness.processElement1(new StreamRecord<>(task(Phase.OPEN)));
            harness.processElement1(new StreamRecord<>(task(Phase.ENDED)));
            assertThat(harness.extractOutputValues())
                    .containsExactly(new TaskOfBudgets(task(Phase.ENDED), List.of()));
        }
    }
}
