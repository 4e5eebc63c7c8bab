package io.agentanalytics.sources;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.EventDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import org.junit.jupiter.api.Test;

/** Targets of tools: equal ones within a task have equal hashes, which hold no content. */
class ToolTargetTest {
    private static final String LOG =
            """
            {"resourceLogs": [{"resource": {"attributes": [
              {"key": "service.name", "value": {"stringValue": "claude-code"}}]}, "scopeLogs": [{
              "scope": {"name": "com.anthropic.claude_code.events"}, "logRecords": [{
              "timeUnixNano": "1795636577125000000", "attributes": [
                {"key": "event.name", "value": {"stringValue": "tool_result"}},
                {"key": "session.id", "value": {"stringValue": "s"}},
                {"key": "prompt.id", "value": {"stringValue": "%s"}},
                {"key": "tool_name", "value": {"stringValue": "Bash"}},
                {"key": "tool_use_id", "value": {"stringValue": "u"}},
                {"key": "success", "value": {"stringValue": "true"}},
                {"key": "tool_input", "value": {"stringValue": "%s"}}]}]}]}]}
            """;

    private static String target(String task, String input) throws Exception {
        String log = LOG.formatted(task, input.replace("\"", "\\\""));
        Mapped mapped =
                new Sources(Clock.systemUTC())
                        .otlp(
                                TelemetrySignal.LOGS,
                                true,
                                log.getBytes(StandardCharsets.UTF_8),
                                Caller.ANYONE);
        byte[] record = mapped.records().get(0).value();
        assertThat(new String(record, StandardCharsets.UTF_8)).doesNotContain("secret");
        return new EventDecoder().decode(record).toolTarget();
    }

    @Test
    void targetsOfCommandsAndFiles_areComparableWithinATaskOnly() throws Exception {
        String tests = target("p1", "{\"command\": \"./secret test\", \"timeout\": 9}");
        assertThat(tests).hasSize(22);
        assertThat(target("p1", "{\"command\":\"./secret test\"}")).isEqualTo(tests);
        assertThat(target("p1", "{\"command\":\"./secret run\"}")).isNotEqualTo(tests);
        assertThat(target("p2", "{\"command\":\"./secret test\"}")).isNotEqualTo(tests);
        assertThat(target("p1", "{\"file_path\":\"/secret/a\"}")).hasSize(22);
        assertThat(target("p1", "{\"pattern\":\"secret\"}")).isEmpty();
    }

    @Test
    void readingAPartOfAFile_hasNoTarget() throws Exception {
        assertThat(target("p1", "{\"file_path\":\"/secret/a\",\"offset\": 200}")).isEmpty();
        assertThat(target("p1", "{\"file_path\":\"/secret/a\",\"limit\":50}")).isEmpty();
        assertThat(target("p1", "{\"file_path\":\"/secret/offset\"}")).hasSize(22);
    }
}
