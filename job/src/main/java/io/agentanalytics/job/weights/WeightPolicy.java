package io.agentanalytics.job.weights;

import io.agentanalytics.contract.NanoDollars;
import io.agentanalytics.contract.weights.ProviderCondition;
import io.agentanalytics.contract.weights.RoutingSettings;
import io.agentanalytics.contract.weights.WeightDecision;
import io.agentanalytics.job.model.ProviderRequest;
import io.agentanalytics.job.model.RequestOutcome;
import io.agentanalytics.job.model.RequestPhase;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Shares traffic among providers by the value of a request to each and its uncertainty. Independent
 * of Flink: the caller passes the current time. See docs/weights.md for the method and the reasons.
 */
public final class WeightPolicy {
    /** Maximum number of providers. Names come from client events, so state must be bounded. */
    private static final int MAX_PROVIDERS = 50;

    private static final double FIRST_MILLIS = 5000;
    private static final double FIRST_USD = 0.02;

    /** Minimum cost of a request, because zero has no logarithm. */
    private static final double LEAST_USD = 1e-6;

    private static final double LEAST_MILLIS = 20;

    /** After this time in flight, three times the usual timeout, a request is counted as failed. */
    private static final double TIMEOUT_SECONDS = 180;

    /**
     * At most this long after the first current request, past requests are still applied: at
     * startup, one partition's past may follow another partition's present.
     */
    private static final double PAST_SECONDS = 30;

    /**
     * Minimum gap between two decisions after a downtime of the job; the normal gap is five
     * seconds.
     */
    private static final double AWAY_SECONDS = 60;

    /** After this time without requests, a provider is removed while others have requests. */
    private static final double FORGOTTEN_SECONDS = 86_400;

    private final PolicyState state;
    private final RoutingSettings settings;

    public WeightPolicy(PolicyState state, RoutingSettings settings) {
        this.state = state;
        this.settings = settings;
    }

    /** Shares that add up to 1, and the standing of each provider. */
    public record PolicyShares(
            Map<String, Double> weights, Map<String, WeightDecision.Standing> standings) {}

    /** Returns true if an event requires a decision before the next tick. */
    public boolean isUrgent() {
        return state.urgent;
    }

    /** Applies an event of a request. Returns false if there are too many providers. */
    public boolean take(ProviderRequest request, long nowMillis) {
        double now = nowMillis / 1000.0;
        double at = Math.min(request.timeMillis() / 1000.0, now);
        if (request.kind() == RequestPhase.TASK_ENDED) {
            state.providers.values().forEach(p -> p.flights.endAll(request.taskId()));
            return true;
        }
        ProviderState provider = provider(request.provider(), now);
        if (provider == null) {
            return false;
        }
        provider.lastSeen = now;
        provider.presentSince = Math.min(provider.presentSince, now);
        if (!request.callId().isEmpty()) {
            state.providers.values().forEach(p -> p.flights.endTask(request.taskId()));
        }
        if (request.kind() == RequestPhase.STARTED) {
            provider.flights.started(request.taskId(), request.callId(), at);
            if (!request.callId().isEmpty()) {
                count(provider, now);
                provider.capacity.accepted(at);
            }
        } else {
            ended(provider, request, at, now);
        }
        return true;
    }

    /**
     * Applies a past request, which affects the baselines only. Ignored for a provider with known
     * current requests. Returns false if there are too many providers.
     */
    public boolean learn(ProviderRequest request, long nowMillis) {
        if (request.kind() != RequestPhase.STARTED) {
            state.providers.values().forEach(p -> p.flights.endAll(request.taskId()));
        }
        boolean good = request.outcome() == RequestOutcome.OK;
        boolean bad =
                request.outcome() == RequestOutcome.PROVIDER_ERROR
                        || request.outcome() == RequestOutcome.TIMEOUT;
        if (request.kind() != RequestPhase.ENDED || (!good && !bad)) {
            return true;
        }
        double now = nowMillis / 1000.0;
        ProviderState provider = provider(request.provider(), now);
        if (provider == null) {
            return false;
        }
        if (now - provider.presentSince <= PAST_SECONDS) {
            learn(provider, request, good, now);
        }
        return true;
    }

