package io.agentanalytics.local.transcripts;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cases that the recordings do not show: old versions, lost parents and damaged files. */
class TranscriptRulesTest {
    private static final Instant LATER = Instant.parse("2026-12-01T00:00:00Z");
    private static final Path CLAUDE =
            Path.of("src/test/resources/transcripts/claude-code/.claude/projects");
    private static final Path QWEN =
            Path.of("src/test/resources/transcripts/qwen-code/.qwen/projects");
    @TempDir Path directory;

    private Path file(String name, String... lines) throws IOException {
        return Files.writeString(directory.resolve(name), String.join("\n", lines) + "\n");
    }

    private static List<TaskEvent> calls(Transcripts.FoundEvents found) {
        return found.events().stream().filter(e -> e.type() == EventType.LLM_CALL).toList();
    }

    private static String answer(String id, String time, long output) {
        return """
        {"type":"assistant","timestamp":"%s","sessionId":"s","uuid":"u%s","requestId":"r%s",\
        "cwd":"/secret",\
        "message":{"id":"%s","model":"claude-opus-4-8[1m]","stop_reason":"end_turn",\
        "content":[{"type":"text","text":"secret"}],"usage":{"input_tokens":1,\
        "cache_read_input_tokens":20,"cache_creation_input_tokens":300,\
        "cache_creation":{"ephemeral_1h_input_tokens":200},"output_tokens":%d}}}"""
                .formatted(time, id, id, id, output);
    }

    private static String prompt(String uuid, String time, String text) {
        return """
        {"type":"user","timestamp":"%s","sessionId":"s","uuid":"%s","promptId":"p-%s",\
        "message":{"role":"user","content":"%s"}}"""
                .formatted(time, uuid, uuid, text);
    }

    @Test
    void damagedAndHugeLinesAreLeftOut() throws IOException {
        String huge = "x".repeat(3_000_000);
        Path file =
                file(
                        "a.jsonl",
                        "{\"type\":\"assis",
                        "\u0000\u0001 no json",
                        "[1, 2]",
                        "",
                        "{\"timestamp\":\"tomorrow\",\"type\":\"user\"}",
                        "{\"type\":\"attachment\",\"content\":\"" + huge + "\"}",
                        prompt("1", "2026-11-25T10:00:00Z", huge),
                        answer("m1", "2026-11-25T10:00:01Z", 5));
        Files.write(
                file,
                new byte[] {'{', '"', (byte) 0xff, (byte) 0xfe, '"', '}'},
                java.nio.file.StandardOpenOption.APPEND);
        var found = Transcripts.read(new ClaudeCodeReader(), List.of(file), LATER);
        assertThat(found.brokenLines()).isEqualTo(3);
        assertThat(found.events()).hasSize(3);
        TaskEvent call = calls(found).get(0);
        assertThat(call.eventId()).isEqualTo("cc/api_request/rm1");
        assertThat(call.taskId()).isEqualTo("p-1");
        assertThat(call.model()).isEqualTo("claude-opus-4-8");
        assertThat(call.tokens().input()).isEqualTo(321);
        assertThat(call.cacheWrite1hTokens()).isEqualTo(200);
    }

    @Test
    void manyResponsesOfOneId_theFullestCounts() throws IOException {
        Path one =
                file(
                        "a.jsonl",
                        prompt("1", "2026-11-25T10:00:00Z", "go"),
                        answer("m1", "2026-11-25T10:00:01Z", 1),
                        answer("m1", "2026-11-25T10:00:02Z", 700),
                        answer("m1", "2026-11-25T10:00:03Z", 1));
        var found = Transcripts.read(new ClaudeCodeReader(), List.of(one), LATER);
        assertThat(calls(found))
                .singleElement()
                .satisfies(call -> assertThat(call.tokens().output()).isEqualTo(700))
                .satisfies(
                        call ->
                                assertThat(Instant.ofEpochMilli(call.timeMillis()))
                                        .isEqualTo("2026-11-25T10:00:03Z"));
    }

    @Test
    void forkOfALostParent_isTheOnlyRecord() throws IOException {
        Path fork = CLAUDE.resolve("-home-project-a/5c7e83cd-25e2-4d90-ae22-d59716cc92a9.jsonl");
        var found = Transcripts.read(new ClaudeCodeReader(), List.of(fork), LATER);
        assertThat(calls(found)).hasSize(6);
        assertThat(found.events().stream().filter(e -> e.type() == EventType.TASK_STARTED))
                .hasSize(3);
        assertThat(found.events().stream().filter(e -> e.type().isEnding())).hasSize(3);
    }

