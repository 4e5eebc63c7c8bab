package io.agentanalytics.intake;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Limit of records per second. The size of a batch is known only after it is parsed, so a batch may
 * exceed the limit; later ones are then refused until the average is within the limit again.
 */
final class RateLimit {
    private final int perSecond;
    private final LongSupplier nanoTime;
    private double allowance; // guarded by this
    private long lastNanos; // guarded by this

    RateLimit(int perSecond, LongSupplier nanoTime) {
        this.perSecond = perSecond;
        this.nanoTime = nanoTime;
        allowance = perSecond;
        lastNanos = nanoTime.getAsLong();
    }

    /**
     * @throws Refusal if earlier batches exceeded the limit
     */
    synchronized void check() throws Refusal {
        long now = nanoTime.getAsLong();
        double seconds = (now - lastNanos) / (double) TimeUnit.SECONDS.toNanos(1);
        allowance = Math.min(perSecond, allowance + seconds * perSecond);
        lastNanos = now;
        if (allowance < 0) {
            long wait = (long) Math.ceil(-allowance / perSecond);
            throw Refusal.overRate(perSecond, Math.min(wait, TimeUnit.HOURS.toSeconds(1)));
        }
    }

    /** Counts the records of a batch that was accepted. */
    synchronized void spend(long records) {
        allowance -= records;
    }
}