    private static void learn(
            ProviderState provider, ProviderRequest request, boolean good, double now) {
        if (provider.attemptRates.counts(request.isAfterRetries(), now)) {
            provider.evidence.learn(good);
        }
        if (good && request.latencyMillis() >= 0) {
            provider.latency.learn(millis(request));
        }
        if (good && request.costNanos() >= 0) {
            provider.cost.learn(usd(request));
        }
    }

    private static double millis(ProviderRequest request) {
        return Math.max(LEAST_MILLIS, request.latencyMillis());
    }

    private static double usd(ProviderRequest request) {
        return Math.max(LEAST_USD, request.costNanos() / NanoDollars.PER_USD);
    }

    /** Counts a request in the pace of its provider and of the scope. */
    private void count(ProviderState provider, double now) {
        provider.pace.count(now);
        state.pace.count(now);
    }

    private @Nullable ProviderState provider(String name, double now) {
        ProviderState known = state.providers.get(name);
        if (known != null || state.providers.size() >= MAX_PROVIDERS) {
            return known;
        }
        ProviderState provider = new ProviderState();
        provider.lastSeen = now;
        provider.ticked = now;
        state.providers.put(name, provider);
        return provider;
    }

    private void ended(ProviderState provider, ProviderRequest request, double at, double now) {
        double start = at - Math.max(0, request.latencyMillis()) / 1000.0;
        if (!request.isStartReported()) { // else counted at its start
            count(provider, now);
            if (request.outcome() != RequestOutcome.RATE_LIMIT) {
                provider.capacity.accepted(at);
            }
        }
        int how = tracked(request.outcome());
        boolean counts =
                !provider.flights.ended(request.taskId(), request.callId(), how)
                        && provider.attemptRates.counts(request.isAfterRetries(), now);
        if (counts) {
            provider.recent.count(request.outcome(), now);
        }
        if (counts && how != TrackedRequest.OTHER) {
            judge(provider, how == TrackedRequest.OK, start, at);
        }
        switch (request.outcome()) {
            case OK -> succeeded(provider, request, start, now);
            case RATE_LIMIT ->
                    state.urgent |= provider.capacity.refused(start, request.isStartReported());
            case QUOTA, AUTH -> refused(provider, request, start, now);
            case PROVIDER_ERROR, TIMEOUT, NEUTRAL -> {
                // Counted above, or not caused by the provider.
            }
        }
    }

    private static int tracked(RequestOutcome outcome) {
        return switch (outcome) {
            case OK -> TrackedRequest.OK;
            case PROVIDER_ERROR, TIMEOUT -> TrackedRequest.FAILED;
            case RATE_LIMIT, QUOTA, AUTH, NEUTRAL -> TrackedRequest.OTHER;
        };
    }

    private void refused(
            ProviderState provider, ProviderRequest request, double start, double now) {
        double end = request.retryAtMillis() < 0 ? -1 : request.retryAtMillis() / 1000.0;
        boolean credentials = request.outcome() == RequestOutcome.AUTH;
        state.urgent |= provider.block.refused(request.agentId(), credentials, start, now, end);
    }

    private void judge(ProviderState provider, boolean good, double start, double at) {
        double halfLife =
                provider.halfLife(provider.evidence.since, at, state.reference, state.rate);
        state.urgent |= provider.evidence.take(good, start, at, state.threshold(), halfLife);
    }

    private void succeeded(
            ProviderState provider, ProviderRequest request, double start, double now) {
        state.urgent |= provider.block.succeeded(request.agentId(), start, now);
        double threshold = state.threshold();
        if (request.latencyMillis() >= 0) {
            state.urgent |= provider.latency.take(millis(request), start, threshold, state.rate);
        }
        if (request.costNanos() >= 0) {
            state.urgent |= provider.cost.take(usd(request), start, threshold, state.rate);
        }
    }

    /** Decides the traffic shares until the next decision. */
    public PolicyShares decide(long nowMillis) {
        double now = nowMillis / 1000.0;
        forgetUnused();
        state.measure(now);
        assess(now);
        SharePlan plan = new SharePlan(state, settings, Set.of(), now);
        state.urgent = false;
        return new PolicyShares(plan.shares, apply(plan, now));
    }

