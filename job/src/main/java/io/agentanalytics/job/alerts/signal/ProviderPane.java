package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.ErrorClass;
import io.agentanalytics.contract.Figure;
import io.agentanalytics.contract.Histogram;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Ten seconds of a provider's requests over all its models: all requests, failures caused by the
 * provider, refusals for rate, quota and credentials, and the latencies.
 *
 * @param calls requests that clients report once their retries are over, with {@code failedCalls}
 *     and {@code limitedCalls} among them; all other requests are attempts
 * @param models latencies by model, until the slow calls of the pane are counted
 * @param slow number of slow calls by the id of the rule that counts them
 */
@RecordBuilder
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
        long limitedCalls,
        Map<String, byte[]> models,
        Map<String, Long> slow) {
    private static final List<ErrorClass> OWN_ERRORS = ErrorClass.of(ErrorClass.Blame.PROVIDER);

    /** Panes in state of earlier versions have no models. */
    public ProviderPane {
        models = models == null ? Map.of() : models;
        slow = slow == null ? Map.of() : slow;
    }

    static ProviderPane of(long start, long[] figures, byte[] latency) {
        return ProviderPaneBuilder.builder()
                .start(start)
                .requests(figures[Figure.REQUESTS.ordinal()])
                .errors(OWN_ERRORS.stream().mapToLong(c -> errors(figures, c)).sum())
                .limited(errors(figures, ErrorClass.RATE_LIMIT))
                .quota(errors(figures, ErrorClass.QUOTA))
                .auth(errors(figures, ErrorClass.AUTH))
                .latency(latency)
                .calls(figures[Figure.REQUESTS_AFTER_RETRIES.ordinal()])
                .failedCalls(figures[Figure.FAULTS_AFTER_RETRIES.ordinal()])
                .limitedCalls(figures[Figure.REFUSALS_AFTER_RETRIES.ordinal()])
                .build();
    }

    private static long errors(long[] figures, ErrorClass error) {
        return figures[Figure.errors(error).ordinal()];
    }

    /** Returns this pane of a single model with its latencies. */
    ProviderPane of(String model) {
        return ProviderPaneBuilder.builder(this).models(Map.of(model, latency)).build();
    }

    ProviderPane plus(ProviderPane other) {
        return with(other, 1);
    }

    /** Returns the difference between this pane and another one. */
    ProviderPane minus(ProviderPane other) {
        return with(other, -1);
    }

    private ProviderPane with(ProviderPane other, int times) {
        Map<String, byte[]> all = new HashMap<>(models);
        other.models.forEach((model, more) -> all.merge(model, more, (a, b) -> sum(a, b, times)));
        Map<String, Long> counts = new HashMap<>(slow);
        other.slow.forEach((rule, more) -> counts.merge(rule, times * more, Long::sum));
        return ProviderPaneBuilder.builder()
                .start(start)
                .requests(requests + times * other.requests)
                .errors(errors + times * other.errors)
                .limited(limited + times * other.limited)
                .quota(quota + times * other.quota)
                .auth(auth + times * other.auth)
                .latency(sum(latency, other.latency, times))
                .calls(calls + times * other.calls)
                .failedCalls(failedCalls + times * other.failedCalls)
                .limitedCalls(limitedCalls + times * other.limitedCalls)
                .models(all)
                .slow(counts)
                .build();
    }

    private static byte[] sum(byte[] a, byte[] b, int times) {
        return Histogram.ofBytes(a).merge(Histogram.ofBytes(b), times).toBytes();
    }
}
