package io.agentanalytics.job.stats;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Windows of a scope that changed since they were last emitted. They are few, so they are stored as
 * one state value: a map state would be read by iterators, which are slow in RocksDB.
 */
final class ChangedWindows {
    private final List<Window.Id> ids = new ArrayList<>();
    private boolean modified;

    private ChangedWindows() {}

    /**
     * Reads the stored form.
     *
     * @param pairs length in seconds and start of each window; null for none
     */
    static ChangedWindows of(long @Nullable [] pairs) {
        ChangedWindows changed = new ChangedWindows();
        for (int i = 0; pairs != null && i < pairs.length; i += 2) {
            changed.ids.add(new Window.Id((int) pairs[i], pairs[i + 1]));
        }
        return changed;
    }

    void add(Window.Id id) {
        if (!ids.contains(id)) {
            ids.add(id);
            modified = true;
        }
    }

    /** Removes a window; returns true if it was present. */
    boolean remove(Window.Id id) {
        boolean removed = ids.remove(id);
        modified |= removed;
        return removed;
    }

    boolean isEmpty() {
        return ids.isEmpty();
    }

    /** Returns true if the windows differ from the stored form. */
    boolean isModified() {
        return modified;
    }

    List<Window.Id> ids() {
        return List.copyOf(ids);
    }

    long @Nullable [] pairs() {
        long[] pairs = new long[2 * ids.size()];
        for (int i = 0; i < ids.size(); i++) {
            pairs[2 * i] = ids.get(i).seconds();
            pairs[2 * i + 1] = ids.get(i).start();
        }
        return ids.isEmpty() ? null : pairs;
    }
}