    private void forgetUnused() {
        double newest =
                state.providers.values().stream().mapToDouble(p -> p.lastSeen).max().orElse(0);
        state.providers
                .entrySet()
                .removeIf(
                        p ->
                                p.getValue().lastSeen < newest - FORGOTTEN_SECONDS
                                        && !settings.excluded().contains(p.getKey()));
    }

    /** Updates each provider to now, and the value of a request to it. */
    private void assess(double now) {
        double usualSeconds = usual(p -> p.latency, FIRST_MILLIS, 0) / 1000;
        double usualUsd = usual(p -> p.cost, FIRST_USD, LEAST_USD);
        state.providers
                .values()
                .forEach(
                        p -> {
                            observe(p, now);
                            p.assess(
                                    now,
                                    state.reference,
                                    state.rate,
                                    usualSeconds,
                                    usualUsd,
                                    settings.prices());
                        });
    }

    /** Applies the planned shares to the state; returns the standing of each provider. */
    private Map<String, WeightDecision.Standing> apply(SharePlan plan, double now) {
        state.reference = 0;
        Map<String, WeightDecision.Standing> standings = new TreeMap<>();
        state.providers.forEach(
                (name, p) -> {
                    p.share = plan.shares.getOrDefault(name, 0.0);
                    p.capacity.binding = plan.bound.contains(name);
                    state.reference += p.share * p.value;
                    standings.put(
                            name,
                            new ProviderReports(settings, state, now)
                                    .of(name, p, plan.limits.getOrDefault(name, 0.0)));
                });
        return standings;
    }

    /**
     * Adapts the last decision to an agent that avoids some providers or has settings of its own.
     * The value of a request is the same as for the scope.
     *
     * @param avoided reasons by provider; ignored if no healthy provider would remain
     */
    public PolicyShares forAgent(
            PolicyShares decided,
            RoutingSettings own,
            Map<String, String> avoided,
            long nowMillis) {
        boolean some =
                decided.standings().entrySet().stream()
                        .anyMatch(
                                p ->
                                        own.allows(p.getKey())
                                                && !avoided.containsKey(p.getKey())
                                                && p.getValue().state() != ProviderCondition.OPEN);
        Map<String, String> reasons = some ? avoided : Map.of();
        SharePlan plan = new SharePlan(state, own, reasons.keySet(), nowMillis / 1000.0);
        Map<String, WeightDecision.Standing> standings = new TreeMap<>();
        decided.standings()
                .forEach(
                        (name, common) ->
                                standings.put(
                                        name,
                                        ProviderReports.ofAgent(
                                                name,
                                                common,
                                                own,
                                                reasons.get(name),
                                                plan.limits.getOrDefault(name, 0.0))));
        return new PolicyShares(plan.shares, standings);
    }

    /**
     * Returns the geometric mean of the arithmetic means of all providers with a known level. A
     * provider at the minimum, such as a free one, says nothing about the level of others.
     *
     * @param first value while no level is known
     */
    private double usual(
            Function<ProviderState, LogNormalEstimator> levelOf, double first, double least) {
        double sum = 0;
        int n = 0;
        for (ProviderState p : state.providers.values()) {
            LogNormalEstimator level = levelOf.apply(p);
            if (level.isKnown() && level.logMean() > Math.log(2 * least)) {
                sum += level.logMean() + level.variance / 2;
                n++;
            }
        }
        return n == 0 ? first : Math.exp(sum / n);
    }

    private void observe(ProviderState p, double now) {
        double seconds = Math.max(0, now - p.ticked);
        if (seconds > AWAY_SECONDS) {
            p.flights.forgetInFlight();
        }
        p.ticked = now;
        p.rate = p.share * state.rate;
        p.capacity.tick(now, state.rate);
        for (double n = p.flights.tick(now, p.rate, TIMEOUT_SECONDS); n > 0; n--) {
            p.recent.count(RequestOutcome.TIMEOUT, now);
            judge(p, false, now - TIMEOUT_SECONDS, now);
        }
        if (!p.evidence.changed) {
            OutstandingRequests.Hang hang =
                    p.flights.hang(now, p.evidence.well, p.latency, state.threshold());
            if (hang != null) {
                p.evidence.change(hang.since(), hang.ok(), hang.bad());
                p.evidence.hanging = true;
            }
        }
        p.fade(now, seconds, state.reference, state.rate);
    }
}
