package io.agentanalytics.job.stats;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which windows of a scope changed since their values were handed on. They are few, so they are one
 * value of state: a map would be searched by iterators, which RocksDB answers slowly.
 */
final class ChangedWindows {
    private final List<Window.Id> ids = new ArrayList<>();
    private boolean modified;

    private ChangedWindows() {}

    /**
     * Reads the form that is kept.
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

    /** Whether the window was among them. */
    boolean remove(Window.Id id) {
        boolean removed = ids.remove(id);
        modified |= removed;
        return removed;
    }

    boolean isEmpty() {
        return ids.isEmpty();
    }

    /** Whether they differ from what was read. */
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
