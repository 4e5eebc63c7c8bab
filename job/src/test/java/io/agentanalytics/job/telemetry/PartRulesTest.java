package io.agentanalytics.job.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.Fragment;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Traces and conversations that never end. */
class PartRulesTest {
    private static final String KEY = "0123456789abcdef0123456789abcdef";
    private static final int PARTS = 6_000;

    private final Map<String, Part> state = new HashMap<>();

    @Test
    void aTraceForgetsItsOldestAgents_exceptTheOneWhoseTaskIsTheTrace() {
        var rules = new TraceRules(900_000, 3_600_000, () -> {}, () -> {});
        for (int i = 0; i < PARTS; i++) {
            Fragment span =
                    Fragment.of(Fragment.Role.AGENT, KEY, "span-" + i)
                            .parentId(i == 0 ? "" : "span-0")
                            .event(event(EventType.TASK_COMPLETED, i))
                            .build();
            receive(rules, span, i);
        }

        assertThat(state).hasSize(2_000).containsKeys("span-0", "span-" + (PARTS - 1));
        assertThat(state).doesNotContainKey("span-1");
    }

    @Test
    void aConversationForgetsItsOldestPrompts() {
        var rules = new TurnRules(lineage -> {});
        for (int i = 0; i < PARTS; i++) {
            Fragment prompt =
                    Fragment.of(Fragment.Role.TURN, KEY, "prompt-" + i)
                            .name(Fragment.PROMPT)
                            .event(event(EventType.TASK_STARTED, i))
                            .build();
            receive(rules, prompt, i);
        }

        assertThat(state).hasSize(5_000).containsKey("prompt-" + (PARTS - 1));
        assertThat(state).doesNotContainKey("prompt-0");
    }

    private void receive(PartRules rules, Fragment fragment, int second) {
        long now = second * 1_000L;
        rules.accept(fragment, new PartRules.Moment(now, 0, now), state);
        if (second % 1_000 == 999) { // waits are over
            rules.settle(new PartRules.Moment(now + 60_000, 0, now), state, event -> {});
        }
    }

    private static TaskEvent event(EventType type, int second) {
        Instant time = Instant.ofEpochSecond(second);
        return new TaskEventBuilder(type, "event-" + second, time, "task", "app").build();
    }
}
