package io.agentanalytics.job.weights;

import io.agentanalytics.job.model.ProviderRequest;
import io.agentanalytics.job.model.ProviderRequestBuilder;
import io.agentanalytics.job.model.RequestOutcome;
import io.agentanalytics.job.model.RequestPhase;

/** Builds requests for tests; times are in seconds after the beginning. */
final class Requests {
    static final long BEGINNING = 1_795_000_000_000L;

    private Requests() {}

    static long at(double seconds) {
        return BEGINNING + Math.round(seconds * 1000);
    }

    static ProviderRequest started(String provider, String task, double at) {
        return request(
                RequestPhase.STARTED,
                provider,
                task,
                "agent",
                at,
                RequestOutcome.NEUTRAL,
                0,
                0,
                -1);
    }

    static ProviderRequest ended(
            String provider,
            String task,
            double at,
            RequestOutcome outcome,
            double took,
            double usd) {
        return request(RequestPhase.ENDED, provider, task, "agent", at, outcome, took, usd, -1);
    }

    static ProviderRequest refused(
            String provider, String agent, double at, RequestOutcome outcome, double until) {
        return request(
                RequestPhase.ENDED,
                provider,
                "refused " + at,
                agent,
                at,
                outcome,
                .2,
                0,
                until < 0 ? -1 : at(until));
    }

    /** The same request, of a client that hides failed attempts. */
    static ProviderRequest afterRetries(ProviderRequest r) {
        return ProviderRequestBuilder.builder(r).isAfterRetries(true).build();
    }

    /** The same request, of a client that reports no starts. */
    static ProviderRequest withoutStart(ProviderRequest r) {
        return ProviderRequestBuilder.builder(r).isStartReported(false).build();
    }

    static ProviderRequest by(ProviderRequest r, String agent) {
        return ProviderRequestBuilder.builder(r).agentId(agent).build();
    }

    private static ProviderRequest request(
            RequestPhase kind,
            String provider,
            String task,
            String agent,
            double at,
            RequestOutcome outcome,
            double took,
            double usd,
            long retryAt) {
        return ProviderRequestBuilder.builder()
                .kind(kind)
                .taskId(task)
                .callId("call")
                .agentId(agent)
                .agentType("worker")
                .provider(provider)
                .timeMillis(at(at))
                .outcome(outcome)
                .latencyMillis(Math.round(took * 1000))
                .costNanos(Math.round(usd * 1e9))
                .retryAtMillis(retryAt)
                .isStartReported(true)
                .build();
    }
}
