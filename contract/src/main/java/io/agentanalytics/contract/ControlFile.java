package io.agentanalytics.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Reads rules, budgets and policies that users write as YAML or JSON. */
public final class ControlFile {
    private ControlFile() {}

    /** Decoder of one entry. */
    public interface EntryDecoder<T> {
        T decode(JsonNode json) throws InvalidControlException;
    }

    /**
     * Reads a file: a list under a name, or a single entry.
     *
     * @param name name of the list, such as {@code rules}
     * @throws IllegalArgumentException if an entry is invalid; the message names the entry, the
     *     value and the allowed values
     */
    public static <T> List<T> read(
            Path file, String name, EntryDecoder<T> decoder, Function<T, String> id) {
        JsonNode root = tree(file);
        JsonNode list = root.path(name);
        List<T> entries = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (JsonNode json : list.isArray() ? list : List.of(root)) {
            try {
                T entry = decoder.decode(json);
                if (!ids.add(id.apply(entry))) {
                    throw new InvalidControlException(
                            "'%s' is listed twice.".formatted(id.apply(entry)));
                }
                entries.add(entry);
            } catch (InvalidControlException e) {
                throw new IllegalArgumentException(
                        "%s, entry %d of %s: %s"
                                .formatted(file, entries.size() + 1, name, e.getMessage()),
                        e);
            }
        }
        return entries;
    }

    /**
     * Reads a file as a tree.
     *
     * @throws IllegalArgumentException if it cannot be read, is no YAML, or names a key twice
     */
    public static JsonNode tree(Path file) {
        try {
            return YamlFile.tree(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "%s cannot be read as YAML: %s".formatted(file, Json.shortened(e)), e);
        }
    }
}