    @Test
    void taskOfARunningSession_hasNotEnded() throws IOException {
        Path open = file("a.jsonl", prompt("1", "2026-11-25T10:00:00Z", "go"));
        Path cut =
                file(
                        "b.jsonl",
                        prompt("2", "2026-11-25T10:00:00Z", "go"),
                        answer("m2", "2026-11-25T10:00:01Z", 5).replace("end_turn", "tool_use"));
        Instant soon = Instant.parse("2026-11-25T10:05:00Z");
        assertThat(
                        Transcripts.read(new ClaudeCodeReader(), List.of(open, cut), soon)
                                .events()
                                .stream()
                                .filter(e -> e.type().isEnding()))
                .isEmpty();
        assertThat(
                        Transcripts.read(new ClaudeCodeReader(), List.of(cut), LATER)
                                .events()
                                .stream()
                                .filter(e -> e.type().isEnding()))
                .singleElement()
                .satisfies(e -> assertThat(e.type()).isEqualTo(EventType.TASK_CANCELLED))
                .satisfies(e -> assertThat(e.tags()).containsEntry("end", "silence"));
    }

    @Test
    void commandsAndInterruptionsAreNoPrompts() throws IOException {
        Path file =
                file(
                        "a.jsonl",
                        prompt("1", "2026-11-25T10:00:00Z", "<command-name>/fix</command-name>"),
                        answer("m1", "2026-11-25T10:00:01Z", 5),
                        prompt("2", "2026-11-25T10:00:02Z", "go"),
                        prompt("2", "2026-11-25T10:00:03Z", "[Request interrupted by user]"));
        var found = Transcripts.read(new ClaudeCodeReader(), List.of(file), LATER);
        assertThat(found.events().stream().filter(e -> e.type() == EventType.TASK_STARTED))
                .singleElement()
                .satisfies(e -> assertThat(e.taskId()).isEqualTo("p-2"));
        assertThat(calls(found).get(0).tags()).containsEntry("prompt", "client");
        assertThat(found.events().get(found.events().size() - 1).type())
                .isEqualTo(EventType.TASK_CANCELLED);
    }

    private static List<String> ids(Transcripts.FoundEvents found) {
        return found.events().stream().map(e -> e.taskId() + " " + e.eventId()).toList();
    }

    @Test
    void idsOfClaudeCodeAreThoseOfItsTelemetry() throws IOException {
        String subAgent = "\"isSidechain\":true,\"agentId\":\"a7\",\"sessionId\"";
        Path file =
                file(
                        "a.jsonl",
                        prompt("1", "2026-11-25T10:00:00Z", "go"),
                        answer("m1", "2026-11-25T10:00:01Z", 5),
                        // Written while the agent was at work: telemetry has no task for it.
                        prompt("2", "2026-11-25T10:00:02Z", "faster").replace("p-2", "p-1"),
                        answer("m2", "2026-11-25T10:00:03Z", 5).replace("\"sessionId\"", subAgent),
                        """
                        {"type":"system","subtype":"api_error","timestamp":"2026-11-25T10:00:04Z",\
                        "uuid":"u4","sessionId":"s","error":{"status":529,"requestId":"r9"}}""",
                        answer("m3", "2026-11-25T10:00:05Z", 5));
        assertThat(ids(Transcripts.read(new ClaudeCodeReader(), List.of(file), LATER)))
                .containsExactlyInAnyOrder(
                        "p-1 cc/prompt/p-1",
                        "p-1 cc/api_request/rm1",
                        "p-1/a7 cc/api_request/rm2",
                        "p-1/a7 cc/subagent/a7",
                        "p-1 cc/api_error/r9",
                        "p-1 cc/api_request/rm3",
                        "p-1 cc/Stop/p-1");
    }

    @Test
    void idsOfQwenCodeAreThoseOfItsTelemetry_andSubAgentsWorkForThePrompt() throws IOException {
        String session = "5a53fa52-b276-4341-a219-697190350e67";
        Path chat = QWEN.resolve("-home-project-b/chats").resolve(session + ".jsonl");
        var found = Transcripts.read(new QwenReader(), List.of(chat), LATER);
        String prompt = session + "########0";
        String helper = session + "#general-purpose-call_mock302#";
        assertThat(ids(found))
                .contains(
                        prompt + " qwen-code/prompt/" + prompt,
                        prompt + " qwen-code/chatcmpl-mock301",
                        helper + "0 qwen-code/chatcmpl-mock304",
                        helper + "2 qwen-code/chatcmpl-mock307");
        assertThat(calls(found).stream().filter(e -> e.taskId().startsWith(helper)))
                .hasSize(3)
                .allSatisfy(e -> assertThat(e.parentTaskId()).isEqualTo(prompt));
    }

