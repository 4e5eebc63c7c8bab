package io.agentanalytics.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Stream;

/** Files and directories that no other user of the machine may read, and secrets for them. */
public final class OwnFiles {
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final int SECRET_BYTES = 24;

    private OwnFiles() {}

    /** Makes a directory that no other user may read; one that holds something stays as it is. */
    public static Path directory(Path directory) throws IOException {
        Files.createDirectories(directory);
        try (Stream<Path> files = Files.list(directory)) {
            return files.findAny().isPresent()
                    ? directory
                    : Files.setPosixFilePermissions(
                            directory, PosixFilePermissions.fromString("rwx------"));
        }
    }

    /** Writes a file that is never readable by others, not even while it is made. */
    public static Path write(Path file, String text) throws IOException {
        Files.deleteIfExists(file);
        return Files.writeString(Files.createFile(file, OWNER_ONLY), text);
    }

    /** A random secret. */
    public static String secret() {
        byte[] random = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
