package io.agentanalytics.local.transcripts;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Fields that are read from a transcript, as dotted paths; arrays do not count in a path. A field
 * with marks is content: only the mark with which it begins leaves the parser, never its text.
 */
public final class AllowList {
    /** Value of a field with marks that begins with none of them. */
    static final String TEXT = "text";

    private final Set<String> paths;
    private final Map<String, List<String>> marks;
    private final Set<String> parents = new HashSet<>();

    private AllowList(Set<String> paths, Map<String, List<String>> marks) {
        this.paths = paths;
        this.marks = marks;
        paths.forEach(this::addParents);
        marks.keySet().forEach(this::addParents);
    }

    static AllowList of(String... paths) {
        return new AllowList(Set.of(paths), Map.of());
    }

    /** Returns this list and a field that keeps only its leading marker. */
    AllowList marked(String path, String... known) {
        Map<String, List<String>> more = new HashMap<>(marks);
        more.put(path, List.of(known));
        return new AllowList(paths, more);
    }

    private void addParents(String path) {
        for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
            parents.add(path.substring(0, dot));
        }
    }

    boolean isParent(String path) {
        return parents.contains(path);
    }

    boolean allows(String path) {
        return paths.contains(path) || marks.containsKey(path);
    }

    /** Returns what may be kept of a value. */
    String kept(String path, String value) {
        List<String> known = marks.get(path);
        if (known == null) {
            return value.length() > Fields.MAX_LENGTH
                    ? value.substring(0, Fields.MAX_LENGTH)
                    : value;
        }
        return value.isBlank()
                ? ""
                : known.stream().filter(value.stripLeading()::startsWith).findFirst().orElse(TEXT);
    }
}