    private static String count(String time, long total, long last) {
        return """
        {"timestamp":"%s","type":"event_msg","payload":{"type":"token_count","info":{\
        "total_token_usage":{"input_tokens":%d,"output_tokens":1,"total_tokens":%d},\
        "last_token_usage":{"input_tokens":%d,"output_tokens":1}}}}"""
                .formatted(time, total - 1, total, last);
    }

    private static String meta(String id, String forkedFrom) {
        return """
        {"timestamp":"2026-11-25T10:00:00Z","type":"session_meta","payload":{"id":"%s",\
        "originator":"codex_cli_rs","cwd":"/secret"%s}}"""
                .formatted(
                        id,
                        forkedFrom.isEmpty() ? "" : ",\"forked_from_id\":\"" + forkedFrom + "\"");
    }

    @Test
    void oldCodex_repeatedTotalsAndReplaysOfForksCountOnce() throws IOException {
        String context =
                "{\"timestamp\":\"2026-11-25T10:00:00Z\",\"type\":\"turn_context\",\"payload\":"
                        + "{\"model\":\"gpt-5.2\"}}";
        Path parent =
                file(
                        "b.jsonl",
                        meta("parent", ""),
                        context,
                        count("2026-11-25T10:00:01Z", 101, 100),
                        count("2026-11-25T10:00:02Z", 101, 100),
                        count("2026-11-25T10:00:03Z", 301, 200));
        Path fork =
                file(
                        "a.jsonl",
                        meta("fork", "parent"),
                        context,
                        count("2026-11-25T11:00:00Z", 101, 100),
                        count("2026-11-25T11:00:00Z", 301, 200),
                        count("2026-11-25T11:00:09Z", 701, 400));
        var found = Transcripts.read(new CodexReader(), List.of(fork, parent), LATER);
        assertThat(calls(found))
                .extracting(TaskEvent::taskId, e -> e.tokens().input(), TaskEvent::model)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("parent", 100L, "gpt-5.2"),
                        org.assertj.core.groups.Tuple.tuple("parent", 200L, "gpt-5.2"),
                        org.assertj.core.groups.Tuple.tuple("fork", 400L, "gpt-5.2"));
    }

    @Test
    void linesEndWithOrWithoutANewline() throws IOException {
        Path file = directory.resolve("a.jsonl");
        Files.writeString(file, answer("m1", "2026-11-25T10:00:01Z", 5), StandardCharsets.UTF_8);
        assertThat(calls(Transcripts.read(new ClaudeCodeReader(), List.of(file), LATER)))
                .hasSize(1);
    }

    @Test
    void aPromptOfTwoTexts_isATask_andFastModeHasItsPrice() throws IOException {
        String opened =
                prompt("1", "2026-11-25T10:00:00Z", "%")
                        .replace(
                                "\"%\"",
                                """
                                [{"type":"text","text":"<ide_opened_file>a"},\
                                {"type":"text","text":"fix it"}]""");
        String fast =
                answer("m1", "2026-11-25T10:00:01Z", 5)
                        .replace(
                                "\"input_tokens\":1,",
                                "\"speed\":\"fast\",\"service_tier\":\"standard\",\"input_tokens\":1,");
        Path file = file("a.jsonl", opened, fast);
        var found = Transcripts.read(new ClaudeCodeReader(), List.of(file), LATER);
        assertThat(found.events())
                .filteredOn(e -> e.type() == EventType.TASK_STARTED)
                .extracting(TaskEvent::taskId)
                .containsExactly("p-1");
        assertThat(calls(found).get(0).serviceTier()).isEqualTo("fast");
    }

    @Test
    void aLocalServerRepeatsIds_orHasNone_andEachCallCounts() throws IOException {
        Path file =
                file(
                        "s.jsonl",
                        response("u1", "\"response_id\":\"chatcmpl-417\","),
                        response("u2", "\"response_id\":\"chatcmpl-417\","),
                        response("u3", ""),
                        response("u4", ""));
        var found = Transcripts.read(new QwenReader(), List.of(file), LATER);
        assertThat(calls(found)).hasSize(4);
    }

    private static String response(String uuid, String id) {
        return """
        {"uuid":"%1$s","sessionId":"s","timestamp":"2026-11-25T21:12:28Z","type":"system",\
        "subtype":"ui_telemetry","systemPayload":{"uiEvent":{\
        "event.name":"qwen-code.api_response",%2$s"model":"qwen3","input_token_count":9,\
        "output_token_count":1,"prompt_id":"prompt-%1$s"}}}"""
                .formatted(uuid, id);
    }
}
