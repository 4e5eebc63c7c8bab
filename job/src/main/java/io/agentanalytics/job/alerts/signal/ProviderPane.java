package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.Figure;
import io.agentanalytics.contract.Histogram;

/**
 * Ten seconds of a provider's requests over all its models: how many, how many failed by its own
 * doing, for their rate, the quota or the credentials; and their latencies.
 */
public record ProviderPane(
        long start,
        long requests,
        long errors,
        long limited,
        long quota,
        long auth,
        byte[] latency) {
    static final long MILLIS = 10_000;

    static ProviderPane of(long start, long[] figures, byte[] latency) {
        return new ProviderPane(
                start,
                figures[Figure.REQUESTS.ordinal()],
                figures[Figure.ERRORS_TIMEOUT.ordinal()]
                        + figures[Figure.ERRORS_SERVER_ERROR.ordinal()]
                        + figures[Figure.ERRORS_CONNECTION.ordinal()],
                figures[Figure.ERRORS_RATE_LIMIT.ordinal()],
                figures[Figure.ERRORS_QUOTA.ordinal()],
                figures[Figure.ERRORS_AUTH.ordinal()],
                latency);
    }

    ProviderPane plus(ProviderPane other) {
        return with(other, 1);
    }

    /** What this has beyond another one. */
    ProviderPane minus(ProviderPane other) {
        return with(other, -1);
    }

    private ProviderPane with(ProviderPane other, int times) {
        Histogram both = Histogram.ofBytes(latency).merge(Histogram.ofBytes(other.latency), times);
        return new ProviderPane(
                start,
                requests + times * other.requests,
                errors + times * other.errors,
                limited + times * other.limited,
                quota + times * other.quota,
                auth + times * other.auth,
                both.toBytes());
    }
}
