package io.agentanalytics.job.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.Fragment;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import io.agentanalytics.contract.TaskEventFields;
import io.agentanalytics.contract.TokenUsage;
import io.agentanalytics.job.model.SourceRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Calls that a framework or a gateway and the instrumentation of an SDK report, one span within the
 * other, without an id that both have: Google ADK around google-genai, LangChain around OpenAI.
 */
class NestedCallsTest {
    private static final String TRACE = "0123456789abcdef0123456789abcdef";
    private static final Instant T = Instant.parse("2026-11-26T08:00:00Z");
    private KeyedOneInputStreamOperatorTestHarness<String, FragmentRecord, SourceRecord> harness;

    @BeforeEach
    void open() throws Exception {
        harness =
                new KeyedOneInputStreamOperatorTestHarness<>(
                        new KeyedProcessOperator<>(
                                new FragmentAssembler(Duration.ofMinutes(15), Duration.ofHours(1))),
                        FragmentAssembler::keyOf,
                        Types.STRING);
        harness.setProcessingTime(1_000);
        harness.open();
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void callWithinACallOfItsModel_countsOnce(boolean innerFirst) throws Exception {
        Fragment inner = used("sdk", "step", "gpt-5-2025-08-07", 900, 20, "");
        Fragment outer = used("framework", "agent", "openai/gpt-5", 900, 25, "chatcmpl-1");
        receive(Fragment.of(Fragment.Role.STEP, TRACE, "step").parentId("framework").build());
        receive(FragmentAssemblerTest.agent("agent", "").build());
        receive(innerFirst ? inner : outer);
        harness.setProcessingTime(innerFirst ? 1_300 : 4_000);
        receive(innerFirst ? outer : inner);
        harness.setProcessingTime(9_000);
        assertThat(calls()).containsExactly(innerFirst ? "sdk" : "framework");
    }

    @Test
    void ofTwoReportsOfACall_theOneWithTheUsageCounts() throws Exception {
        receive(used("stream", "framework", "gpt-5", -1, -1, ""));
        receive(used("framework", "agent", "gpt-5", 900, 20, ""));
        assertThat(callsOfTheAgent()).containsExactly("framework");
    }

    /** Strands around botocore, and Google ADK around google-genai. */
    @Test
    void ofTwoReportsOfACall_theOneThatKnowsMoreCounts() throws Exception {
        receive(used("botocore", "strands", "gpt-5", 900, 50, ""));
        TokenUsage tokens = new TokenUsage(10_000, 9_000, 100, 50, -1);
        receive(call("strands", "agent", "gpt-5", tokens, "", ""));
        receive(used("genai", "adk", "gpt-5-mini", 21_000, -1, ""));
        tokens = new TokenUsage(21_000, 20_000, -1, -1, -1);
        receive(call("adk", "agent", "gpt-5-mini", tokens, "", ""));
        assertThat(callsOfTheAgent()).containsExactlyInAnyOrder("strands", "adk");
    }

    @Test
    void attemptsWithinACall_countOneByOne() throws Exception {
        receive(call("attempt", "framework", "gpt-5", TokenUsage.ABSENT, "", "rate_limit"));
        receive(used("retry", "framework", "gpt-5", 900, 20, ""));
        receive(used("framework", "agent", "gpt-5", 900, 20, ""));
        assertThat(callsOfTheAgent()).containsExactlyInAnyOrder("attempt", "retry");
    }

    @Test
    void aCallOfAToolWithinACall_orOfAnotherModel_isAnotherCall() throws Exception {
        receive(used("nested", "tool", "gpt-5", 900, 20, ""));
        receive(
                Fragment.of(Fragment.Role.TOOL, TRACE, "tool")
                        .parentId("framework")
                        .event(event(EventType.TOOL_CALL, "tool", ""))
                        .build());
        receive(used("embedding", "framework", "text-embedding-3-small", 7, -1, ""));
        receive(used("cheaper", "framework", "gpt-5-mini", 900, 20, ""));
        receive(used("framework", "agent", "gpt-5", 900, 20, ""));
        assertThat(callsOfTheAgent())
                .containsExactlyInAnyOrder("nested", "embedding", "cheaper", "framework");
    }

    /** The client and the server of MCP, within the tool that the framework reports. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aToolThatMcpReportsAgain_countsOnce(boolean outerFirst) throws Exception {
        Fragment outer = tool("framework", "agent", "search", false);
        Fragment server = tool("server", "client", "search", true);
        receive(outerFirst ? outer : server);
        harness.setProcessingTime(1_300);
        receive(tool("client", "step", "search", false));
        receive(Fragment.of(Fragment.Role.STEP, TRACE, "step").parentId("framework").build());
        receive(outerFirst ? server : outer);
        receive(tool("other", "framework", "fetch", false));
        receive(FragmentAssemblerTest.agent("agent", "").build());
        harness.setProcessingTime(20_000);
        assertThat(tools()).containsExactlyInAnyOrder("framework", "other");
    }

    /** Its client sends no spans, or they come much later. */
    @Test
    void aToolOfAServerAlone_counts() throws Exception {
        receive(tool("server", "client", "search", true));
        harness.setProcessingTime(20_000);
        assertThat(tools()).containsExactly("server");
        receive(tool("client", "agent", "search", false));
        receive(FragmentAssemblerTest.agent("agent", "").build());
        harness.setProcessingTime(40_000);
        assertThat(tools()).containsExactly("server");
    }

    private static Fragment tool(String id, String parent, String name, boolean isRemote) {
        TaskEvent event =
                new TaskEventBuilder(EventType.TOOL_CALL, id, T, TRACE, "app")
                        .agentType("app")
                        .tool(name, "")
                        .build();
        return Fragment.of(Fragment.Role.TOOL, TRACE, id)
                .parentId(parent)
                .isParentRemote(isRemote)
                .event(event)
                .build();
    }

    private List<String> tools() {
        return harness.extractOutputValues().stream()
                .map(SourceRecord::event)
                .filter(event -> event.type() == EventType.TOOL_CALL)
                .map(TaskEvent::eventId)
                .toList();
    }

    @Test
    void twoIdsAreOneCall_ifItsUsageIsOne() throws Exception {
        receive(used("sdk", "framework", "gpt-5", 900, 20, "chatcmpl-1"));
        receive(used("framework", "agent", "gpt-5", 900, 20, "run-1"));
        receive(used("other", "another", "gpt-5", 901, 20, "chatcmpl-2"));
        receive(used("another", "agent", "gpt-5", 900, 20, "chatcmpl-3"));
        assertThat(callsOfTheAgent()).containsExactlyInAnyOrder("sdk", "other", "another");
    }

    /** The state of earlier versions holds the id alone, or no number of figures. */
    @Test
    void markOfAnEarlierVersion_isRead() {
        CallMark mark = CallMark.of("chatcmpl-1");
        CallMark other = new CallMark("chatcmpl-1", "gpt-5", 900, 20, 2);
        assertThat(CallMark.of("chatcmpl-1\ngpt-5\n900\n20")).isEqualTo(other);
        assertThat(mark.hasIdOf(other)).isTrue();
        assertThat(mark.isOneCallWith(other)).isFalse();
        assertThat(CallMark.of(other.text())).isEqualTo(other);
    }

    /** As by Microsoft Agent Framework, if its chat client has no spans. */
    @Test
    void theSumOfAnAgent_countsIfNoSpanReportsItsCalls() throws Exception {
        receive(sum("inner"));
        receive(FragmentAssemblerTest.agent("inner", "outer").build());
        receive(sum("outer"));
        receive(FragmentAssemblerTest.agent("outer", "").build());
        harness.setProcessingTime(4_000);
        assertThat(calls()).containsExactly("inner/calls");
    }

    @Test
    void theSumOfAnAgent_doesNotCountIfASpanReportsACall() throws Exception {
        receive(sum("agent"));
        receive(FragmentAssemblerTest.agent("agent", "").build());
        harness.setProcessingTime(2_000);
        receive(used("sdk", "step", "gpt-5", 900, 20, ""));
        receive(Fragment.of(Fragment.Role.STEP, TRACE, "step").parentId("agent").build());
        harness.setProcessingTime(9_000);
        assertThat(calls()).containsExactly("sdk");
    }

    @Test
    void theSumOfAnAgent_doesNotCountIfASpanIsMissingAboveACall() throws Exception {
        receive(used("sdk", "missing", "gpt-5", 900, 20, ""));
        receive(sum("agent"));
        receive(FragmentAssemblerTest.agent("agent", "").build());
        harness.setProcessingTime(9_000);
        assertThat(calls()).containsExactly("sdk");
    }

    private static Fragment sum(String agent) {
        return used(agent + Fragment.SUM, agent, "gpt-5", 900, 20, "");
    }

    private List<String> callsOfTheAgent() throws Exception {
        receive(FragmentAssemblerTest.agent("agent", "").build());
        harness.setProcessingTime(1_300);
        return calls();
    }

    private List<String> calls() {
        return harness.extractOutputValues().stream()
                .map(SourceRecord::event)
                .filter(e -> e.type() == EventType.LLM_CALL)
                .map(TaskEvent::eventId)
                .toList();
    }

    private void receive(Fragment fragment) throws Exception {
        harness.processElement(new FragmentRecord(fragment, null, 0, 0, 0), 0);
    }

    private static Fragment used(
            String id, String parent, String model, long input, long output, String callId) {
        TokenUsage tokens = new TokenUsage(input, -1, -1, output, -1);
        return call(id, parent, model, tokens, callId, "");
    }

    private static Fragment call(
            String id,
            String parent,
            String model,
            TokenUsage tokens,
            String callId,
            String error) {
        TaskEvent event =
                TaskEventFields.builder(event(EventType.LLM_CALL, id, error))
                        .model(model)
                        .tokens(tokens)
                        .callId(callId)
                        .build();
        return Fragment.of(Fragment.Role.CALL, TRACE, id)
                .parentId(parent)
                .isQuick(true)
                .event(event)
                .build();
    }

    private static TaskEvent event(EventType type, String id, String error) {
        return new TaskEventBuilder(type, id, T, TRACE, "app")
                .agentType("app")
                .on("openai", "gpt-5")
                .error(error, null)
                .build();
    }
}
