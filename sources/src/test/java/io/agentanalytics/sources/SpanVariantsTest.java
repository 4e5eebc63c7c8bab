package io.agentanalytics.sources;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.agentanalytics.contract.EventDecoder;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.Fragment;
import io.agentanalytics.contract.FragmentCodec;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.Topics;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls in the attributes of clients and versions of which there is no recording. */
class SpanVariantsTest {
    private static final String TRACE = "0123456789abcdef0123456789abcdef";
    private static final String ANSWER =
            "gcp.vertex.agent.llm_response={\"usage_metadata\":{\"cached_content_token_count\":20000"
                    + ",\"thoughts_token_count\":41}}";

    private static List<Fragment> fragments(byte[] body, TelemetrySignal signal) throws Exception {
        List<Fragment> fragments = new ArrayList<>();
        for (Outgoing made :
                new Sources(Clock.systemUTC()).otlp(signal, true, body, Caller.ANYONE).records()) {
            if (made.topic().equals(Topics.SPANS)) {
                fragments.add(FragmentCodec.decode(made.value(), new EventDecoder()));
            }
        }
        return fragments;
    }

    private static List<Fragment> span(String scope, String name, String... attributes)
            throws Exception {
        return fragments(
                body(scope, name, attributes).getBytes(StandardCharsets.UTF_8),
                TelemetrySignal.TRACES);
    }

    private static String body(String scope, String name, String... attributes) {
        return """
                {"resourceSpans":[{"scopeSpans":[{"scope":{"name":"%s"},"spans":[{
                 "traceId":"%s","spanId":"00000000000000b1","parentSpanId":"00000000000000a1",
                 "name":"%s","startTimeUnixNano":"1764230400000000000",
                 "endTimeUnixNano":"1764230401000000000","attributes":[%s],%s}]}]}]}
                """
                .formatted(
                        scope,
                        TRACE,
                        name,
                        Stream.of(attributes)
                                .filter(a -> !a.startsWith("status"))
                                .map(SpanVariantsTest::attribute)
                                .collect(Collectors.joining(",")),
                        Stream.of(attributes)
                                .filter(a -> a.startsWith("status"))
                                .findFirst()
                                .map(a -> a.substring("status ".length()))
                                .orElse("\"kind\":3"));
    }

    private static String attribute(String text) {
        int at = text.indexOf('=');
        return "{\"key\":\"%s\",\"value\":{\"stringValue\":\"%s\"}}"
                .formatted(text.substring(0, at), text.substring(at + 1).replace("\"", "\\\""));
    }

