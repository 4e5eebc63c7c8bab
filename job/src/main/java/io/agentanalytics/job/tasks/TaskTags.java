package io.agentanalytics.job.tasks;

import io.agentanalytics.job.model.Varint;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;

/**
 * Tags of a task: for each name the value of the earliest event that has it, independent of the
 * order of the events. If there are more names than {@link #MAX_TAGS}, those that were used first
 * are kept.
 */
final class TaskTags {
    private static final int MAX_TAGS = 16;

    private final Map<String, Tag> tags = new TreeMap<>();

    private record Tag(String name, String value, long timeMillis) {
        static final Comparator<Tag> FIRST =
                Comparator.comparingLong(Tag::timeMillis)
                        .thenComparing(Tag::name)
                        .thenComparing(Tag::value);
    }

    /**
     * Adds the tags of an event.
     *
     * @return true if the tags of the task changed
     */
    boolean add(Map<String, String> ofEvent, long timeMillis, Texts texts) {
        boolean changed = false;
        for (Map.Entry<String, String> tag : ofEvent.entrySet()) {
            changed |= add(new Tag(tag.getKey(), tag.getValue(), timeMillis), texts);
        }
        return changed;
    }

    private boolean add(Tag tag, Texts texts) {
        Tag known = tags.get(tag.name());
        if (known != null && Tag.FIRST.compare(known, tag) <= 0) {
            return false;
        }
        tags.put(tag.name(), tag);
        if (tags.size() > MAX_TAGS) {
            Tag last = tags.values().stream().max(Tag.FIRST).orElseThrow();
            tags.remove(last.name());
            if (last.equals(tag)) {
                return false;
            }
        }
        texts.add(tag.name());
        texts.add(tag.value());
        return known == null || !known.value().equals(tag.value());
    }

    Map<String, String> values() {
        Map<String, String> values = new TreeMap<>();
        tags.forEach((name, tag) -> values.put(name, tag.value()));
        return values;
    }

    void copyTo(TaskTags other) {
        other.tags.putAll(tags);
    }

    void write(DataOutput out, Texts texts) throws IOException {
        Varint.write(out, tags.size());
        for (Tag tag : tags.values()) {
            texts.write(tag.name(), out);
            texts.write(tag.value(), out);
            out.writeLong(tag.timeMillis());
        }
    }

    void read(DataInput in, Texts texts) throws IOException {
        for (long n = Varint.read(in); n > 0; n--) {
            Tag tag = new Tag(texts.read(in), texts.read(in), in.readLong());
            tags.put(tag.name(), tag);
        }
    }
}
