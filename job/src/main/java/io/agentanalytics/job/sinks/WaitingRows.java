package io.agentanalytics.job.sinks;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Rows that wait to be written: the newest of each key. One thread adds rows, another takes them in
 * batches; whatever happens to a batch, each of its rows stays here until it is written, refused or
 * replaced by a newer one, so that a snapshot holds everything that Postgres does not have yet.
 */
final class WaitingRows<T> {
    /** A row that Postgres does not take, and why. */
    record Refused<T>(T row, String reason) {}

    private final Function<T, Object> keyOf;
    private final int capacity;
    private final Map<Object, T> waiting = new LinkedHashMap<>();
    private final Map<Object, T> taken = new LinkedHashMap<>();
    private final List<Refused<T>> refused = new ArrayList<>();
    private boolean ended;

    /**
     * @param capacity how many rows may be unwritten before {@link #add} blocks
     */
    WaitingRows(Function<T, Object> keyOf, int capacity) {
        this.keyOf = keyOf;
        this.capacity = capacity;
    }

    /** Adds a row in place of an older one of its key. Blocks while the capacity is used up. */
    synchronized void add(T row) throws InterruptedException {
        Object key = keyOf.apply(row);
        while (size() >= capacity && !waiting.containsKey(key)) {
            await();
        }
        put(key, row);
    }

    /** Adds a row of a snapshot; never blocks. */
    synchronized void restore(T row) {
        put(keyOf.apply(row), row);
    }

    private void await() throws InterruptedException {
        if (ended) {
            throw new IllegalStateException("Nobody writes these rows any more.");
        }
        wait();
    }

    /** The thread that takes rows has ended: who waits for it fails. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    private void put(Object key, T row) {
        waiting.put(key, row);
        notifyAll();
    }

    /**
     * Takes the oldest rows, at most {@code most}. Waits until there is one, and then up to {@code
     * lingerMillis} for the batch to become full.
     */
    synchronized List<T> take(int most, long lingerMillis) throws InterruptedException {
        while (waiting.isEmpty()) {
            wait();
        }
        long until = System.nanoTime() + lingerMillis * 1_000_000;
        for (long left = lingerMillis; left > 0 && waiting.size() < most; ) {
            wait(left);
            left = (until - System.nanoTime()) / 1_000_000;
        }
        Iterator<Map.Entry<Object, T>> oldest = waiting.entrySet().iterator();
        while (oldest.hasNext() && taken.size() < most) {
            Map.Entry<Object, T> entry = oldest.next();
            taken.put(entry.getKey(), entry.getValue());
            oldest.remove();
        }
        return new ArrayList<>(taken.values());
    }

    /** The rows that were taken are in Postgres, but for those refused. */
    synchronized int written() {
        int written = taken.size();
        taken.clear();
        notifyAll();
        return written;
    }

    /** The rows that were taken wait again, but for those that a newer one has replaced. */
    synchronized void giveBack() {
        taken.forEach(waiting::putIfAbsent);
        taken.clear();
        notifyAll();
    }

    /** A row that was taken is not accepted by Postgres. */
    synchronized void refuse(T row, String reason) {
        taken.remove(keyOf.apply(row));
        refused.add(new Refused<>(row, reason));
    }

    /** The refused rows since the last call. */
    synchronized List<Refused<T>> takeRefused() {
        List<Refused<T>> taking = new ArrayList<>(refused);
        refused.clear();
        return taking;
    }

    /** Every row that is not written yet. */
    synchronized List<T> all() {
        Map<Object, T> all = new LinkedHashMap<>(taken);
        refused.forEach(r -> all.put(keyOf.apply(r.row()), r.row()));
        all.putAll(waiting);
        return new ArrayList<>(all.values());
    }

    synchronized int size() {
        return waiting.size() + taken.size();
    }

    /** Blocks until every row is written or refused. */
    synchronized void awaitWritten() throws InterruptedException {
        while (size() > 0) {
            await();
        }
    }
}
