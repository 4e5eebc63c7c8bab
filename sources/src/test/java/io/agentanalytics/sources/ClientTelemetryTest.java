package io.agentanalytics.sources;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.EventDecoder;
import io.agentanalytics.contract.Fragment;
import io.agentanalytics.contract.FragmentCodec;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Odd but legal telemetry of each client: missing values, numbers as texts, nested attributes. */
class ClientTelemetryTest {
    private static final String TIMES =
            "'traceId':'0af7651916cd43dd8448eb211c80319c','spanId':'b7ad6b7169203331',"
                    + "'parentSpanId':'00f067aa0ba902b7','startTimeUnixNano':'1764230400000000000',"
                    + "'endTimeUnixNano':'1764230401500000000'";

    private final Sources sources = new Sources(Clock.systemUTC());

    /** Maps a log record with attributes in the form {@code name=value}, quoted if it is a text. */
    private Mapped log(String service, String scope, String name, String attributes)
            throws Exception {
        String body =
                "{'resourceLogs':[{'resource':{'attributes':[%s]},'scopeLogs':[{'scope':"
                        + "{'name':'%s'},'logRecords':[{%s,'attributes':[%s,%s]}]}]}]}";
        return otlp(
                TelemetrySignal.LOGS,
                body.formatted(
                        attribute("service.name='" + service + "'"),
                        scope,
                        TIMES,
                        attribute("event.name='" + name + "'"),
                        attributes(attributes)));
    }

    private Mapped span(String scope, String attributes) throws Exception {
        String body =
                "{'resourceSpans':[{'scopeSpans':[{'scope':{'name':'%s'},'spans':[{"
                        + "'name':'chat',%s,'attributes':[%s]}]}]}]}";
        return otlp(TelemetrySignal.TRACES, body.formatted(scope, TIMES, attributes(attributes)));
    }

    private Mapped otlp(TelemetrySignal signal, String json) throws Exception {
        return sources.otlp(signal, true, bytes(json), Caller.ANYONE);
    }

    private static byte[] bytes(String json) {
        return json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    private static String attributes(String list) {
        List<String> encoded = new ArrayList<>();
        for (String one : list.split(" ", -1)) {
            encoded.add(attribute(one));
        }
        return String.join(",", encoded);
    }

    private static String attribute(String text) {
        int at = text.indexOf('=');
        String value = text.substring(at + 1);
        String kind =
                value.startsWith("'")
                        ? "stringValue"
                        : value.startsWith("[")
                                ? "arrayValue"
                                : value.startsWith("{")
                                        ? "kvlistValue"
                                        : value.contains(".") ? "doubleValue" : "intValue";
        return "{'key':'%s','value':{'%s':%s}}"
                .formatted(text.substring(0, at), kind, wrapped(value));
    }

    private static String wrapped(String value) {
        if (value.startsWith("[")) {
            return "{'values':[{'stringValue':'%s'}]}".formatted(value.replaceAll("[\\[\\]]", ""));
        }
        return value.startsWith("{") ? "{'values':[{'key':'a','value':{'intValue':1}}]}" : value;
    }

    /** Returns the first event, whether it is in a fragment or not. */
    private static TaskEvent event(Mapped mapped) throws Exception {
        assertThat(mapped.rejection()).isEmpty();
        Outgoing first = mapped.records().get(0);
        EventDecoder decoder = new EventDecoder();
        if (first.topic().equals(Topics.SPANS)) {
            Fragment fragment = FragmentCodec.decode(first.value(), decoder);
            return fragment.event();
        }
        return decoder.decode(first.value());
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                // Numbers as numbers, as texts and with a fraction of zero.
                "input_tokens=10 cache_read_tokens=100 cache_creation_tokens=20 output_tokens=5,"
                        + " 130, 100, 20, 5",
                "input_tokens='10' cache_read_tokens='100' cache_creation_tokens='20'"
                        + " output_tokens='5', 130, 100, 20, 5",
                "input_tokens=10.0 output_tokens=5.0, 10, -1, -1, 5",
                // Unknown is not zero.
                "duration_ms=7, -1, -1, -1, -1",
                "output_tokens=5, -1, -1, -1, 5",
                "cache_read_tokens=100 output_tokens=5, -1, 100, -1, 5",
                "input_tokens=0 cache_read_tokens=0 output_tokens=0, 0, 0, -1, 0",
                "input_tokens='' output_tokens=NaN, -1, -1, -1, -1",
            })
    void claudeCode_tokens(String attributes, long input, long cached, long written, long output)
            throws Exception {
        String numbers = attributes.replace("NaN", "'NaN'");
        TaskEvent call =
                event(
                        log(
                                "claude-code",
                                "com.anthropic.claude_code.events",
                                "api_request",
                                "prompt.id='p' model='claude-opus-4-5[1m]' " + numbers));
        assertThat(call.model()).isEqualTo("claude-opus-4-5");
        assertThat(call.provider()).isEqualTo("anthropic");
        assertThat(call.tokens().input()).isEqualTo(input);
        assertThat(call.tokens().cachedInput()).isEqualTo(cached);
        assertThat(call.tokens().cacheWrite()).isEqualTo(written);
        assertThat(call.tokens().output()).isEqualTo(output);
    }

