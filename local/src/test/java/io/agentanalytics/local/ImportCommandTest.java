package io.agentanalytics.local;

import static java.util.Comparator.comparingLong;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.client.topics.TopicContent;
import io.agentanalytics.contract.EventDecoder;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.Topics;
import io.agentanalytics.local.embedded.EmbeddedKafka;
import io.agentanalytics.local.embedded.Ports;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ImportCommandTest {
    private static final String SAMPLES =
            "src/test/resources/transcripts/claude-code/.claude/projects";
    private static final Instant LATER = Instant.parse("2026-12-01T00:00:00Z");
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CommandLine line =
            AgentAnalytics.line().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));

    @Test
    void dryRun_showsModelsCallsAndLateEvents() {
        int code =
                line.execute(
                        "import",
                        "claude-code",
                        SAMPLES,
                        "--since=2026-11-01T00:00:00Z",
                        "--dry-run");
        assertThat(code).as("%s", err).isZero();
        assertThat(out.toString())
                .contains("claude-code: 20 files", "claude-opus-5-5 ", "claude-sonnet-4-6 ")
                .contains("output of 3 calls is a lower bound")
                .contains("are more than 1h old")
                .doesNotContain("published");
    }

    @Test
    void since_leavesWholeTasksOut() {
        line.execute("import", "claude-code", SAMPLES, "--since=2026-11-26T00:00:00Z", "--dry-run");
        assertThat(out.toString()).contains(" 1 tasks (1 ended), 6 events");
    }

    @Test
    void shortNamesSelectTheSameClient() {
        for (String name : List.of("qwen", "qwen-code")) {
            line.execute(
                    "import",
                    name,
                    "src/test/resources/transcripts/qwen-code/.qwen/projects",
                    "--since=2026-11-01T00:00:00Z",
                    "--dry-run");
        }
        List<String> lines = out.toString().lines().filter(l -> l.contains(" files, ")).toList();
        assertThat(lines).hasSize(2).allMatch(lines.get(0)::equals);
        assertThat(lines.get(0)).startsWith("qwen-code: ");
    }

    @Test
    void historiesOfSeveralClients_areSentOldestFirst(@TempDir Path directory) throws Exception {
        Path qwen = Path.of("src/test/resources/transcripts/qwen-code/.qwen/projects");
        List<TranscriptFolder> folders =
                List.of(
                        TranscriptFolder.of("claude-code", Path.of(SAMPLES)),
                        TranscriptFolder.of("qwen", qwen));
        try (EmbeddedKafka kafka = EmbeddedKafka.start(directory, Ports.free())) {
            ImportCommand.publishAll(folders, kafka.bootstrap(), LATER, new PrintWriter(out));
            assertThat(out.toString().lines())
                    .hasSize(2)
                    .allMatch(l -> l.matches("(claude-code|qwen-code): sent \\d+ events of .*"))
                    .allMatch(l -> l.contains("left out 0 events"));
            List<Long> times = new ArrayList<>();
            for (List<TaskEvent> partition : sent(kafka.bootstrap())) {
                assertThat(partition).isSortedAccordingTo(comparingLong(TaskEvent::timeMillis));
                partition.forEach(event -> times.add(event.timeMillis()));
            }
            assertThat(times).hasSizeGreaterThan(100);
        }
    }

    /** Returns the events of each partition. */
    private static Collection<List<TaskEvent>> sent(String bootstrap) throws Exception {
        Map<Integer, List<TaskEvent>> sent = new HashMap<>();
        EventDecoder decoder = new EventDecoder();
        for (var record :
                TopicContent.of(Map.of("bootstrap.servers", bootstrap), Topics.TASK_EVENTS)) {
            sent.computeIfAbsent(record.partition(), p -> new ArrayList<>())
                    .add(decoder.decode(record.value()));
        }
        return sent.values();
    }

    @Test
    void runReportsWrongArgumentsBeforeItStarts() {
        assertThat(line.execute("run", "--import", "emacs")).isNotZero();
        assertThat(err.toString()).contains("no client 'emacs'");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void wrongArgumentsAreReported(@TempDir Path directory) {
        assertThat(line.execute("import", "emacs", "--dry-run")).isNotZero();
        assertThat(line.execute("import", "codex", directory + "/none", "--dry-run")).isNotZero();
        assertThat(line.execute("import", "codex", directory.toString(), "--since=soon"))
                .isNotZero();
        assertThat(err.toString())
                .contains("no client 'emacs'", "no directory", "--since is 'soon'");
    }
}
