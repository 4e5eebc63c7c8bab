package io.agentanalytics.job.weights;

import io.agentanalytics.contract.weights.WeightDecision;
import io.agentanalytics.job.model.RequestOutcome;
import java.util.Arrays;
import java.util.List;

/** Outcomes of a provider's calls in the last two minutes, in buckets of five seconds. */
public final class RecentCalls {
    static final int SECONDS = 120;
    private static final int BUCKET = 5;
    private static final int BUCKETS = SECONDS / BUCKET;

    public int[] succeeded = new int[BUCKETS];
    public int[] failed = new int[BUCKETS];
    public int[] refused = new int[BUCKETS];
    public int[] others = new int[BUCKETS];

    /** Number of the newest bucket. */
    public long bucket;

    void count(RequestOutcome outcome, double now) {
        turn(now);
        int[] counts =
                switch (outcome) {
                    case OK -> succeeded;
                    case PROVIDER_ERROR, TIMEOUT -> failed;
                    case RATE_LIMIT -> refused;
                    case QUOTA, AUTH, NEUTRAL -> others;
                };
        counts[(int) Math.floorMod(bucket, (long) BUCKETS)]++;
    }

    private void turn(double now) {
        long current = (long) (now / BUCKET);
        if (current < bucket - 1) { // the clock was set back
            List.of(succeeded, failed, refused, others).forEach(counts -> Arrays.fill(counts, 0));
            bucket = current;
        }
        for (long next = Math.max(bucket + 1, current - BUCKETS + 1); next <= current; next++) {
            int i = (int) Math.floorMod(next, (long) BUCKETS);
            succeeded[i] = 0;
            failed[i] = 0;
            refused[i] = 0;
            others[i] = 0;
        }
        bucket = Math.max(bucket, current);
    }

    WeightDecision.Recent at(double now) {
        turn(now);
        int ok = sum(succeeded);
        int calls = ok + sum(failed) + sum(refused) + sum(others);
        return new WeightDecision.Recent(
                SECONDS,
                calls,
                ok,
                sum(failed),
                sum(refused),
                calls == 0 ? null : (double) ok / calls);
    }

    private static int sum(int[] counts) {
        int sum = 0;
        for (int count : counts) {
            sum += count;
        }
        return sum;
    }
}
