package io.agentanalytics.job.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class AgentCapTest {
    private static final long NOW = 1_764_000_000_000L;
    private final AgentCap cap = new AgentCap(2);

    private String admitted(String agent, long seconds) {
        TaskEvent event =
                new TaskEventBuilder(
                                EventType.TASK_STARTED,
                                "e",
                                Instant.ofEpochMilli(NOW + seconds * 1000),
                                "task",
                                agent)
                        .agentType("t")
                        .build();
        TaskEvent given = cap.admit(event);
        assertThat(given.eventId()).isEqualTo("e");
        assertThat(given.taskId()).isEqualTo("task");
        return given.agentId();
    }

    @Test
    void agentsBeyondTheCap_areCountedTogether() {
        assertThat(admitted("a", 0)).isEqualTo("a");
        assertThat(admitted("b", 1)).isEqualTo("b");
        assertThat(admitted("c", 2)).isEqualTo("__overflow__");
        assertThat(admitted("a", 3)).isEqualTo("a");
    }

    @Test
    void aSilentAgentMakesRoom() {
        admitted("a", 0);
        admitted("b", 1800);
        assertThat(admitted("c", 3601)).isEqualTo("c");
        assertThat(admitted("a", 3602)).isEqualTo("__overflow__");
        assertThat(admitted("b", 3603)).isEqualTo("b");
    }
}
