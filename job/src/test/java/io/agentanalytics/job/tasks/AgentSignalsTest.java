package io.agentanalytics.job.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEventBuilder;
import io.agentanalytics.contract.TaskPhase;
import io.agentanalytics.job.model.AgentSignal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentSignalsTest {
    private static final Instant TIME = Instant.parse("2026-11-22T14:00:00Z");

    private static TaskStory story(TaskPhase phase, String opener) {
        TaskStory story = new TaskStory();
        story.phase = phase;
        story.opener = opener == null ? "" : opener;
        return story;
    }

    /** Agent, changes of its pending and running tasks, and whether it was seen. */
    private static String text(AgentSignal signal) {
        return "%s %+d %+d%s"
                .formatted(
                        signal.agentId(),
                        signal.pendingChange(),
                        signal.runningChange(),
                        signal.seenMillis() == TIME.toEpochMilli() ? " seen" : "");
    }

    @ParameterizedTest
    @CsvSource({
        "UNKNOWN, PENDING, worker, worker +1 +0 seen",
        "PENDING, RUNNING, worker, worker -1 +1 seen",
        "RUNNING, ENDED,   worker, worker +0 -1 seen",
        "UNKNOWN, ENDED,   worker, worker +0 +0 seen",
        "RUNNING, RUNNING, lead,   worker +0 +0 seen",
        "PENDING, RUNNING, lead,   worker +0 +0 seen; lead -1 +1",
        "RUNNING, ENDED,   lead,   worker +0 +0 seen; lead +0 -1",
        "UNKNOWN, UNKNOWN, ,       worker +0 +0 seen",
    })
    void phasesCountForTheAgentThatOpenedTheTask(
            TaskPhase before, TaskPhase after, String opener, String expected) {
        List<String> signals = new ArrayList<>();
        AgentSignals.seen(
                new TaskEventBuilder(EventType.LLM_CALL, "e", TIME, "task", "worker").build(),
                before,
                story(after, opener),
                signal -> signals.add(text(signal)));
        assertThat(String.join("; ", signals)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"PENDING, lead -1 +0", "RUNNING, lead +0 -1", "UNKNOWN, lead +0 +0"})
    void givenUpTaskLeavesItsPhase(TaskPhase phase, String expected) {
        assertThat(text(AgentSignals.abandoned(story(phase, "lead")))).isEqualTo(expected);
    }
}
