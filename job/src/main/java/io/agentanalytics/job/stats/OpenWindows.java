package io.agentanalytics.job.stats;

import io.agentanalytics.job.model.Tally;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInfo;
import org.jspecify.annotations.Nullable;

/**
 * Windows of a scope that are open, and closed ones whose row is due. They are few and most changes
 * need them all, so they are one state value: in RocksDB, an entry of a map costs as much to read
 * as all of them.
 *
 * <p>A change is added to the shortest open window alone. A window contains the changes of the
 * shorter windows in its range only when these have closed; until then its value is the sum of its
 * own part and theirs.
 */
@TypeInfo(OpenWindowsSerializer.TypeFactory.class)
public final class OpenWindows {
    /**
     * A window.
     *
     * @param part the changes that no shorter open window contains, in the form of {@link
     *     Tally#toBytes}; null if the window is closed
     * @param due true if the window changed since its row was last emitted
     */
    record Entry(Window.Id id, byte @Nullable [] part, boolean due) {
        boolean isOpen() {
            return part != null;
        }
    }

    private static final byte[] NOTHING = {};

    private final List<Entry> entries;

    OpenWindows() {
        this(new ArrayList<>());
    }

    OpenWindows(List<Entry> entries) {
        this.entries = entries;
    }

    /** Returns the entries, in no order. */
    List<Entry> entries() {
        return entries;
    }

    OpenWindows copy() {
        return new OpenWindows(new ArrayList<>(entries));
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    boolean anyDue() {
        return entries.stream().anyMatch(Entry::due);
    }

    boolean isOpen(Window.Id id) {
        int at = indexOf(id);
        return at >= 0 && entries.get(at).isOpen();
    }

    /** Opens a window without changes. */
    void open(Window.Id id) {
        entries.add(new Entry(id, NOTHING, false));
    }

    /** Adds to an open window's own part, which does not make its row due. */
    void plus(Window.Id id, Tally change) {
        int at = indexOf(id);
        Entry entry = entries.get(at);
        byte[] part = entry.part();
        byte[] sum =
                part == null || part.length == 0
                        ? change.toBytes()
                        : Tally.ofBytes(part).plus(change).toBytes();
        entries.set(at, new Entry(id, sum, entry.due()));
    }

    /** Marks the row of a window as due; a window that is not known is a closed one. */
    void due(Window.Id id) {
        int at = indexOf(id);
        if (at < 0) {
            entries.add(new Entry(id, null, true));
        } else if (!entries.get(at).due()) {
            entries.set(at, new Entry(id, entries.get(at).part(), true));
        }
    }

    /** Marks the row of a window as emitted; a closed window is no longer known then. */
    void emitted(Window.Id id) {
        int at = indexOf(id);
        Entry entry = entries.get(at);
        if (entry.isOpen()) {
            entries.set(at, new Entry(id, entry.part(), false));
        } else {
            entries.remove(at);
        }
    }

    /** Removes a window and returns its own part. */
    byte[] close(Window.Id id) {
        byte[] part = entries.remove(indexOf(id)).part();
        return part == null ? NOTHING : part;
    }

    /** Forgets a closed window; returns true if its row was due. */
    boolean forget(Window.Id id) {
        return entries.removeIf(entry -> entry.id().equals(id));
    }

    /** Returns the value of an open window: its own part and the shorter open windows in it. */
    Tally value(Window.Id id) {
        Tally value = new Tally();
        for (Entry entry : entries) {
            byte[] part = entry.part();
            if (part != null && id.contains(entry.id())) {
                value.plus(Tally.ofBytes(part));
            }
        }
        return value;
    }

    private int indexOf(Window.Id id) {
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).id().equals(id)) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof OpenWindows other && other.toString().equals(toString());
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }

    @Override
    public String toString() {
        return entries.stream()
                .map(e -> e.id() + "=" + Arrays.toString(e.part()) + (e.due() ? " due" : ""))
                .toList()
                .toString();
    }
}
