package io.agentanalytics.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import io.agentanalytics.contract.alerts.Alert;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.job.model.SourceRecord;
import io.agentanalytics.job.options.JobOptions;
import io.agentanalytics.local.backtest.TopologyRun;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Three agents spend the same money: one with nothing else, one with a request of an unknown model
 * in each task, one with a refused request in each task. All three raise the same cost alerts.
 */
class UnknownCostTest {
    private static final Instant BEGINNING = Instant.parse("2026-11-22T14:00:00Z");
    private static final List<String> AGENTS = List.of("steady", "partly-unknown", "refused");

    private final List<TaskEvent> events = new ArrayList<>();

    private void task(String agent, int n, double usd) {
        String task = agent + "-" + n;
        Instant time = BEGINNING.plusSeconds(30L * n);
        if (agent.equals("partly-unknown")) {
            call(task, agent, "c1", time, c -> c.on("p", "no-such-model").tokens(800, 0, 0, 0, 0));
        } else if (agent.equals("refused")) {
            call(task, agent, "c1", time, c -> c.on("p", "no-such-model").error("rate_limit", ""));
        }
        long nanos = Math.round(usd * 1e9);
        call(task, agent, "c2", time.plusSeconds(3), c -> c.on("p", "m").costNanos(nanos));
        events.add(
                new TaskEventBuilder(
                                EventType.TASK_COMPLETED, "end", time.plusSeconds(4), task, agent)
                        .durationMillis(9000)
                        .build());
    }

    private void call(
            String task,
            String agent,
            String id,
            Instant time,
            UnaryOperator<TaskEventBuilder> with) {
        var call = new TaskEventBuilder(EventType.LLM_CALL, id, time, task, agent);
        events.add(with.apply(call.durationMillis(2000)).build());
    }

    @Test
    void aPartOfUnknownCost_hidesNoCostAlert() throws Exception {
        for (int n = 0; n < 80; n++) {
            for (String agent : AGENTS) {
                task(agent, n, n < 50 ? 0.1 : n < 79 ? 0.6 : 7.25);
            }
        }
        for (String agent : AGENTS) {
            task(agent, 100, 0.1); // event time passes the last expensive task
        }
        events.sort(Comparator.comparingLong(TaskEvent::timeMillis));
        Map<String, List<String>> alerts =
                TopologyRun.run(
                                () -> events.stream().map(UnknownCostTest::received).iterator(),
                                JobOptions.parse(new String[0], Map.of()),
                                2)
                        .alerts()
                        .stream()
                        // Early notices depend on the order of arrival: any agent may have one.
                        .filter(a -> a.type() == AlertType.COST_SPIKE && a.revision() > 0)
                        .collect(
                                Collectors.groupingBy(
                                        Alert::subject,
                                        Collectors.mapping(
                                                UnknownCostTest::text, Collectors.toList())));
        List<String> expected = alerts.get("steady");
        assertThat(expected)
                .anyMatch(t -> t.contains("fires"))
                .anyMatch(t -> t.contains("CRITICAL"));
        for (String agent : AGENTS) {
            assertThat(alerts.get(agent)).as(agent).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    private static String text(Alert alert) {
        return alert.change().wireName() + " " + alert.severity() + " " + alert.updatedAt();
    }

    private static SourceRecord received(TaskEvent event) {
        return new SourceRecord(event, null, 0, 0, event.timeMillis());
    }
}
