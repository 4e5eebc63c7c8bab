package io.agentanalytics.local.connect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts settings into a JSON file. Only the settings change: order, white space and comments of all
 * others remain as they are.
 */
final class JsonMerge {
    private record Edit(int start, int end, String text) {}

    private final String text;
    private final JsonLayout layout;
    private final List<Edit> edits = new ArrayList<>();

    private JsonMerge(String text) {
        this.text = text;
        this.layout = new JsonLayout(text);
    }

    /** Returns the text with these settings. */
    static String merge(String existing, String wanted) throws JsonProcessingException {
        JsonMerge merge = new JsonMerge(existing);
        merge.object(JsonPlace.of(existing), JsonPlace.of(wanted).node());
        return merge.applied();
    }

    private void object(JsonPlace place, JsonNode wanted) {
        Map<String, JsonNode> added = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> setting : wanted.properties()) {
            JsonPlace known = place.fields().get(setting.getKey());
            if (known == null) {
                added.put(setting.getKey(), setting.getValue());
            } else {
                value(known, setting.getValue());
            }
        }
        if (!added.isEmpty()) {
            insert(place, place.fields().values(), layout.fields(place, added));
        }
    }

    private void value(JsonPlace known, JsonNode wanted) {
        if (known.node().isObject() && wanted.isObject()) {
            object(known, wanted);
        } else if (known.node().isArray() && wanted.isArray()) {
            array(known, wanted);
        } else if (!known.node().equals(wanted)) {
            replace(known, wanted);
        }
    }

    private void array(JsonPlace known, JsonNode wanted) {
        List<JsonNode> added = new ArrayList<>();
        for (JsonNode element : wanted) {
            JsonPlace same =
                    known.elements().stream()
                            .filter(e -> isSame(e.node(), element))
                            .findFirst()
                            .orElse(null);
            if (same == null) {
                added.add(element);
            } else if (!same.node().equals(element)) {
                replace(same, element);
            }
        }
        if (!added.isEmpty()) {
            insert(known, known.elements(), layout.elements(known, added));
        }
    }

    /**
     * Hooks are identified by their path: one of an earlier run is replaced, also if it calls
     * another address.
     */
    private static boolean isSame(JsonNode one, JsonNode other) {
        return one.equals(other) || (!paths(one).isEmpty() && paths(one).equals(paths(other)));
    }

    private static List<String> paths(JsonNode hook) {
        return hook.findValuesAsText("url").stream()
                .map(url -> url.replaceFirst("^https?://[^/]*", ""))
                .toList();
    }

    private void replace(JsonPlace place, JsonNode wanted) {
        edits.add(new Edit(place.start(), place.end(), layout.value(place, wanted)));
    }

    private void insert(JsonPlace into, Iterable<JsonPlace> members, String inserted) {
        int at = into.start() + 1;
        boolean first = true;
        for (JsonPlace member : members) {
            at = member.end();
            first = false;
        }
        edits.add(
                first
                        ? new Edit(at, into.end() - 1, inserted + layout.closing(into))
                        : new Edit(at, at, "," + inserted));
    }

    private String applied() {
        StringBuilder result = new StringBuilder(text);
        edits.stream()
                .sorted(Comparator.comparingInt(Edit::start).reversed())
                .forEach(e -> result.replace(e.start(), e.end(), e.text()));
        return result.toString();
    }
}
