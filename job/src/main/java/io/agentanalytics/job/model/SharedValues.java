package io.agentanalytics.job.model;

/**
 * Maps equal values to one object, so that state shares its agents, providers and models. A
 * direct-mapped cache: bounded, and a collision only costs a second copy.
 *
 * @param <T> immutable type with a hash code that is fast to compute
 */
public final class SharedValues<T> {
    private static final int BITS = 16;
    private static final int GOLDEN_RATIO = 0x9E3779B9;

    private final Object[] values = new Object[1 << BITS];

    /** Returns the equal value seen before, or the given value. */
    @SuppressWarnings("unchecked")
    public T shared(T value) {
        int slot = (value.hashCode() * GOLDEN_RATIO) >>> (Integer.SIZE - BITS);
        if (!value.equals(values[slot])) {
            values[slot] = value;
        }
        return (T) values[slot];
    }
}
