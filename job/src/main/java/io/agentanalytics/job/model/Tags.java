package io.agentanalytics.job.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Tags of an event that are counted: those that a dimension names, in the order of their names.
 * Equal tags have equal texts.
 */
public final class Tags {
    /** No tags. */
    public static final Tags NONE = new Tags("", new String[0]);

    /** Events contain no control characters. */
    private static final String SEPARATOR = "\u001F";

    private final String text;
    private final String[] pairs;

    private Tags(String text, String[] pairs) {
        this.text = text;
        this.pairs = pairs;
    }

    /**
     * Selects tags. A tag whose value is blank is absent.
     *
     * @param names names of the tags, in order
     */
    public static Tags of(Map<String, String> tags, List<String> names) {
        if (tags.isEmpty()) {
            return NONE;
        }
        List<String> pairs = new ArrayList<>(8);
        for (int i = 0; i < names.size(); i++) {
            String value = tags.get(names.get(i));
            if (value != null && !value.isBlank()) {
                pairs.add(names.get(i));
                pairs.add(value.strip());
            }
        }
        return pairs.isEmpty()
                ? NONE
                : new Tags(String.join(SEPARATOR, pairs), pairs.toArray(String[]::new));
    }

    /** Parses the result of {@link #text}. */
    public static Tags parse(String text) {
        return text.isEmpty() ? NONE : new Tags(text, text.split(SEPARATOR, -1));
    }

    /** Returns all names and values as one text. */
    public String text() {
        return text;
    }

    public boolean isEmpty() {
        return pairs.length == 0;
    }

    public int size() {
        return pairs.length / 2;
    }

    public String name(int index) {
        return pairs[2 * index];
    }

    public String value(int index) {
        return pairs[2 * index + 1];
    }

    /** Returns the value of a tag, or null without it. */
    public @Nullable String get(String name) {
        for (int i = 0; i < size(); i++) {
            if (name(i).equals(name)) {
                return value(i);
            }
        }
        return null;
    }

    /** Returns these tags and those of the given ones that are absent here. */
    public Tags or(Map<String, String> others) {
        Map<String, String> all = new TreeMap<>(others);
        for (int i = 0; i < size(); i++) {
            all.put(name(i), value(i));
        }
        return all.size() == size() ? this : of(all, List.copyOf(all.keySet()));
    }

    @Override
    public boolean equals(@Nullable Object o) {
        return o instanceof Tags other && text.equals(other.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return Arrays.toString(pairs);
    }
}
