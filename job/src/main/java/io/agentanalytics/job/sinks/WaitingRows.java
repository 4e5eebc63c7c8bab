package io.agentanalytics.job.sinks;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Buffer of rows to write: the newest row of each key. One thread adds rows, another takes them in
 * batches. Each row of a batch stays here until it is written, rejected or replaced by a newer one,
 * so that a snapshot contains everything that Postgres does not have yet.
 */
final class WaitingRows<T> {
    /** A row that Postgres rejected, with the reason. */
    record Refused<T>(T row, String reason) {}

    private final Function<T, Object> keyOf;
    private final int capacity;
    private final Map<Object, T> waiting = new LinkedHashMap<>();
    private final Map<Object, T> taken = new LinkedHashMap<>();
    private final List<Refused<T>> refused = new ArrayList<>();
    private boolean ended;

    /**
     * @param capacity number of unwritten rows at which {@link #add} blocks
     */
    WaitingRows(Function<T, Object> keyOf, int capacity) {
        this.keyOf = keyOf;
        this.capacity = capacity;
    }

    /**
     * Adds a row, which replaces an older row of its key. Blocks while the capacity is exhausted.
     */
    synchronized void add(T row) throws InterruptedException {
        Object key = keyOf.apply(row);
        while (size() >= capacity && !waiting.containsKey(key)) {
            requireTaker();
            wait();
        }
        put(key, row);
    }

    /** Adds a row from a snapshot; never blocks. */
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
        waiting.put(key, row);
        notifyAll();
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
        taken.clear();
        notifyAll();
        return written;
    }

    /** Returns the taken rows to the buffer, except for those that a newer row has replaced. */
    synchronized void giveBack() {
        taken.forEach(waiting::putIfAbsent);
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
        refused.clear();
        return taking;
    }

    /** Returns all rows that are not written yet. */
    synchronized List<T> all() {
        Map<Object, T> all = new LinkedHashMap<>(taken);
        refused.forEach(r -> all.put(keyOf.apply(r.row()), r.row()));
        all.putAll(waiting);
        return new ArrayList<>(all.values());
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
