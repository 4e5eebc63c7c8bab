package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.ErrorClass;
import io.agentanalytics.contract.Figure;
import io.agentanalytics.contract.Histogram;
import java.util.List;

/**
 * Ten seconds of a provider's requests over all its models: all requests, failures caused by the
 * provider, refusals for rate, quota and credentials, and the latencies.
 *
 * @param calls requests that clients report once their retries are over, with {@code failedCalls}
 *     and {@code limitedCalls} among them; all other requests are attempts
 */
public record ProviderPane(
        long start,
        long requests,
        long errors,
        long limited,
        long quota,
        long auth,
        byte[] latency,
        long calls,
        long failedCalls,
        long limitedCalls) {
    private static final List<ErrorClass> OWN_ERRORS = ErrorClass.of(ErrorClass.Blame.PROVIDER);

    static ProviderPane of(long start, long[] figures, byte[] latency) {
        return new ProviderPane(
                start,
                figures[Figure.REQUESTS.ordinal()],
                OWN_ERRORS.stream().mapToLong(c -> errors(figures, c)).sum(),
                errors(figures, ErrorClass.RATE_LIMIT),
                errors(figures, ErrorClass.QUOTA),
                errors(figures, ErrorClass.AUTH),
                latency,
                figures[Figure.REQUESTS_AFTER_RETRIES.ordinal()],
                figures[Figure.FAULTS_AFTER_RETRIES.ordinal()],
                figures[Figure.REFUSALS_AFTER_RETRIES.ordinal()]);
    }

    private static long errors(long[] figures, ErrorClass error) {
        return figures[Figure.errors(error).ordinal()];
    }

    ProviderPane plus(ProviderPane other) {
        return with(other, 1);
    }

    /** Returns the difference between this pane and another one. */
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
                both.toBytes(),
                calls + times * other.calls,
                failedCalls + times * other.failedCalls,
                limitedCalls + times * other.limitedCalls);
    }
}
