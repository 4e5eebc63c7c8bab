package io.agentanalytics.local.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightOutputTest {
    @TempDir Path directory;

    @Test
    void aFileIsWrittenOnlyOnAChange_andOthersMayReadIt() throws Exception {
        Path file = directory.resolve("weights.json");
        FileOutput output = new FileOutput(file);
        output.put("one");
        assertThat(file).hasContent("one");
        assertThat(Files.getPosixFilePermissions(file)).contains(PosixFilePermission.OTHERS_READ);
        FileTime old = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));
        Files.setLastModifiedTime(file, old);
        output.put("one");
        new FileOutput(file).put("one");
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(old);
        output.put("two");
        assertThat(file).hasContent("two");
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void aChangeIsACommand_andNothingElseIsSent() throws Exception {
        Path socket = directory.resolve("s");
        try (RuntimeServer server = new RuntimeServer(socket)) {
            RuntimeSocket output = new RuntimeSocket(socket);
            output.put("set server x/1 weight 128\nset server x/2 weight 128\n");
            output.put("set server x/1 weight 128\nset server x/2 weight 128\n");
            output.put("set server x/1 weight 0\nset server x/2 weight 128\n");
            output.put("set server x/1 weight 128\nset server x/2 weight 128\n");
            assertThat(server.commands())
                    .containsExactly(
                            "set server x/1 weight 128",
                            "set server x/2 weight 128",
                            "set server x/1 weight 0",
                            "set server x/1 weight 128");
        }
    }

    @Test
    void aRefusalIsReported_andTheOthersAreStillSent() throws Exception {
        Path socket = directory.resolve("s");
        try (RuntimeServer server = new RuntimeServer(socket)) {
            server.answers("No such server.\n\n");
            RuntimeSocket output = new RuntimeSocket(socket);
            assertThatThrownBy(
                            () -> output.put("set server x/1 weight 1\nset server x/2 weight 2\n"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("No such server.");
            assertThat(server.commands()).hasSize(2);
        }
    }

    @Test
    void aMissingSocket_isRetried() throws Exception {
        Path socket = directory.resolve("s");
        RuntimeSocket output = new RuntimeSocket(socket);
        assertThatThrownBy(() -> output.put("set server x/1 weight 1\n"))
                .isInstanceOf(IOException.class);
        try (RuntimeServer server = new RuntimeServer(socket)) {
            output.put("set server x/1 weight 1\n");
            assertThat(server.commands()).hasSize(1);
        }
    }
}