    private static TaskEvent call(String scope, String name, String... attributes)
            throws Exception {
        List<Fragment> fragments = span(scope, name, attributes);
        assertThat(fragments).extracting(Fragment::role).containsExactly(Fragment.Role.CALL);
        return fragments.get(0).event();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "llm.request.type=chat",
                "llm.request.type=completion",
                "gen_ai.operation.name=acompletion",
                "gen_ai.operation.name=chat.completions",
                "gen_ai.operation.name=chat.streaming_completions",
                "gen_ai.operation.name=text.completions",
                "gen_ai.operation.name=aembedding",
            })
    void aLeafIsACall_inTheWordsOfEachLibrary(String kind) throws Exception {
        TaskEvent call =
                call(
                        "opentelemetry.instrumentation.openai.v1",
                        "openai.chat",
                        kind,
                        "gen_ai.system=openai",
                        "gen_ai.request.model=gpt-4o",
                        "gen_ai.usage.input_tokens=900",
                        "gen_ai.usage.output_tokens=20");
        assertThat(call.provider()).isEqualTo("openai");
        assertThat(call.tokens().input()).isEqualTo(900);
        assertThat(call.tokens().output()).isEqualTo(20);
    }

    private static Mapped tokens(String input) throws Exception {
        String body =
                """
                {"resourceSpans":[{"scopeSpans":[{"scope":{"name":"app"},"spans":[{
                 "traceId":"%s","spanId":"00000000000000b1","name":"chat",
                 "startTimeUnixNano":"1764230400000000000",
                 "endTimeUnixNano":"1764230401000000000","attributes":[%s]}]}]}]}
                """
                        .formatted(
                                TRACE,
                                Stream.of(
                                                "gen_ai.operation.name=chat",
                                                "gen_ai.system=openai",
                                                "gen_ai.request.model=gpt-4o",
                                                "gen_ai.usage.input_tokens=" + input)
                                        .map(SpanVariantsTest::attribute)
                                        .collect(Collectors.joining(",")));
        return new Sources(Clock.systemUTC())
                .otlp(
                        TelemetrySignal.TRACES,
                        true,
                        body.getBytes(StandardCharsets.UTF_8),
                        Caller.ANYONE);
    }

    @ParameterizedTest
    @CsvSource({
        "-10, out_of_range, input_tokens is -10",
        "1e13, out_of_range, input_tokens is",
        "10.5, wrong_type, input_tokens is 10.5",
        "many, wrong_type, input_tokens is not a number",
        "1e999999999, wrong_type, input_tokens is not a number",
    })
    void tokensThatAreNoCountAreRejected(String input, String code, String detail)
            throws Exception {
        Mapped mapped = tokens(input);
        assertThat(mapped.rejected()).isEqualTo(1);
        assertThat(mapped.rejection()).startsWith(detail);
        assertThat(mapped.records()).extracting(Outgoing::topic).containsOnly(Topics.DEAD_LETTERS);
        assertThat(mapped.records().get(0).headers()).containsEntry("code", code);
    }

    @ParameterizedTest
    @CsvSource({"123, 123", "' 12 ', 12", "1200.0, 1200", "1.2e3, 1200", "0, 0", "NaN, -1"})
    void wholeNumbersAreAcceptedAsText_andNanIsUnknown(String input, long tokens) throws Exception {
        Mapped mapped = tokens(input);
        assertThat(mapped.rejected()).isZero();
        Outgoing call = mapped.records().get(0);
        assertThat(FragmentCodec.decode(call.value(), new EventDecoder()).event().tokens().input())
                .isEqualTo(tokens);
    }

    @ParameterizedTest
    @CsvSource({"-0.01, out_of_range", "free, wrong_type"})
    void aCostThatIsNoneIsRejected(String cost, String code) throws Exception {
        String body =
                """
                {"id": "c1", "status": "success", "endTime": 1764230401, "model": "gpt-4o",
                 "custom_llm_provider": "openai", "response_cost": "%s"}
                """
                        .formatted(cost);
        Mapped mapped =
                new Sources(Clock.systemUTC())
                        .liteLlm(body.getBytes(StandardCharsets.UTF_8), Caller.ANYONE);
        assertThat(mapped.rejected()).isEqualTo(1);
        assertThat(mapped.records().get(0).headers())
                .containsEntry("code", code)
                .containsEntry("topic", "intake");
    }

    @Test
    void anEmbeddingOfOpenInferenceIsACall_itsWrapperWithoutTokensIsNot() throws Exception {
        String kind = "openinference.span.kind=EMBEDDING";
        TaskEvent call =
                call(
                        "openinference.instrumentation.openai",
                        "CreateEmbeddings",
                        kind,
                        "embedding.model_name=text-embedding-3-small",
                        "llm.token_count.prompt=7");
        assertThat(call.model()).isEqualTo("text-embedding-3-small");
        assertThat(span("openinference.instrumentation.llama_index", "embed", kind))
                .extracting(Fragment::role)
                .containsExactly(Fragment.Role.STEP);
    }

    @Test
    void googleAdkForPython_reportsCachedTokensAndThoughtsInItsResponse() throws Exception {
        TaskEvent call =
                call(
                        "gcp.vertex.agent",
                        "call_llm",
                        "gen_ai.system=gcp.vertex.agent",
                        "gen_ai.request.model=gemini-2.5-pro",
                        "gen_ai.usage.input_tokens=21000",
                        "gen_ai.usage.output_tokens=60",
                        ANSWER);
        assertThat(call.tokens().cachedInput()).isEqualTo(20_000);
        assertThat(call.tokens().output()).isEqualTo(101);
        assertThat(span("gcp.vertex.agent", "execute_tool x", "gen_ai.operation.name=execute_tool"))
                .extracting(Fragment::role)
                .containsExactly(Fragment.Role.TOOL);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "AI SDK 5, Anthropic | ai | ai.operationId=ai.generateText.doGenerate"
                        + " ai.model.provider=anthropic.messages ai.usage.inputTokens=5000"
                        + " ai.usage.cachedInputTokens=3000 | 8000 | 3000 | -1",
                "AI SDK 6, Anthropic | ai | ai.operationId=ai.generateText.doGenerate"
                        + " ai.model.provider=anthropic.messages ai.usage.inputTokens=8000"
                        + " ai.usage.cachedInputTokens=3000"
                        + " ai.usage.inputTokenDetails.noCacheTokens=5000 | 8000 | 3000 | -1",
                "AI SDK 5, OpenAI | ai | ai.operationId=ai.generateText.doGenerate"
                        + " ai.model.provider=openai.responses ai.usage.inputTokens=8000"
                        + " ai.usage.cachedInputTokens=3000 | 8000 | 3000 | -1",
                "AI SDK, embedding | ai | ai.operationId=ai.embed.doEmbed"
                        + " ai.model.provider=openai.embedding ai.usage.tokens=7 | 7 | -1 | -1",
                "Strands, Bedrock | strands.telemetry.tracer | gen_ai.operation.name=chat"
                        + " gen_ai.request.model=us.anthropic.claude-sonnet-4-6"
                        + " gen_ai.usage.input_tokens=900 gen_ai.usage.cache_read_input_tokens=300"
                        + " gen_ai.usage.cache_write_input_tokens=800 | 2000 | 300 | 800",
                "Pydantic AI | pydantic-ai | gen_ai.operation.name=chat"
                        + " gen_ai.usage.input_tokens=900"
                        + " gen_ai.usage.details.cache_read_tokens=300"
                        + " gen_ai.usage.details.cache_write_tokens=100 | 900 | 300 | 100",
            })
    void tokensAreThoseOfTheBill(
            String client, String scope, String attributes, long input, long cached, long written)
            throws Exception {
        TaskEvent call = call(scope, "call", attributes.split(" "));
        assertThat(call.tokens().input()).as(client).isEqualTo(input);
        assertThat(call.tokens().cachedInput()).as(client).isEqualTo(cached);
        assertThat(call.tokens().cacheWrite()).as(client).isEqualTo(written);
    }

    @ParameterizedTest
    @CsvSource({
        "google.generative-ai, 200, 150, '', 350", // version 5
        "google.generative-ai, 200, 250, '', 450",
        "google.vertex.chat, 200, 150, '', 350",
        "google.generative-ai, 350, 150, 150, 350", // version 6
        "openai.responses, 350, 150, '', 350",
    })
    void theOutputOfTheAiSdk_includesThoughts(
            String provider, long reported, long reasoning, String inDetails, long output)
            throws Exception {
        TaskEvent call =
                call(
                        "ai",
                        "call",
                        "ai.operationId=ai.generateText.doGenerate",
                        "ai.model.provider=" + provider,
                        "ai.usage.inputTokens=1000",
                        "ai.usage.outputTokens=" + reported,
                        "ai.usage.reasoningTokens=" + reasoning,
                        "ai.usage.outputTokenDetails.reasoningTokens=" + inDetails);
        assertThat(call.tokens().output()).isEqualTo(output);
        assertThat(call.tokens().reasoning()).isEqualTo(reasoning);
    }

    @ParameterizedTest
    @CsvSource({
        "google.vertex.chat, gcp.vertex_ai",
        "vertex.anthropic.messages, gcp.vertex_ai",
        "openai.embedding, openai",
        "AWS, aws.bedrock",
    })
    void providersHaveOneName(String reported, String provider) throws Exception {
        TaskEvent call =
                call("x", "chat", "gen_ai.operation.name=chat", "gen_ai.system=" + reported);
        assertThat(call.provider()).isEqualTo(provider);
    }

    @ParameterizedTest
    @CsvSource({
        "openai.RateLimitError, no message, rate_limit",
        "litellm.exceptions.ContextWindowExceededError, no message, context_length",
        "Exception, Error code: 503 - {}, server_error",
    })
    void theExceptionOfASpanIsItsError(String type, String message, String error) throws Exception {
        String status =
                ("status \"status\":{\"code\":2},\"events\":[{\"name\":\"exception\","
                                + "\"attributes\":[%s,%s]}]")
                        .formatted(
                                attribute("exception.type=" + type),
                                attribute("exception.message=" + message));
        assertThat(call("x", "chat", "gen_ai.operation.name=chat", status).errorType())
                .isEqualTo(error);
    }

    /**
     * Quarkus records the exception and sets no status; Agno sets OK before it calls, after which
     * the SDK ignores another status. An exception that was handled leaves the answer.
     */
    @ParameterizedTest
    @CsvSource({
        "io.quarkus.opentelemetry, 0, '', rate_limit",
        "openinference.instrumentation.agno, 1, '', rate_limit",
        "openinference.instrumentation.langchain, 1, '', ''",
        "io.quarkus.opentelemetry, 0, 900, ''",
        "openinference.instrumentation.agno, 1, 900, ''",
    })
    void anExceptionWithoutAnAnswerIsAFailure_whateverTheStatus(
            String scope, int status, String input, String error) throws Exception {
        String exception =
                "status \"status\":{\"code\":%d},\"events\":[{\"attributes\":[%s]}]"
                        .formatted(status, attribute("exception.type=RateLimitException"));
        String tokens = "gen_ai.usage.input_tokens=" + input;
        TaskEvent call = call(scope, "completion", "gen_ai.operation.name=chat", tokens, exception);
        assertThat(call.errorType()).isEqualTo(error);
    }

    /** An agent goes on after many exceptions; one that ended it has set a status. */
    @ParameterizedTest
    @CsvSource({
        "my.app, 0, TASK_COMPLETED",
        "my.app, 2, TASK_FAILED",
        "io.quarkus.opentelemetry, 0, TASK_FAILED",
        "openinference.instrumentation.agno, 1, TASK_FAILED",
    })
    void anExceptionThatAnAgentHandledIsNoFailureOfItsTask(
            String scope, int status, EventType ending) throws Exception {
        String exception =
                "status \"status\":{\"code\":%d},\"events\":[{\"attributes\":[%s]}]"
                        .formatted(status, attribute("exception.type=RateLimitException"));
        List<Fragment> agent =
                span(scope, "agent", "gen_ai.operation.name=invoke_agent", exception);
        assertThat(agent.get(0).event().type()).isEqualTo(ending);
    }

    @Test
    void aToolWithAnExceptionAndWithoutAStatusHasFailed() throws Exception {
        String exception =
                "status \"events\":[{\"attributes\":[%s]}]"
                        .formatted(attribute("exception.type=java.io.IOException"));
        List<Fragment> tool =
                span(
                        "io.quarkus.opentelemetry",
                        "langchain4j.tools.search",
                        "gen_ai.operation.name=execute_tool",
                        exception);
        assertThat(tool.get(0).event().errorType()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "openinference.instrumentation.openai_agents, true",
        "@arizeai/openinference-instrumentation-openai-agents, true",
        "openinference.instrumentation.crewai, false",
    })
    void theStatusOfTheOpenAiAgentsSdk_isAlwaysOk(String scope, boolean isUnset) throws Exception {
        String status = "status \"status\":{\"code\":1}";
        List<Fragment> agent = span(scope, "run", "openinference.span.kind=AGENT", status);
        assertThat(agent).extracting(Fragment::isOutcomeUnset).containsExactly(isUnset);
    }

    /** Some senders write empty texts, and the fields of JSON have no order. */
    @Test
    void anEmptyMessageOfTheStatus_leavesThatOfTheException() throws Exception {
        String status =
                "status \"events\":[{\"attributes\":[%s]}],\"status\":{\"code\":2,\"message\":\"\"}"
                        .formatted(attribute("exception.message=Error code: 429 - {}"));
        assertThat(call("x", "chat", "gen_ai.operation.name=chat", status).errorType())
                .isEqualTo("rate_limit");
    }

    @ParameterizedTest
    @ValueSource(strings = {"codex_otel::otel_event_manager", "codex_otel.log_only"})
    void codexIsRecognisedByTheTargetsOfItsVersions(String scope) throws Exception {
        assertThat(codexLog(scope, 0))
                .extracting(f -> f.event().tokens().input())
                .containsExactly(21_011L);
    }

    /** Some clients send 1 where they have no time. */
    @Test
    void aLogWithoutASensibleTime_hasTheTimeAtWhichItWasObserved() throws Exception {
        assertThat(codexLog("codex_otel.log_only", 1))
                .extracting(f -> f.event().timeMillis())
                .containsExactly(1_764_230_400_000L);
    }

    private static List<Fragment> codexLog(String scope, long nanos) throws Exception {
        String body =
                """
                {"resourceLogs":[{"scopeLogs":[{"scope":{"name":"%s"},"logRecords":[{
                 "timeUnixNano":"%d",
                 "observedTimeUnixNano":"1764230400000000000","attributes":[%s]}]}]}]}
                """
                        .formatted(
                                scope,
                                nanos,
                                Stream.of(
                                                "event.name=codex.sse_event",
                                                "event.kind=response.completed",
                                                "conversation.id=c1",
                                                "input_token_count=21011",
                                                "output_token_count=5",
                                                "model=gpt-5-codex")
                                        .map(SpanVariantsTest::attribute)
                                        .collect(Collectors.joining(",")));
        return fragments(body.getBytes(StandardCharsets.UTF_8), TelemetrySignal.LOGS);
    }

    private static Fragment untimed(String field, String scope, String name, String... attributes)
            throws Exception {
        String body =
                body(scope, name, attributes)
                        .replaceFirst("(\"%s\":)\"[0-9]+\"".formatted(field), "$1\"1\"");
        List<Fragment> fragments =
                fragments(body.getBytes(StandardCharsets.UTF_8), TelemetrySignal.TRACES);
        assertThat(fragments).hasSize(1);
        return fragments.get(0);
    }

    @ParameterizedTest
    @CsvSource({
        "app,run,gen_ai.operation.name=invoke_agent",
        "codex,session_task.turn,thread.id=t",
    })
    void aSpanThatStartsIn1970_hasAnUnknownStart_andItsEndCounts(
            String scope, String name, String attribute) throws Exception {
        Fragment fragment = untimed("startTimeUnixNano", scope, name, attribute);
        assertThat(fragment.startMillis()).isEqualTo(TaskEvent.ABSENT);
        assertThat(fragment.event())
                .returns((long) TaskEvent.ABSENT, TaskEvent::durationMillis)
                .returns(1_764_230_401_000L, TaskEvent::timeMillis);
    }

    @Test
    void aStepThatEndsIn1970_stillLinksItsChildren() throws Exception {
        Fragment step =
                untimed(
                        "endTimeUnixNano",
                        "com.anthropic.claude_code.tracing",
                        "claude_code.llm_request");
        assertThat(step.role()).isEqualTo(Fragment.Role.STEP);
        assertThat(step.event()).isNull();
    }

    @Test
    void aTextThatIsCutWithinACharacter_refusesNothing() throws Exception {
        var request = ExportTraceServiceRequest.newBuilder();
        var span =
                request.addResourceSpansBuilder()
                        .addScopeSpansBuilder()
                        .addSpansBuilder()
                        .setTraceId(ByteString.fromHex(TRACE))
                        .setSpanId(ByteString.fromHex("00000000000000b1"))
                        .setParentSpanId(ByteString.fromHex("00000000000000a1"))
                        .setStartTimeUnixNano(1_764_230_401_000_000_000L)
                        .setEndTimeUnixNano(1_764_230_400_000_000_000L);
        span.addAttributesBuilder()
                .setKey("gen_ai.operation.name")
                .getValueBuilder()
                .setStringValue("chat");
        span.addAttributesBuilder()
                .setKey("prompt")
                .getValueBuilder()
                .setStringValue("an emoji ???");
        byte[] body = request.build().toByteArray();
        int at = new String(body, StandardCharsets.ISO_8859_1).indexOf("???");
        System.arraycopy("\uD83D\uDE00".getBytes(StandardCharsets.UTF_8), 0, body, at, 3);
        Mapped mapped =
                new Sources(Clock.systemUTC())
                        .otlp(TelemetrySignal.TRACES, false, body, Caller.ANYONE);
        assertThat(mapped.rejected()).isZero();
        TaskEvent call =
                FragmentCodec.decode(mapped.records().get(0).value(), new EventDecoder()).event();
        assertThat(call.durationMillis()).as("its clock was set back").isEqualTo(TaskEvent.ABSENT);
    }

    @Test
    void liteLlmForAnthropic_reportsTheInputWithoutTheWrittenTokens() throws Exception {
        String payload =
                """
                {"id":"x","status":"success","model":"claude-sonnet-4-6","prompt_tokens":30946,
                 "completion_tokens":5,"startTime":1764230399.25,"endTime":1764230400.5,
                 "response_cost":NaN,
                 "custom_llm_provider":"anthropic","metadata":{"usage_object":
                 {"cache_read_input_tokens":30940,"cache_creation_input_tokens":460}}}
                """;
        Mapped mapped =
                new Sources(Clock.systemUTC())
                        .liteLlm(payload.getBytes(StandardCharsets.UTF_8), Caller.ANYONE);
        assertThat(mapped.rejection()).isEmpty();
        TaskEvent call = new EventDecoder().decode(mapped.records().get(0).value());
        assertThat(call.timeMillis()).isEqualTo(1_764_230_400_500L);
        assertThat(call.durationMillis()).isEqualTo(1_250);
        assertThat(call.tokens().input()).isEqualTo(31_406);
        assertThat(call.costNanos()).isEqualTo(TaskEvent.ABSENT);
    }
}
