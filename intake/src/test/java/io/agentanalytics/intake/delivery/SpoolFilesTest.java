package io.agentanalytics.intake.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolFilesTest {
    @Test
    void aDirectoryThatCannotBeForced_isAnError(@TempDir Path directory) {
        assertThatThrownBy(() -> SpoolFiles.force(directory.resolve("removed")))
                .isInstanceOf(IOException.class);
    }

    /** No directory of a zip file can be opened, so none can be forced. */
    @Test
    void whatIsNotDurable_isDeleted(@TempDir Path directory) throws Exception {
        Path zip = directory.resolve("directories.zip");
        try (FileSystem unforced = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
            Path root = unforced.getPath("/");
            assertThatThrownBy(() -> Segment.create(root, 1)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> SpoolFiles.makeDirectory(root.resolve("spool")))
                    .isInstanceOf(IOException.class);
            try (Stream<Path> left = Files.list(root)) {
                assertThat(left).isEmpty();
            }
        }
    }

    @Test
    void aNewDirectory_andItsParentAreForced(@TempDir Path directory) {
        assertThatCode(() -> SpoolFiles.makeDirectory(directory.resolve("a/b")))
                .doesNotThrowAnyException();
        assertThatCode(() -> SpoolFiles.force(directory.resolve("a/b"))).doesNotThrowAnyException();
    }
}
