package io.agentanalytics.local.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.apache.flink.core.fs.FileSystem;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlinkPathTest {
    @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"checkpoints", "My Data", "50%20", "größe"})
    void flinkWritesToTheSameDirectory(String name) throws Exception {
        Path expected = directory.resolve(name);
        var path = new org.apache.flink.core.fs.Path(FlinkPath.of(expected));
        FileSystem.getLocalFileSystem().mkdirs(path);
        assertThat(expected).isDirectory();
        assertThat(directory).isDirectoryNotContaining(p -> !p.equals(expected));
    }
}
