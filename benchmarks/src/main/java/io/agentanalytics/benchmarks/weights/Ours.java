package io.agentanalytics.benchmarks.weights;

import io.agentanalytics.benchmarks.weights.Provider.Outcome;
import io.agentanalytics.benchmarks.weights.Provider.RequestResult;
import io.agentanalytics.contract.weights.RequestPrices;
import io.agentanalytics.contract.weights.RoutingSettings;
import io.agentanalytics.job.model.ProviderRequest;
import io.agentanalytics.job.model.ProviderRequestBuilder;
import io.agentanalytics.job.model.RequestOutcome;
import io.agentanalytics.job.model.RequestPhase;
import io.agentanalytics.job.weights.PolicyState;
import io.agentanalytics.job.weights.WeightPolicy;
import java.util.Map;

/**
 * The job's own weight policy, with the same input as in the job: the ends of all requests, and the
 * starts of those whose clients report them.
 */
final class Ours extends Balancer {
    /** Origin of the virtual clock: any time after 1970. */
    private static final long ORIGIN = 1_800_000_000_000L;

    private final RoutingSettings settings;
    private final PolicyState state = new PolicyState();
    private final double[] shares = new double[providers];
    private final int oneStartIn;

    Ours(BalancerSetup setup) {
        this(setup, 1);
    }

    /**
     * @param oneStartIn one request in this many has a reported start
     */
    Ours(BalancerSetup setup, int oneStartIn) {
        super(setup);
        this.oneStartIn = oneStartIn;
        RoutingSettings s = RoutingSettings.STANDARD;
        settings =
                new RoutingSettings(
                        new RequestPrices(prices.success(), prices.failure(), prices.second()),
                        s.pinned(),
                        s.excluded(),
                        s.providers(),
                        s.maxShare(),
                        s.mode(),
                        s.levels());
        active.forEach(i -> shares[i] = 1.0 / active.size());
    }

    @Override
    boolean isStreamed() {
        return true;
    }

    @Override
    int choose(double now) {
        return weighted(active, shares);
    }

    @Override
    void join(int provider, double now) {
        super.join(provider, now);
        shares[provider] = 0.02;
    }

    private static long millis(double seconds) {
        return ORIGIN + Math.round(seconds * 1000);
    }

    private WeightPolicy policy() {
        return new WeightPolicy(state, settings);
    }

    private ProviderRequest request(
            RequestPhase kind,
            int provider,
            int request,
            double at,
            RequestOutcome outcome,
            RequestResult result) {
        return ProviderRequestBuilder.builder()
                .kind(kind)
                .taskId("task " + request)
                .callId("call")
                .agentId("agent")
                .agentType("worker")
                .provider("provider " + provider)
                .timeMillis(millis(at))
                .outcome(outcome)
                .latencyMillis(Math.round(result.seconds() * 1000))
                .costNanos(result.ok() ? Math.round(result.cost() * 1e9) : 0)
                .retryAtMillis(-1)
                .isStartReported(isStartReported(request))
                .build();
    }

    private boolean isStartReported(int request) {
        return request % oneStartIn == oneStartIn - 1;
    }

    @Override
    void started(double now, int provider, int request) {
        if (!isStartReported(request)) {
            return;
        }
        policy().take(
                        request(
                                RequestPhase.STARTED,
                                provider,
                                request,
                                now - Loop.PIPE,
                                RequestOutcome.NEUTRAL,
                                new RequestResult(Outcome.OK, 0, 0)),
                        millis(now));
    }

    @Override
    void ended(double now, int provider, int request, RequestResult result, double startedAt) {
        RequestOutcome outcome =
                switch (result.outcome()) {
                    case OK -> RequestOutcome.OK;
                    case ERROR -> RequestOutcome.PROVIDER_ERROR;
                    case TIMEOUT -> RequestOutcome.TIMEOUT;
                    case REFUSED -> RequestOutcome.RATE_LIMIT;
                };
        policy().take(
                        request(
                                RequestPhase.ENDED,
                                provider,
                                request,
                                now - Loop.PIPE,
                                outcome,
                                result),
                        millis(now));
    }

    @Override
    boolean isUrgent() {
        return policy().isUrgent();
    }

    @Override
    double[] shares(double now) {
        Map<String, Double> decided = policy().decide(millis(now)).weights();
        for (int i : active) {
            // Same behavior as the client: an unknown provider gets some traffic.
            shares[i] = decided.getOrDefault("provider " + i, decided.isEmpty() ? 1 : 0.02);
        }
        return shares;
    }
}
