package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.Histogram;
import io.agentanalytics.job.statistics.RobustBaseline;
import io.agentanalytics.job.time.Day;

/**
 * Usual latency of one model of a provider: the usual 90th percentile of its calls. A rule fires
 * when more than a fifth of the calls is slow, so a model whose answers differ much in length must
 * not be compared with its median. Stored in Flink state.
 */
public class ModelLatency {
    /** Number of calls of one sample. */
    private static final int CALLS = 20;

    private static final double QUANTILE = 0.9;

    /** Number of samples up to which every sample is learned, slow or not. */
    private static final int NEW = 30;

    /** Minimum time between later samples, so that an hour of traffic is not all that is usual. */
    private static final long SAMPLE_MILLIS = 60_000;

    static final long NEVER = Long.MAX_VALUE;

    /** Natural logarithms of milliseconds. */
    public RobustBaseline usual = new RobustBaseline();

    /** Latencies since the last sample. */
    public byte[] collected = {};

    public long sampledMillis = Long.MIN_VALUE;
    public long seenMillis;

    /** Time (epoch ms) since which an alert has kept the model from learning. */
    public long pausedMillis = NEVER;

    /** Required by Flink's POJO serializer. */
    public ModelLatency() {}

    boolean isKnown() {
        return usual.size() > 0;
    }

    double usualMillis() {
        return Math.exp(usual.median);
    }

    /**
     * Learns the calls of a pane.
     *
     * @param raised true if the provider is slow: an incident of hours must not become usual, but a
     *     change that lasts for a day does
     */
    void learn(byte[] latency, boolean raised, long now) {
        seenMillis = now;
        if (!raised) {
            pausedMillis = NEVER;
        } else if (pausedMillis == NEVER) {
            pausedMillis = now;
        } else if (now - pausedMillis >= Day.MILLIS) {
            usual = new RobustBaseline();
            pausedMillis = NEVER;
        }
        Histogram calls = Histogram.ofBytes(collected).merge(Histogram.ofBytes(latency), 1);
        boolean isNew = usual.size() < NEW;
        if (calls.count() < CALLS || (!isNew && now - sampledMillis < SAMPLE_MILLIS)) {
            collected = calls.toBytes();
            return;
        }
        if (isNew || !raised) {
            usual.add(Math.log(Math.max(1, calls.quantile(QUANTILE))));
        }
        sampledMillis = now;
        collected = new byte[0];
    }
}
