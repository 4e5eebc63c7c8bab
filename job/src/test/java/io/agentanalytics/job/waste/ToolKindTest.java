package io.agentanalytics.job.waste;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names of tools as clients send them. */
class ToolKindTest {
    @ParameterizedTest
    @CsvSource({
        "Read, READ",
        "read_file, READ",
        "mcp__filesystem__read_file, READ",
        "WebFetch, READ",
        "Edit, EDIT",
        "MultiEdit, EDIT",
        "Write, EDIT",
        "NotebookEdit, EDIT",
        "apply_patch, EDIT",
        "write_file, EDIT",
        "replace, EDIT",
        "Bash, RUN",
        "shell, RUN",
        "exec_command, RUN",
        "run_shell_command, RUN",
        "Grep, OTHER",
        "TodoWrite, OTHER",
        "spawn_agent, OTHER",
        "mcp__, OTHER",
        "unknown, OTHER"
    })
    void kindOf(String tool, ToolKind kind) {
        assertThat(ToolKind.of(tool)).isEqualTo(kind);
    }
}
