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
    private static final long LAG_MEMORY = 200;
    private static final long MAX_HOLD_MILLIS = 10 * 60_000;

    /** If lags are exponential, 98 % of the bills come within four means. */
    private static final double HOLD_LAGS = 4;

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

    /** Number of tasks in these two means. */
    public long billed;

    /** Decayed mean of the time between the end of a task and a bill that came after it. */
    public double lagMillis;

    /** Number of bills after the end, up to the memory of the mean. */
    public long lags;

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
        add(cost);
        billed++;
        double weight = Math.max(RECENT, 1.0 / billed);
        lateMean += weight * (late - lateMean);
        lateSquare += weight * ((double) late * late - lateSquare);
    }

    /** Takes a task that no budget counts: bills after its end are not awaited. */
    void add(long cost) {
        int at = slot(cost <= 0 ? -1 : (int) (Math.log(cost) / Math.log(BASE)));
        counts[at]++;
        nanos[at] += cost;
        n++;
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

    /** Records a bill that came this long after the end of its task. */
    void billedAfter(long millis) {
        lags = Math.min(lags + 1, LAG_MEMORY);
        lagMillis += (Math.min(millis, MAX_HOLD_MILLIS) - lagMillis) / lags;
    }

    /** Returns the time after the end of a task for which its bills may still come. */
    long holdMillis() {
        double known = Math.min(MAX_HOLD_MILLIS, HOLD_LAGS * lagMillis);
        return (long) Math.max(n < 4 * ENOUGH ? FIRST_HOLD_MILLIS : MIN_HOLD_MILLIS, known);
    }

    /** Returns the expected further cost of a task in flight that has cost this much already. */
    Estimate open(long spent) {
        Estimate more = beyond(spent);
        return more.equals(Estimate.NONE) ? beyond(0) : more;
    }

    /**
     * Returns the average further cost of the tasks that cost more than this: the task in flight
     * can only be like one of them. If tasks spend evenly, a task of cost c is found in flight at
     * this cost with a density of 1 / c.
     */
    private Estimate beyond(long spent) {
        double weights = 0;
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < buckets.length; i++) {
            double cost = nanos[i] / counts[i];
            double more = cost - spent;
            if (more > 0 || spent == 0) {
                double weight = spent == 0 ? counts[i] : counts[i] / cost;
                weights += weight;
                sum += weight * more;
                squares += weight * more * more;
            }
        }
        return Estimate.of(weights, sum, squares);
    }

    /** Returns the expected further cost of a task that ended this long ago. */
    Estimate ended(long ageMillis) {
        double remaining = lagMillis <= 0 ? 0 : Math.exp(-Math.max(0, ageMillis) / lagMillis);
        return Estimate.of(1, remaining * lateMean, remaining * lateSquare);
    }
}
