package io.agentanalytics.local.follow;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;

/** File that is replaced by a rename when its content changes: a reader never sees a half file. */
public final class FileOutput implements WeightOutput {
    private final Path file;
    private final Path next;

    public FileOutput(Path file) {
        this.file = file.toAbsolutePath();
        this.next = this.file.resolveSibling("." + this.file.getFileName() + ".next");
    }

    @Override
    public void put(String text) throws IOException {
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        if (Files.exists(file) && Arrays.equals(Files.readAllBytes(file), content)) {
            return;
        }
        // Not a temporary file of the JDK: only its owner could read it.
        Files.write(next, content);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
