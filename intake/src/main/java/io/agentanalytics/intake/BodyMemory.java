package io.agentanalytics.intake;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Memory of the request bodies that are received or processed. Small and large bodies each have
 * their own limit, so that large ones cannot displace small ones. If memory is short, a body that
 * arrives slowly is dropped for a waiting one.
 */
final class BodyMemory {
    /** Largest small body: a batch of 100 records is usually smaller. */
    static final int SMALL_BYTES = 256 << 10;

    private static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(1);
    private final Pool small;
    private final Pool large;
    private final LongSupplier nanoTime;

    private static final class Pool {
        private final Set<Lease> incomplete = new LinkedHashSet<>(); // oldest first
        private long free;

        Pool(long free) {
            this.free = free;
        }
    }

    /** Memory of one body. */
    final class Lease {
        private final Runnable evict;
        private final long sinceNanos = nanoTime.getAsLong();
        private Pool pool = small;
        private long bytes;
        private boolean closed;

        private Lease(Runnable evict) {
            this.evict = evict;
        }

        /** Grows the lease to a size; returns false if the memory is in use at the moment. */
        boolean growTo(int newBytes) {
            return grow(this, newBytes);
        }

        /** Keeps the memory until it is closed; called when the body has arrived. */
        void keep() {
            synchronized (BodyMemory.this) {
                pool.incomplete.remove(this);
            }
        }

        void close() {
            free(this);
        }
    }

    /**
     * @param bytes limit of all bodies; a quarter of it is for small ones
     */
    BodyMemory(long bytes, LongSupplier nanoTime) {
        small = new Pool(bytes / 4);
        large = new Pool(bytes - bytes / 4);
        this.nanoTime = nanoTime;
    }

    /**
     * Returns a lease without memory.
     *
     * @param evict called if the memory is taken away; by any thread, and must not block
     */
    Lease lease(Runnable evict) {
        return new Lease(evict);
    }

    private synchronized boolean grow(Lease lease, int newBytes) {
        if (lease.closed) {
            return false;
        }
        Pool target = newBytes <= SMALL_BYTES ? small : large;
        long needed = target == lease.pool ? newBytes - lease.bytes : newBytes;
        while (target.free < needed) {
            if (!evictSlow(target, lease)) {
                return false;
            }
        }
        if (target != lease.pool) {
            lease.pool.free += lease.bytes;
            lease.pool.incomplete.remove(lease);
            lease.pool = target;
        }
        target.free -= needed;
        lease.bytes = newBytes;
        target.incomplete.add(lease);
        return true;
    }

    private boolean evictSlow(Pool pool, Lease except) {
        Iterator<Lease> oldest = pool.incomplete.iterator();
        Lease lease = oldest.hasNext() ? oldest.next() : null;
        if (lease == except) {
            lease = oldest.hasNext() ? oldest.next() : null;
        }
        if (lease == null || nanoTime.getAsLong() - lease.sinceNanos < SLOW_NANOS) {
            return false;
        }
        free(lease);
        lease.evict.run();
        return true;
    }

    private synchronized void free(Lease lease) {
        if (!lease.closed) {
            lease.closed = true;
            lease.pool.incomplete.remove(lease);
            lease.pool.free += lease.bytes;
        }
    }

    /** Returns the bytes that are not in use. */
    synchronized long free() {
        return small.free + large.free;
    }
}
