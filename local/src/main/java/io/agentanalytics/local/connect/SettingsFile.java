package io.agentanalytics.local.connect;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.agentanalytics.api.connect.SetupStep;
import io.agentanalytics.local.command.OwnFiles;
import io.agentanalytics.local.command.UserError;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Settings file of a client, as it is and as it will be.
 *
 * @param file the file itself, also if its usual place is a link to it
 * @param before its text; empty if there is no file
 */
record SettingsFile(Path file, boolean exists, String before, String after) {
    // A larger file is not a settings file, and would make the difference expensive.
    private static final long MAX_BYTES = 1L << 20;

    /** Reads the file and puts the settings of some steps into its text. */
    static SettingsFile of(Path place, List<SetupStep> steps) throws IOException {
        boolean exists = Files.exists(place);
        Path file = exists ? place.toRealPath() : place;
        String before = exists ? read(file) : "";
        try {
            String after = before;
            for (SetupStep step : steps) {
                after = merged(after, step.kind(), step.text());
            }
            return new SettingsFile(file, exists, before, after);
        } catch (JsonProcessingException e) {
            // Not the whole message: it may quote the file, which may hold secrets.
            String line = e.getLocation() == null ? "" : " at line " + e.getLocation().getLineNr();
            throw refused(file, "it is not one JSON object" + line, e);
        } catch (IllegalArgumentException e) {
            throw refused(file, String.valueOf(e.getMessage()), e);
        }
    }

    private static String merged(String before, String kind, String settings)
            throws JsonProcessingException {
        if (before.isBlank()) {
            return settings + "\n";
        }
        return switch (kind) {
            case "toml" -> TomlMerge.merge(before, settings);
            case "yaml" -> YamlMerge.merge(before, settings);
            case "environment" -> settings + "\n"; // the file is our own
            default -> JsonMerge.merge(before, settings);
        };
    }

    private static String read(Path file) throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) > MAX_BYTES) {
            throw refused(file, "it is not a file of at most 1 MB", null);
        }
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw refused(file, "it is not UTF-8", e);
        } catch (IOException e) {
            throw refused(file, "it cannot be read", e);
        }
    }

    private static UserError refused(Path file, String why, @Nullable Exception e) {
        String sentence =
                "%s is left as it is: %s. Repair it, or put the lines there by hand."
                        .formatted(file, why);
        return e == null ? new UserError(sentence) : new UserError(sentence, e);
    }

    boolean isUnchanged() {
        return before.equals(after);
    }

    Path backup() {
        return file.resolveSibling(file.getFileName() + ".bak");
    }

    /** Keeps the old text as a backup and replaces the file in one step. */
    void write() throws IOException {
        Files.createDirectories(Objects.requireNonNull(file.toAbsolutePath().getParent()));
        Path next = OwnFiles.write(file.resolveSibling(file.getFileName() + ".new"), after);
        if (exists) {
            Files.copy(
                    file,
                    backup(),
                    StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.COPY_ATTRIBUTES);
            Files.setPosixFilePermissions(next, Files.getPosixFilePermissions(file));
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
