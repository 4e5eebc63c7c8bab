package io.agentanalytics.job.sinks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * Buffer of rows to write: the newest row of each key. One thread adds rows, another takes them in
 * batches. Each row of a batch stays here until it is written, rejected or replaced by a newer one,
 * so that a snapshot contains everything that Postgres does not have yet.
 */
final class WaitingRows<T> {
    /** A row that Postgres rejected, with the reason. */
    record Refused<T>(T row, String reason) {}

    /** Another table may free memory, which does not notify the thread that waits for it. */
    private static final long MEMORY_INTERVAL_MILLIS = 100;

    private final Function<T, Object> keyOf;
    private final Comparator<T> age;
    private final ToIntFunction<T> bytesOf;
    private final RowMemory memory;
    private final Map<Object, T> waiting = new LinkedHashMap<>();
    private final Map<Object, T> taken = new LinkedHashMap<>();
    private final List<Refused<T>> refused = new ArrayList<>();
    private long bytes;
    private boolean ended;

    /**
     * @param age order of the rows of a key, oldest first; of equal rows, the last one is newer
     * @param bytesOf size of a row
     * @param memory where {@link #add} blocks while it is full
     */
    WaitingRows(
            Function<T, Object> keyOf,
            Comparator<T> age,
            ToIntFunction<T> bytesOf,
            RowMemory memory) {
        this.keyOf = keyOf;
        this.age = age;
        this.bytesOf = bytesOf;
        this.memory = memory;
    }

    /**
     * Adds a row, unless a newer row of its key waits; it replaces an older one. Blocks while the
     * memory is full, except for the only row: other tables may fill the memory for a long time.
     */
    synchronized void add(T row) throws InterruptedException {
        Object key = keyOf.apply(row);
        while (memory.isFull() && size() > 0 && !waiting.containsKey(key)) {
            requireTaker();
            wait(MEMORY_INTERVAL_MILLIS);
        }
        put(key, row);
    }

    /**
     * Adds a row from a snapshot; never blocks. After a change of the parallelism, the snapshots of
     * several subtasks may contain a row of the same key, in any order.
     */
    synchronized void restore(T row) {
        put(keyOf.apply(row), row);
    }

    private void requireTaker() {
        if (ended) {
            throw new IllegalStateException("The thread that writes these rows has ended.");
        }
    }

    /** Marks the thread that takes rows as ended; threads that wait for it fail. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    private void put(Object key, T row) {
        count(row, 1);
        waiting.merge(key, row, this::replace);
        notifyAll();
    }

    /** Returns the newest of two rows of a key, and removes the other one. */
    private T replace(T first, T second) {
        T newest = newest(first, second);
        count(newest == first ? second : first, -1);
        return newest;
    }

    private T newest(T first, T second) {
        return age.compare(second, first) >= 0 ? second : first;
    }

    private void count(T row, int sign) {
        long change = (long) sign * bytesOf.applyAsInt(row);
        bytes += change;
        memory.add(change);
    }

    /**
     * Returns the oldest rows, at most {@code most}, and marks them as taken. Waits for the first
     * row, and then up to {@code lingerMillis} for the batch to become full.
     */
    synchronized List<T> take(int most, long lingerMillis) throws InterruptedException {
        while (waiting.isEmpty()) {
            wait();
        }
        long until = System.nanoTime() + lingerMillis * 1_000_000;
        for (long remainingMillis = lingerMillis; remainingMillis > 0 && waiting.size() < most; ) {
            wait(remainingMillis);
            remainingMillis = (until - System.nanoTime()) / 1_000_000;
        }
        Iterator<Map.Entry<Object, T>> oldest = waiting.entrySet().iterator();
        while (oldest.hasNext() && taken.size() < most) {
            Map.Entry<Object, T> entry = oldest.next();
            taken.put(entry.getKey(), entry.getValue());
            oldest.remove();
        }
        return new ArrayList<>(taken.values());
    }

    /** Marks the taken rows as written, except for rejected ones; returns their number. */
    synchronized int written() {
        int written = taken.size();
        taken.values().forEach(row -> count(row, -1));
        taken.clear();
        notifyAll();
        return written;
    }

    /** Returns the taken rows to the buffer, except for those that a newer row has replaced. */
    synchronized void giveBack() {
        taken.forEach((key, row) -> waiting.merge(key, row, (added, own) -> replace(own, added)));
        taken.clear();
        notifyAll();
    }

    /** Marks a taken row as rejected by Postgres. */
    synchronized void refuse(T row, String reason) {
        taken.remove(keyOf.apply(row));
        refused.add(new Refused<>(row, reason));
    }

    /** Returns the rows rejected since the last call. */
    synchronized List<Refused<T>> takeRefused() {
        List<Refused<T>> taking = new ArrayList<>(refused);
        taking.forEach(r -> count(r.row(), -1));
        refused.clear();
        return taking;
    }

    /** Returns all rows that are not written yet. */
    synchronized List<T> all() {
        Map<Object, T> all = new LinkedHashMap<>(taken);
        refused.forEach(r -> all.put(keyOf.apply(r.row()), r.row()));
        waiting.forEach((key, row) -> all.merge(key, row, this::newest));
        return new ArrayList<>(all.values());
    }

    /** Releases the memory of all rows, which are no longer used. */
    synchronized void close() {
        memory.add(-bytes);
        bytes = 0;
    }

    synchronized int size() {
        return waiting.size() + taken.size();
    }

    /** Blocks until every row is written or rejected. */
    synchronized void awaitWritten() throws InterruptedException {
        while (size() > 0) {
            requireTaker();
            wait();
        }
    }
}