    /** A refusal is a record of its own, before that of the request, which has the tokens. */
    @ParameterizedTest
    @CsvSource({
        "false, r1, content_filter",
        "'', r1, content_filter",
        "true, r1, ''",
        "'', r2, ''"
    })
    void claudeCode_aRefusedRequestIsAFailure_itsTokensCount(
            String isHop, String refused, String error) throws Exception {
        String hop = isHop.isEmpty() ? "attempt=1" : "server_fallback_hop='" + isHop + "'";
        String refusal =
                "{%s,'attributes':[%s]}"
                        .formatted(
                                TIMES,
                                attributes(
                                        "event.name='api_refusal' prompt.id='p' request_id='%s' %s"
                                                .formatted(refused, hop)));
        String request =
                "{%s,'attributes':[%s]}"
                        .formatted(
                                TIMES,
                                attributes(
                                        "event.name='api_request' prompt.id='p' request_id='r1'"
                                                + " input_tokens=900 output_tokens=1"));
        String body =
                "{'resourceLogs':[{'scopeLogs':[{'scope':{'name':'com.anthropic.claude_code.events'"
                        + "},'logRecords':[%s,%s]}]}]}";
        Mapped mapped = otlp(TelemetrySignal.LOGS, body.formatted(refusal, request));
        mapped.records().removeIf(record -> record.topic().equals(Topics.SPANS));
        TaskEvent call = event(mapped);
        assertThat(call.errorType()).isEqualTo(error);
        assertThat(call.tokens().input()).isEqualTo(900);
    }

    @Test
    void claudeCode_aSubAgentWithoutAnId_doesNotEndItsPrompt() throws Exception {
        String scope = "com.anthropic.claude_code.events";
        String completed = "subagent_completed";
        assertThat(log("claude-code", scope, completed, "prompt.id='p'").records()).isEmpty();
        Mapped named = log("claude-code", scope, completed, "prompt.id='p' agent_id='a'");
        assertThat(event(named).taskId()).isEqualTo("p/a");
    }

    @Test
    void claudeCode_thePromptHasTheSpanOfItsRecords() throws Exception {
        Mapped mapped =
                log(
                        "claude-code",
                        "com.anthropic.claude_code.events",
                        "user_prompt",
                        "prompt.id='p'");
        Outgoing last = mapped.records().get(mapped.records().size() - 1);
        Fragment prompt = FragmentCodec.decode(last.value(), new EventDecoder());
        assertThat(prompt.role()).isEqualTo(Fragment.Role.PROMPT);
        assertThat(prompt.id()).isEqualTo("b7ad6b7169203331");
        assertThat(prompt.name()).isEqualTo("p");
    }

