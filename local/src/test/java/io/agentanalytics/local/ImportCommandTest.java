package io.agentanalytics.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ImportCommandTest {
    private static final String SAMPLES =
            "src/test/resources/transcripts/claude-code/.claude/projects";
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
    void mistakesAreNamed(@TempDir Path directory) {
        assertThat(line.execute("import", "emacs", "--dry-run")).isNotZero();
        assertThat(line.execute("import", "codex", directory + "/none", "--dry-run")).isNotZero();
        assertThat(line.execute("import", "codex", directory.toString(), "--since=soon"))
                .isNotZero();
        assertThat(err.toString())
                .contains("no client 'emacs'", "no directory", "--since is 'soon'");
    }
}
