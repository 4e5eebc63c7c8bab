package io.agentanalytics.job.sinks;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Memory of rows that wait for Postgres, shared by all tables and subtasks of a JVM. Sizes are
 * approximate.
 */
final class RowMemory {
    /**
     * Part of the heap that rows may take. A snapshot copies them once more, which leaves a third
     * to the rest of the job. Of the default heap it is about 370 MB: ten minutes of 10,000 agents
     * at 2,000 events per second need 340 MB.
     */
    private static final double PART_OF_HEAP = 1 / 3.0;

    static final RowMemory OF_JVM =
            new RowMemory((long) (Runtime.getRuntime().maxMemory() * PART_OF_HEAP));

    private final long capacity;
    private final AtomicLong used = new AtomicLong();

    /**
     * @param capacity bytes at which the memory is full
     */
    RowMemory(long capacity) {
        this.capacity = capacity;
    }

    boolean isEmpty() {
        return used.get() == 0;
    }

    boolean isFull() {
        return used.get() >= capacity;
    }

    /**
     * @param bytes change of the size, negative for rows that were removed
     */
    void add(long bytes) {
        used.addAndGet(bytes);
    }
}