    /** The intake promises it: the duration is unknown, the call counts. */
    @ParameterizedTest
    @CsvSource({"-1, -1", "'1e12', -1", "604800001, -1", "604800000, 604800000", "1.5, 2", "x, -1"})
    void aDurationThatIsNotValidIsUnknown_andTheCallCounts(String reported, long millis)
            throws Exception {
        for (String name : List.of("duration_ms", "ttft_ms")) {
            TaskEvent call =
                    event(
                            log(
                                    "claude-code",
                                    "com.anthropic.claude_code.events",
                                    "api_request",
                                    "prompt.id='p' model='m' %s='%s'".formatted(name, reported)));
            assertThat(Math.max(call.durationMillis(), call.timeToFirstTokenMillis()))
                    .as(name)
                    .isEqualTo(millis);
        }
    }

    @Test
    void aSpanWithAnImpossibleStart_hasNoDuration() throws Exception {
        for (String start : List.of("0", "1", "9223372036854775807", "18446744073709551615")) {
            String body =
                    "{'resourceSpans':[{'scopeSpans':[{'scope':{'name':'x'},'spans':[{'name':'c',"
                            + TIMES.replace("1764230400000000000", start)
                            + ",'attributes':[%s]}]}]}]}";
            TaskEvent call =
                    event(
                            otlp(
                                    TelemetrySignal.TRACES,
                                    body.formatted(attributes("gen_ai.operation.name='chat'"))));
            assertThat(call.durationMillis()).as(start).isEqualTo(TaskEvent.ABSENT);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "gen_ai.usage.input_tokens={a} | wrong_type",
                "gen_ai.usage.input_tokens=[5] | wrong_type",
                "gen_ai.usage.output_tokens=true | wrong_type",
                "gen_ai.usage.output_tokens='-0' |",
                "gen_ai.usage.output_tokens='007' |",
                "gen_ai.usage.output_tokens=1000000001 | out_of_range",
                "gen_ai.response.finish_reasons=[stop] |",
                "gen_ai.request.model={a} |",
                "some.new.attribute={a} |",
            })
    void nestedAndUnusualValues_areNumbersOrRejected(String attribute, String code)
            throws Exception {
        Mapped mapped =
                span(
                        "app",
                        "gen_ai.operation.name='chat' " + attribute.replace("=true", "='true'"));
        if (code == null) {
            assertThat(event(mapped).errorType()).isEmpty();
        } else {
            assertThat(mapped.rejected()).isEqualTo(1);
            assertThat(mapped.records().get(0).headers()).containsEntry("code", code);
        }
    }

    @Test
    void codex_usageWithoutAConversation_isADeadLetter() throws Exception {
        Mapped mapped =
                log(
                        "codex_cli_rs",
                        "codex_otel",
                        "codex.sse_event",
                        "event.kind='response.completed' input_token_count='100'"
                                + " output_token_count='5'");
        assertThat(mapped.rejected()).isEqualTo(1);
        assertThat(mapped.records().get(0).headers()).containsEntry("code", "missing_field");
    }

    private Mapped codex(String event, String attributes) throws Exception {
        return log(
                "codex_cli_rs",
                "codex_otel.log_only",
                "codex." + event,
                "conversation.id='c' model='gpt-5.2' " + attributes);
    }

