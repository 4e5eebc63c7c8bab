package io.agentanalytics.intake.delivery;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolFilesTest {
    @Test
    void aDirectoryThatCannotBeForced_isAnError(@TempDir Path directory) {
        assertThatThrownBy(() -> SpoolFiles.force(directory.resolve("removed")))
                .isInstanceOf(IOException.class);
    }

    @Test
    void aNewDirectory_andItsParentAreForced(@TempDir Path directory) {
        assertThatCode(() -> SpoolFiles.makeDirectory(directory.resolve("a/b")))
                .doesNotThrowAnyException();
        assertThatCode(() -> SpoolFiles.force(directory.resolve("a/b"))).doesNotThrowAnyException();
    }
}
