package io.agentanalytics.job.sinks;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.Figure;
import io.agentanalytics.job.agents.AgentRow;
import io.agentanalytics.job.agents.AgentRowBuilder;
import io.agentanalytics.job.model.Scope;
import io.agentanalytics.job.model.WindowRow;
import io.agentanalytics.job.tasks.TaskRow;
import io.agentanalytics.job.tasks.TaskRowBuilder;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TablesTest {
    private static final long DEFAULT_HEAP = 1_100_000_000;
    private static final WindowRow CELL =
            new WindowRow(
                    Scope.cell("planner-1", "planner", "openai", "gpt"),
                    60,
                    0,
                    false,
                    1,
                    new long[Figure.COUNT],
                    new byte[20],
                    new byte[20]);
    private static final TaskRow TASK =
            TaskRowBuilder.builder()
                    .taskId("t-1")
                    .notes(List.of())
                    .tags(Map.of("team", "search", "repo", "shop"))
                    .callList(new byte[300])
                    .build();

    /**
     * 10,000 agents at 2,000 events per second: a row per agent and minute, one per agent and hour
     * and day, and a task for each eight events.
     */
    @Test
    void rowsOfTenMinutesFitAThirdOfTheDefaultHeap() {
        long cells = 10_000L * (10 + 2);
        long tasks = 600 * 2_000 / 8;

        assertThat(cells * Tables.cells(0).bytesOf(CELL) + tasks * Tables.tasks(0).bytesOf(TASK))
                .isBetween(300_000_000L, DEFAULT_HEAP / 3);
    }

    @Test
    void aTaskWithManyCallsCountsMore() {
        TaskRow large = TaskRowBuilder.builder(TASK).callList(new byte[50_000]).build();

        assertThat(Tables.tasks(0).bytesOf(large)).isGreaterThan(50_000);
    }

    /** Two rows that wait are compared as Postgres compares them. */
    @Test
    void tablesThatCompareRowsHaveAnOrder() {
        var compared =
                Stream.of(
                        Tables.cells(0),
                        Tables.providers(0),
                        Tables.dimensions(0),
                        Tables.system(0),
                        Tables.tasks(0),
                        Tables.verdicts(),
                        Tables.agents(0),
                        Tables.progress(List.of()),
                        Tables.gauge(),
                        Tables.waste(0),
                        Tables.refusals(),
                        DecisionTables.alerts(0),
                        DecisionTables.alertEvents(0),
                        DecisionTables.notifications(0),
                        DecisionTables.weightChanges(),
                        DecisionTables.weightDecisions(),
                        DecisionTables.budgets(),
                        DecisionTables.budgetPeriods());

        assertThat(compared)
                .allSatisfy(
                        table ->
                                assertThat(table.isOrdered())
                                        .as(table.onConflict())
                                        .isEqualTo(table.onConflict().contains(">=")));
    }

    @Test
    void ofTwoRowsOfAKey_theOneWithMoreEventsIsNewer() {
        AgentRow agent = AgentRowBuilder.builder().agentId("a").lastSeen(9).seen(1).build();
        AgentRow later = AgentRowBuilder.builder(agent).lastSeen(10).build();
        AgentRow more = AgentRowBuilder.builder(agent).seen(2).build();
        Table<AgentRow> agents = Tables.agents(0);

        assertThat(agents.compare(agent, agent)).isZero();
        assertThat(agents.compare(agent, more)).isNegative();
        assertThat(agents.compare(later, more)).isPositive();
    }
}
