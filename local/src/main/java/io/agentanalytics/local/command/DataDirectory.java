package io.agentanalytics.local.command;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Data directory of a local run: a directory chosen by the user, or a temporary one that is deleted
 * after the run.
 */
public final class DataDirectory implements AutoCloseable {
    public static final String LOG_PROPERTY = "agent-analytics.log";
    private static final long NEEDED_MEBIBYTES = 500;
    private final Path path;
    private final boolean temporary;
    private final boolean fresh;
    private final FileChannel lockFile;

    private DataDirectory(Path path, boolean temporary, FileChannel lockFile) {
        this.path = path;
        this.temporary = temporary;
        this.fresh = !Files.exists(path.resolve("kafka"));
        this.lockFile = lockFile;
    }

    /** Opens the directory and locks it for this process. */
    public static DataDirectory open(@Nullable Path wanted) throws IOException {
        Path path =
                (wanted == null ? Files.createTempDirectory("agent-analytics-") : create(wanted))
                        .toAbsolutePath();
        requireSpace(path);
        FileChannel lockFile =
                FileChannel.open(
                        path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!lock(lockFile)) {
            lockFile.close();
            throw new UserError(
                    "Another Agent Analytics uses %s: stop it, or choose another --data DIR."
                            .formatted(path));
        }
        System.setProperty(LOG_PROPERTY, path.resolve("agent-analytics.log").toString());
        return new DataDirectory(path, wanted == null, lockFile);
    }

    private static void requireSpace(Path path) throws IOException {
        long free = Files.getFileStore(path).getUsableSpace() >> 20;
        if (free < NEEDED_MEBIBYTES) {
            throw new UserError(
                    ("The disk is full: %s has %d MiB left and %d are needed; free "
                                    + "some, or choose another place with --data DIR.")
                            .formatted(path, free, NEEDED_MEBIBYTES));
        }
    }

    private static Path create(Path wanted) {
        try {
            return OwnFiles.directory(wanted);
        } catch (IOException e) {
            throw new UserError(
                    "%s cannot be used as a directory: choose another --data DIR."
                            .formatted(wanted),
                    e);
        }
    }

    private static boolean lock(FileChannel file) throws IOException {
        try {
            FileLock lock = file.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    public Path path() {
        return path;
    }

    /** Returns true if the directory was not used before. */
    public boolean isFresh() {
        return fresh;
    }

    @Override
    public void close() throws IOException {
        lockFile.close();
        if (temporary && Files.exists(path)) {
            try (Stream<Path> files = Files.walk(path)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }
}
