package io.agentanalytics.job.budgets;

import java.util.Arrays;

/**
 * Usual cost of an agent's tasks: a histogram with logarithmic buckets and exact sums, in which
 * recent tasks count more. Also knows how much of a task's cost is usually billed after its end,
 * and how late. Stored in Flink state.
 */
public class TaskCosts {
    /** Fewer tasks say nothing about the next one. */
    static final int ENOUGH = 5;

    /** Number of tasks after which the older ones count half. */
    private static final long MEMORY = 2000;

    /** Weight of a bucket below which it is dropped. */
    private static final double FORGOTTEN = 0.05;

    private static final double BASE = 1.5;
    private static final double RECENT = 0.02;
    private static final long MAX_LAG_MILLIS = 10 * 60_000;
    private static final long MIN_HOLD_MILLIS = 15_000;
    private static final long FIRST_HOLD_MILLIS = 60_000;

    /** Buckets in use, in increasing order; -1 for tasks without cost. */
    public int[] buckets = {};

    /** Weight of the tasks in each bucket. */
    public double[] counts = {};

    /** Sum of the costs in each bucket. */
    public long[] nanos = {};

    public double n;

    /** Decayed mean of the cost, and of its square, that is billed after the end of a task. */
    public double lateMean;

    public double lateSquare;

    /** Decayed maximum of the time between the end of a task and its last bill. */
    public double lagMillis;

    /** Required by Flink's POJO serializer. */
    public TaskCosts() {}

    boolean isEnough() {
        return n >= ENOUGH;
    }

    /**
     * Takes a task whose bills are complete.
     *
     * @param late part of the cost that was billed after the end
     */
    void add(long cost, long late) {
        int at = slot(cost <= 0 ? -1 : (int) (Math.log(cost) / Math.log(BASE)));
        counts[at]++;
        nanos[at] += cost;
        n++;
        double weight = Math.max(RECENT, 1.0 / n);
        lateMean += weight * (late - lateMean);
        lateSquare += weight * ((double) late * late - lateSquare);
        lagMillis *= 1 - RECENT / 10;
        if (n >= MEMORY) {
            halve();
        }
    }

    private int slot(int bucket) {
        int at = Arrays.binarySearch(buckets, bucket);
        if (at >= 0) {
            return at;
        }
        int gap = -at - 1;
        buckets = Arrays.copyOf(buckets, buckets.length + 1);
        counts = Arrays.copyOf(counts, buckets.length);
        nanos = Arrays.copyOf(nanos, buckets.length);
        int moved = buckets.length - 1 - gap;
        System.arraycopy(buckets, gap, buckets, gap + 1, moved);
        System.arraycopy(counts, gap, counts, gap + 1, moved);
        System.arraycopy(nanos, gap, nanos, gap + 1, moved);
        buckets[gap] = bucket;
        counts[gap] = 0;
        nanos[gap] = 0;
        return gap;
    }

    private void halve() {
        int kept = 0;
        n = 0;
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] >= FORGOTTEN) {
                buckets[kept] = buckets[i];
                counts[kept] = counts[i] / 2;
                nanos[kept] = nanos[i] / 2;
                n += counts[kept++];
            }
        }
        buckets = Arrays.copyOf(buckets, kept);
        counts = Arrays.copyOf(counts, kept);
        nanos = Arrays.copyOf(nanos, kept);
    }

    /** Notes that a bill came this long after the end of its task. */
    void billedAfter(long millis) {
        lagMillis = Math.max(lagMillis, Math.min(millis, MAX_LAG_MILLIS));
    }

    /** Returns how long after the end of a task its bills may still come. */
    long holdMillis() {
        long known = Math.max(MIN_HOLD_MILLIS, (long) (1.25 * lagMillis));
        return n < 4 * ENOUGH ? Math.max(FIRST_HOLD_MILLIS, known) : known;
    }

    /** Returns the expected further cost of a task in flight that cost this much already. */
    Estimate open(long spent) {
        Estimate more = beyond(spent);
        return more == Estimate.NONE ? beyond(0) : more;
    }

    /** Means over the tasks that cost more than this: they alone could be the present one. */
    private Estimate beyond(long spent) {
        double count = 0;
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < buckets.length; i++) {
            double more = nanos[i] / counts[i] - spent;
            if (more > 0 || spent == 0) {
                count += counts[i];
                sum += counts[i] * more;
                squares += counts[i] * more * more;
            }
        }
        return Estimate.of(count, sum, squares);
    }

    /** Returns the expected further cost of a task that ended. */
    Estimate ended(long billedSince) {
        double left = Math.max(0, lateMean - billedSince);
        double deviation = Math.max(0, lateSquare - lateMean * lateMean);
        return left <= 0 ? Estimate.NONE : Estimate.of(1, left, left * left + deviation);
    }
}
