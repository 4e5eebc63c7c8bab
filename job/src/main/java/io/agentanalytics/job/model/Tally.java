package io.agentanalytics.job.model;

import io.agentanalytics.contract.Figure;
import io.agentanalytics.contract.Histogram;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.flink.api.common.typeinfo.TypeInfo;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * Mergeable aggregate of all statistics: request and task figures, and two histograms. Contains
 * only integers, so sums are exact and independent of order.
 */
@TypeInfo(TallySerializer.TypeFactory.class)
public final class Tally {
    private final long[] figures = new long[Figure.COUNT];
    private final Histogram requestLatency = new Histogram();
    private final Histogram taskDuration = new Histogram();
    private long seen;

    public Tally add(Figure figure, long n) {
        figures[figure.ordinal()] += n;
        return this;
    }

    public long get(Figure figure) {
        return figures[figure.ordinal()];
    }

    /**
     * Returns the cost of requests in nano-dollars: reported by clients, else computed from prices.
     */
    public long requestNanos() {
        return get(Figure.REQUEST_COST_REPORTED) + get(Figure.REQUEST_COST_PRICED);
    }

    public Histogram requestLatency() {
        return requestLatency;
    }

    public Histogram taskDuration() {
        return taskDuration;
    }

    /**
     * Returns the number of changes, additions and subtractions alike, so that it never decreases.
     */
    public long seen() {
        return seen;
    }

    /** Marks this tally as a single change. */
    public Tally asOneChange() {
        seen = 1;
        return this;
    }

    Tally seen(long n) {
        seen = n;
        return this;
    }

    public Tally plus(Tally other) {
        return merge(other, 1);
    }

    public Tally minus(Tally other) {
        return merge(other, -1);
    }

    /** Subtracts a part of this tally, with its number of changes. */
    public Tally without(Tally part) {
        minus(part);
        return seen(seen - 2 * part.seen);
    }

    private Tally merge(Tally other, int sign) {
        for (int i = 0; i < figures.length; i++) {
            figures[i] += sign * other.figures[i];
        }
        requestLatency.merge(other.requestLatency, sign);
        taskDuration.merge(other.taskDuration, sign);
        seen += other.seen;
        return this;
    }

    /**
     * Returns true if all figures are zero and both histograms are empty, regardless of {@link
     * #seen()}.
     */
    public boolean isZero() {
        for (long figure : figures) {
            if (figure != 0) {
                return false;
            }
        }
        return requestLatency.isEmpty() && taskDuration.isEmpty();
    }

    /** Serializes the tally to the compact form of {@link TallySerializer}. */
    public byte[] toBytes() {
        DataOutputSerializer out = new DataOutputSerializer(128);
        try {
            TallySerializer.INSTANCE.serialize(this, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.getCopyOfBuffer();
    }

    /** Deserializes the result of {@link #toBytes}; an empty array yields a new tally. */
    public static Tally ofBytes(byte[] bytes) {
        if (bytes.length == 0) {
            return new Tally();
        }
        try {
            return TallySerializer.INSTANCE.deserialize(new DataInputDeserializer(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public long[] figures() {
        return figures.clone();
    }
}