    @ParameterizedTest
    @CsvSource({"priority, priority", "fast, priority", "flex, flex", "default, default"})
    void codex_theServiceTierDeterminesThePrice(String reported, String tier) throws Exception {
        Mapped mapped =
                codex(
                        "sse_event",
                        "event.kind='response.completed' input_token_count='100'"
                                + " output_token_count='5' service_tier='%s'".formatted(reported));
        assertThat(event(mapped).serviceTier()).isEqualTo(tier);
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 0", "100, 0, 1", "0, 5, 1"})
    void codex_aRequestThatOpensAWebSocketInAdvanceIsNoCall(int input, int output, int calls)
            throws Exception {
        Mapped mapped =
                codex(
                        "sse_event",
                        "event.kind='response.completed' input_token_count='%d'".formatted(input)
                                + " output_token_count='%d'".formatted(output));
        assertThat(mapped.records()).hasSize(calls);
    }

    /** A request that was not sent breaks its stream, and that is the failure that counts. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "websocket_request | success='true' duration_ms='20' | ACCEPTED |",
                "websocket_request | success='false' error.message='closed' | |",
                "websocket_connect | success='true' duration_ms='20' | |",
                "websocket_connect | success='false' http.response.status_code=429"
                        + " error.message='429' | TURN | rate_limit",
                "websocket_connect | success='false' error.message='timeout:' | TURN | timeout",
                "websocket_connect | success='false' http.response.status_code=426"
                        + " error.message='426' | |",
            })
    void codex_overAWebSocket(String name, String attributes, Fragment.Role role, String error)
            throws Exception {
        Mapped mapped = codex(name, attributes);
        assertThat(mapped.records()).hasSize(role == null ? 0 : 1);
        if (role != null) {
            Fragment made =
                    FragmentCodec.decode(mapped.records().get(0).value(), new EventDecoder());
            assertThat(made.role()).isEqualTo(role);
            assertThat(made.event() == null ? null : made.event().errorType()).isEqualTo(error);
        }
    }

    @ParameterizedTest
    @CsvSource({
        // Input, output, thoughts, results of tools, total; input and output of the bill.
        "1000, 300, 200, 4000, 5500, 5000, 500",
        "1000, 500, 200, 4000, 5500, 5000, 500", // the output includes the thoughts
        "5000, 300, 200, 4000, 5500, 5000, 500", // the input includes the results
        "1000, 300, '', 4000, 5300, 5000, 300",
        "1000, 300, 200, 0, 1500, 1000, 500",
    })
    void gemini_resultsOfItsToolsAreInput(
            String in,
            String out,
            String thoughts,
            String tools,
            String total,
            long input,
            long output)
            throws Exception {
        String numbers =
                "input_token_count=%s output_token_count=%s thoughts_token_count='%s'"
                        + " tool_token_count=%s total_token_count=%s";
        TaskEvent call =
                event(
                        log(
                                "gemini-cli",
                                "gemini-cli",
                                "gemini_cli.api_response",
                                "prompt_id='p' model='gemini-2.5-pro' "
                                        + numbers.formatted(in, out, thoughts, tools, total)));
        assertThat(call.tokens().input()).isEqualTo(input);
        assertThat(call.tokens().output()).isEqualTo(output);
    }

    @ParameterizedTest
    @CsvSource({
        "gemini-cli, gemini_cli.api_response, 100, 30, 20, 150, 50", // thoughts beside the output
        "gemini-cli, gemini_cli.api_response, 100, 50, 20, 150, 50", // thoughts within it
        "gemini-cli, gemini_cli.api_response, 100, 30, 0, 130, 30",
        "gemini-cli, gemini_cli.api_response, 100, 30, '', '', 30",
        "qwen-code, qwen-code.api_response, 100, 30, 20, 150, 50",
    })
    void gemini_theTotalTellsWhetherThoughtsAreOutput(
            String service,
            String name,
            String in,
            String out,
            String thoughts,
            String total,
            long output)
            throws Exception {
        String numbers =
                "input_token_count=%s output_token_count='%s' thoughts_token_count='%s'"
                        + " total_token_count='%s'";
        TaskEvent call =
                event(
                        log(
                                service,
                                service,
                                name,
                                "prompt_id='p' model='gemini-2.5-pro' "
                                        + numbers.formatted(in, out, thoughts, total)));
        assertThat(call.tokens().input()).isEqualTo(100);
        assertThat(call.tokens().output()).isEqualTo(output);
    }

    @ParameterizedTest
    @CsvSource({
        "gemini-cli, gemini_cli.api_response, s1########3, main, s1########3",
        "gemini-cli, gemini_cli.api_response, k3x9ab#0, subagent, s1/k3x9ab",
        "gemini-cli, gemini_cli.api_response, k3x9ab#1, subagent, s1/k3x9ab",
        "gemini-cli, gemini_cli.api_response, 8f3a2b, main, 8f3a2b", // not interactive
        "gemini-cli, gemini_cli.api_response, session-summary-generation, x, s1",
        "gemini-cli, gemini_cli.api_response, k3x9ab, utility_summarizer, s1",
        "qwen-code, qwen-code.api_response, s1########3, main, s1########3",
        "qwen-code, qwen-code.api_response, s1#helper-1a2b3c4d#0, x, s1/helper-1a2b3c4d",
        "qwen-code, qwen-code.api_response, s1#helper-1a2b3c4d#1, x, s1/helper-1a2b3c4d",
    })
    void gemini_theTurnsOfASubAgentAreOneTask(
            String service, String name, String prompt, String role, String task) throws Exception {
        TaskEvent call =
                event(
                        log(
                                service,
                                service,
                                name,
                                "session.id='s1' model='gemini-2.5-pro' prompt_id='%s' role='%s'"
                                        .formatted(prompt, role)));
        assertThat(call.taskId()).isEqualTo(task);
    }

    @ParameterizedTest
    @CsvSource({
        "claude-code, com.anthropic.claude_code.events, event_of_tomorrow",
        "codex_cli_rs, codex_otel, codex.event_of_tomorrow",
        "codex_cli_rs, codex_otel, codex.sse_event", // without a kind
        "gemini-cli, gemini-cli, gemini_cli.event_of_tomorrow",
        "qwen-code, qwen-code, gemini_cli.api_response", // of its ancestor
        "other, scope.of.tomorrow, api_request",
    })
    void unknownEvents_areCountedAsNotUsed(String service, String scope, String name)
            throws Exception {
        Mapped mapped =
                log(service, scope, name, "session.id='s' conversation.id='c' prompt.id='p'");
        assertThat(mapped.records()).isEmpty();
        assertThat(mapped.tallies().keySet())
                .extracting(TallyKey::outcome)
                .containsExactly(TallyKey.NOT_USED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'status':'success','response_cost':0.5 | -1 | 500000000 | ''",
                "'status':'success','response_cost':null,'prompt_tokens':'7' | 7 | -1 | ''",
                "'status':'success','response_cost':0.0,'prompt_tokens':7 | 7 | -1 | ''",
                "'status':'success','cache_hit':true,'response_cost':0.5 | -1 | 0 | ''",
                "'status':'success','metadata':[1],'prompt_tokens':7.0 | 7 | -1 | ''",
                "'status':'failure','error_information':{'error_code':429} | -1 | -1 | rate_limit",
                "'status':'failure','error_information':{'error_code':'400',"
                        + "'error_class':'ContextWindowExceededError'} | -1 | -1 | context_length",
                "'status':'failure','error_information':{'error_code':'429',"
                        + "'error_class':'RateLimitError','error_message':"
                        + "'insufficient_quota'} | -1 | -1 | quota",
                "'status':'failure','error_information':{'error_code':'400',"
                        + "'error_class':'BadRequestError'} | -1 | -1 | invalid_request",
                "'status':'failure','error_information':null | -1 | -1 | other",
            })
    void liteLlm_payloads(String fields, long input, long cost, String error) throws Exception {
        Mapped mapped =
                sources.liteLlm(
                        bytes(
                                "{'id':'i','endTime':1764230401,'model':'openai/gpt-4o',"
                                        + fields
                                        + "}"),
                        Caller.ANYONE);
        TaskEvent call = event(mapped);
        assertThat(call.model()).isEqualTo("gpt-4o");
        assertThat(call.tokens().input()).isEqualTo(input);
        assertThat(call.costNanos()).isEqualTo(cost);
        assertThat(call.errorType()).isEqualTo(error.replace("''", ""));
    }

    @ParameterizedTest
    @CsvSource({
        "acompletion, 1",
        "aresponses, 1",
        "anthropic_messages, 1",
        "agenerate_content, 1",
        "acompact_responses, 1",
        "aget_responses, 0",
        "adelete_responses, 0",
        "alist_input_items, 0",
        "afile_content, 0",
        "acreate_file, 0",
        "acreate_batch, 0",
        "aretrieve_batch, 1",
        "acreate_fine_tuning_job, 0",
        "call_mcp_tool, 0",
    })
    void liteLlm_aRetrievedResponseIsNoSecondCall(String type, int calls) throws Exception {
        Mapped mapped =
                sources.liteLlm(
                        bytes(
                                "{'id':'i','status':'success','endTime':1764230401,'model':'m',"
                                        + "'response_cost':0.5,'call_type':'%s'}".formatted(type)),
                        Caller.ANYONE);
        // The job ends the trace after a silence, for which it needs the call as an activity.
        assertThat(mapped.records())
                .extracting(Outgoing::topic)
                .isEqualTo(calls == 0 ? List.of() : List.of(Topics.TASK_EVENTS, Topics.SPANS));
        assertThat(mapped.received()).isOne();
    }

    /** Polls of a batch that runs have no usage; all polls have its id. */
    @ParameterizedTest
    @CsvSource({
        "success, 0, 0.0, 0",
        "failure, 0, 0.0, 0",
        "success, 900, 0.5, 1",
        "success, 0, 0.5, 1",
        "success, 900, 0.0, 1",
    })
    void liteLlm_aBatchIsACallOnceItHasUsage(String status, int tokens, double cost, int calls)
            throws Exception {
        String payload =
                "{'id':'batch_1','status':'%s','endTime':1764230401,'startTime':1764230400,"
                        + "'model':'','prompt_tokens':%d,'response_cost':%s,"
                        + "'call_type':'aretrieve_batch',"
                        + "'hidden_params':{'batch_models':['gpt-4o-mini']}}";
        Mapped mapped =
                sources.liteLlm(bytes(payload.formatted(status, tokens, cost)), Caller.ANYONE);
        assertThat(mapped.records())
                .filteredOn(record -> record.topic().equals(Topics.TASK_EVENTS))
                .hasSize(calls);
        if (calls == 1) {
            TaskEvent call = event(mapped);
            assertThat(call.eventId()).isEqualTo("ll/batch_1/success");
            assertThat(call.model()).isEqualTo("gpt-4o-mini");
            assertThat(call.durationMillis()).as("of the poll").isEqualTo(TaskEvent.ABSENT);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"10000.000000001", "10000000000", "18446744074", "-1"})
    void liteLlm_costsOutOfRange_areRejected(String cost) throws Exception {
        Mapped mapped =
                sources.liteLlm(
                        bytes(
                                "{'id':'i','status':'success','endTime':1764230401,'model':'m',"
                                        + "'response_cost':"
                                        + cost
                                        + "}"),
                        Caller.ANYONE);
        assertThat(mapped.rejected()).isOne();
    }

    @Test
    void ofAList_onlyTheBadElementsAreRejected() throws Exception {
        String good = "{'id':'%s','status':'success','endTime':1764230401,'model':'m'}";
        Mapped mapped =
                sources.liteLlm(
                        bytes(
                                "["
                                        + good.formatted("a")
                                        + ",{'id':'b'},7,"
                                        + good.formatted("c")
                                        + "]"),
                        Caller.ANYONE);
        assertThat(mapped.received()).isEqualTo(4);
        assertThat(mapped.rejected()).isEqualTo(2);
        assertThat(mapped.records())
                .extracting(Outgoing::topic)
                .containsExactly(
                        Topics.TASK_EVENTS,
                        Topics.SPANS,
                        Topics.DEAD_LETTERS,
                        Topics.DEAD_LETTERS,
                        Topics.TASK_EVENTS,
                        Topics.SPANS);
    }
}
