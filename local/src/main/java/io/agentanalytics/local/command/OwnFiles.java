package io.agentanalytics.local.command;

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

/** Files and directories that only their owner can read, and secrets for them. */
public final class OwnFiles {
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final int SECRET_BYTES = 24;

    private OwnFiles() {}

    /**
     * Creates a directory that only its owner can read. An existing directory with files remains
     * unchanged.
     */
    public static Path directory(Path directory) throws IOException {
        Files.createDirectories(directory);
        try (Stream<Path> files = Files.list(directory)) {
            return files.findAny().isPresent()
                    ? directory
                    : Files.setPosixFilePermissions(
                            directory, PosixFilePermissions.fromString("rwx------"));
        }
    }

    /** Writes a file that others can never read, not even during its creation. */
    public static Path write(Path file, String text) throws IOException {
        Files.deleteIfExists(file);
        return Files.writeString(Files.createFile(file, OWNER_ONLY), text);
    }

    /** Generates a random secret. */
    public static String secret() {
        byte[] random = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
