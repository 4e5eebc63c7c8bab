package io.agentanalytics.contract;

import com.datadoghq.sketch.ddsketch.mapping.LogarithmicMapping;
import java.util.Arrays;

/**
 * Histogram of durations with logarithmic buckets and 1 % relative error. Addition and subtraction
 * are exact and independent of order; empty buckets are dropped, so equal histograms have equal
 * bytes.
 *
 * <p>Bucket boundaries are those of DDSketch (Masson, Rim, Lee: "DDSketch", VLDB 2019) and come
 * from its library. The serialized form contains, per bucket in ascending order, the difference to
 * the previous bucket and the count, both as zigzag varints.
 */
public final class Histogram {
    private static final LogarithmicMapping MAPPING = new LogarithmicMapping(0.01);
    private static final int[] NO_BUCKETS = {};
    private static final long[] NO_COUNTS = {};

    private int[] buckets = NO_BUCKETS;
    private long[] counts = NO_COUNTS;

    /** Adds one duration; durations below 1 ms count as 1 ms. */
    public Histogram add(long millis) {
        addToBucket(MAPPING.index(Math.max(1, millis)), 1);
        return this;
    }

    /**
     * Adds the counts of another histogram multiplied by {@code sign}. Counts may be negative until
     * later merges cancel them.
     */
    public Histogram merge(Histogram other, int sign) {
        if (other.buckets.length == 1) {
            addToBucket(other.buckets[0], sign * other.counts[0]);
        } else if (other.buckets.length > 1) {
            mergeAll(other.buckets, other.counts, sign);
        }
        return this;
    }

    private void addToBucket(int bucket, long n) {
        int at = Arrays.binarySearch(buckets, bucket);
        if (at >= 0 && counts[at] + n != 0) {
            counts[at] += n;
        } else {
            mergeAll(new int[] {bucket}, new long[] {n}, 1);
        }
    }

    private void mergeAll(int[] otherBuckets, long[] otherCounts, int sign) {
        int[] b = new int[buckets.length + otherBuckets.length];
        long[] c = new long[b.length];
        int i = 0;
        int j = 0;
        int n = 0;
        while (i < buckets.length || j < otherBuckets.length) {
            int mine = i < buckets.length ? buckets[i] : Integer.MAX_VALUE;
            int theirs = j < otherBuckets.length ? otherBuckets[j] : Integer.MAX_VALUE;
            b[n] = Math.min(mine, theirs);
            c[n] =
                    (mine <= theirs ? counts[i++] : 0)
                            + (theirs <= mine ? sign * otherCounts[j++] : 0);
            if (c[n] != 0) {
                n++;
            }
        }
        buckets = Arrays.copyOf(b, n);
        counts = Arrays.copyOf(c, n);
    }

    public boolean isEmpty() {
        return buckets.length == 0;
    }

    public long count() {
        long n = 0;
        for (long c : counts) {
            n += c;
        }
        return n;
    }

    /**
     * Returns the number of durations above {@code millis}; the boundary is accurate to within 1 %.
     */
    public long countAbove(long millis) {
        int limit = MAPPING.index(Math.max(1, millis));
        long n = 0;
        for (int i = buckets.length - 1; i >= 0 && buckets[i] > limit; i--) {
            n += counts[i];
        }
        return n;
    }

    /**
     * Returns the {@code q}-quantile in milliseconds (nearest rank), accurate to within 1 %; NaN if
     * the histogram is empty.
     */
    public double quantile(double q) {
        long n = count();
        if (n <= 0) {
            return Double.NaN;
        }
        long rank = Math.max(1, (long) Math.ceil(q * n));
        long below = 0;
        for (int i = 0; i < buckets.length; i++) {
            below += counts[i];
            if (below >= rank) {
                return MAPPING.value(buckets[i]);
            }
        }
        return MAPPING.value(buckets[buckets.length - 1]);
    }

    public byte[] toBytes() {
        byte[] out = new byte[15 * buckets.length];
        int at = 0;
        int previous = 0;
        for (int i = 0; i < buckets.length; i++) {
            at = putVarint(out, at, buckets[i] - previous);
            at = putVarint(out, at, counts[i]);
            previous = buckets[i];
        }
        return Arrays.copyOf(out, at);
    }

    public static Histogram ofBytes(byte[] bytes) {
        int n = 0;
        for (byte b : bytes) {
            n += b >= 0 ? 1 : 0;
        }
        Histogram h = new Histogram();
        h.buckets = new int[n / 2];
        h.counts = new long[n / 2];
        int at = 0;
        int previous = 0;
        for (int i = 0; i < n / 2; i++) {
            long gap = 0;
            long count = 0;
            int shift = 0;
            do {
                gap |= (long) (bytes[at] & 0x7F) << shift;
                shift += 7;
            } while (bytes[at++] < 0);
            shift = 0;
            do {
                count |= (long) (bytes[at] & 0x7F) << shift;
                shift += 7;
            } while (bytes[at++] < 0);
            previous += (int) unzigzag(gap);
            h.buckets[i] = previous;
            h.counts[i] = unzigzag(count);
        }
        return h;
    }

    private static int putVarint(byte[] out, int start, long value) {
        int at = start;
        long v = (value << 1) ^ (value >> 63);
        while ((v & ~0x7FL) != 0) {
            out[at++] = (byte) ((v & 0x7F) | 0x80);
            v >>>= 7;
        }
        out[at++] = (byte) v;
        return at;
    }

    private static long unzigzag(long v) {
        return (v >>> 1) ^ -(v & 1);
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Histogram other
                && Arrays.equals(buckets, other.buckets)
                && Arrays.equals(counts, other.counts);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(buckets) + Arrays.hashCode(counts);
    }

    @Override
    public String toString() {
        return TextFormat.format("Histogram[n=%d, p50=%.0f ms]", count(), quantile(0.5));
    }
}
