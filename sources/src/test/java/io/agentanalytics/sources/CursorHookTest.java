package io.agentanalytics.sources;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.EventDecoder;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hooks of Cursor, with the fields that users of Cursor 3 captured. */
class CursorHookTest {
    private static final Instant NOW = Instant.parse("2026-11-29T08:00:00Z");
    private static final String STOP =
            "'hook_event_name':'stop','status':'%s','loop_count':%d,'model':'%s',"
                    + "'input_tokens':23666,'output_tokens':5,'cache_read_tokens':23617,"
                    + "'cache_write_tokens':47";

    private static List<TaskEvent> events(String fields) throws Exception {
        return events(mapped(fields));
    }

    private static List<TaskEvent> events(Mapped mapped) throws Exception {
        List<TaskEvent> events = new ArrayList<>();
        for (Outgoing made : mapped.records()) {
            if (made.topic().equals(Topics.TASK_EVENTS)) {
                events.add(new EventDecoder().decode(made.value()));
            }
        }
        return events;
    }

    private static Mapped mapped(String fields) throws Exception {
        String hook =
                "{'conversation_id':'c1','generation_id':'g1','cursor_version':'3.7.21',"
                        + "'user_email':'x@example.com',"
                        + fields
                        + "}";
        return new Sources(Clock.fixed(NOW, ZoneOffset.UTC))
                .cursorHook(
                        hook.replace('\'', '"').getBytes(StandardCharsets.UTF_8),
                        "team=care",
                        Caller.ANYONE);
    }

    @Test
    void theEndOfAPromptHasTheSumOfItsCalls() throws Exception {
        List<TaskEvent> events = events(STOP.formatted("completed", 0, "claude-4-sonnet"));
        assertThat(events)
                .extracting(TaskEvent::type)
                .containsExactly(EventType.LLM_CALL, EventType.TASK_COMPLETED);
        TaskEvent calls = events.get(0);
        assertThat(calls.tokens().input()).as("includes cached tokens").isEqualTo(23_666);
        assertThat(calls.tokens().cachedInput()).isEqualTo(23_617);
        assertThat(calls.tokens().cacheWrite()).isEqualTo(47);
        assertThat(calls.tokens().output()).isEqualTo(5);
        assertThat(calls)
                .returns("cursor", TaskEvent::provider)
                .returns("claude-4-sonnet", TaskEvent::model)
                .returns("g1", TaskEvent::taskId)
                .returns("cursor", TaskEvent::agentType)
                .returns((long) TaskEvent.ABSENT, TaskEvent::durationMillis)
                .returns(NOW.toEpochMilli(), TaskEvent::timeMillis);
        assertThat(calls.tags())
                .containsEntry("session", "c1")
                .containsEntry("client_version", "3.7.21")
                .containsEntry("team", "care")
                .doesNotContainValue("x@example.com");
    }

    @ParameterizedTest
    @CsvSource({
        "completed, TASK_COMPLETED, ''",
        "error, TASK_FAILED, other",
        "aborted, TASK_CANCELLED, ''",
    })
    void theStatusIsTheOutcome(String status, EventType type, String error) throws Exception {
        TaskEvent end = events(STOP.formatted(status, 0, "default")).get(1);
        assertThat(end.type()).isEqualTo(type);
        assertThat(end.errorType()).isEqualTo(error);
    }

    @Test
    void aLoopThatContinuesStopsAgain_andItsCallsCount() throws Exception {
        assertThat(events(STOP.formatted("completed", 0, "x")).get(0).eventId())
                .isNotEqualTo(events(STOP.formatted("completed", 1, "x")).get(0).eventId());
    }

    @Test
    void aModelThatCursorChooses_isUnknown() throws Exception {
        assertThat(events(STOP.formatted("completed", 0, "default")).get(0).model())
                .isEqualTo("unknown");
    }

    @Test
    void earlierVersionsReportNoTokens() throws Exception {
        assertThat(events("'hook_event_name':'stop','status':'completed'"))
                .extracting(TaskEvent::type)
                .containsExactly(EventType.TASK_COMPLETED);
    }

    @Test
    void aPromptStartsATask() throws Exception {
        TaskEvent start = events("'hook_event_name':'beforeSubmitPrompt','prompt':'x'").get(0);
        assertThat(start.type()).isEqualTo(EventType.TASK_STARTED);
        assertThat(start.taskId()).isEqualTo("g1");
    }

    @ParameterizedTest
    @CsvSource({"postToolUse, ''", "postToolUseFailure, tool_error"})
    void toolsCount(String hook, String error) throws Exception {
        String fields =
                "'hook_event_name':'%s','tool_name':'Shell','tool_use_id':'t1','duration':150,"
                        + "'tool_input':{'command':'x'},'tool_output':'y'";
        TaskEvent tool = events(fields.formatted(hook)).get(0);
        assertThat(tool)
                .returns("Shell", TaskEvent::toolName)
                .returns(150L, TaskEvent::durationMillis)
                .returns(error, TaskEvent::errorType);
    }

    @ParameterizedTest
    @ValueSource(strings = {"afterAgentResponse", "afterShellExecution", "sessionEnd", ""})
    void otherHooksAreNotUsed(String hook) throws Exception {
        Mapped mapped = mapped("'hook_event_name':'%s','input_tokens':9".formatted(hook));
        assertThat(mapped.records()).isEmpty();
        assertThat(mapped.received()).isOne();
    }
}
