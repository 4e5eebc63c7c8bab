package io.agentanalytics.intake.delivery;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Directory of a spool, which only its owner can read and only one process can use. */
final class SpoolFiles {
    private SpoolFiles() {}

    static void makeDirectory(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory, ownerOnly("rwx------"));
            try {
                force(directory.toAbsolutePath().resolveSibling(""));
            } catch (IOException e) {
                // The next start would take the name of a directory that is there as durable.
                Files.delete(directory);
                throw e;
            }
        }
    }

    /** Returns the attribute of a new file; none where the file system has no permissions. */
    static FileAttribute<?>[] ownerOnly(String permissions) {
        return isPosix()
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    /** Opens a file that only its owner can read, and creates it if it is missing. */
    static FileChannel open(Path file) throws IOException {
        return FileChannel.open(
                file,
                Set.of(
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE),
                ownerOnly("rw-------"));
    }

    /**
     * Locks the directory until the returned channel is closed or the process ends.
     *
     * @throws IOException if another intake uses the directory
     */
    static FileChannel lock(Path directory) throws IOException {
        FileChannel channel = open(directory.resolve("lock"));
        if (tryLock(channel) == null) {
            channel.close();
            throw new IOException(
                    "The spool directory %s is in use by another intake; give each one its own."
                            .formatted(directory));
        }
        return channel;
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // by another intake of this process
        }
    }

    /**
     * Makes created entries of a directory durable. Windows cannot open a directory; its file
     * systems journal entries themselves.
     */
    static void force(Path directory) throws IOException {
        if (isPosix()) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    private static boolean isPosix() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    }
}
