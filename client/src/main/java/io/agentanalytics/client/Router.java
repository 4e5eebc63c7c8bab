package io.agentanalytics.client;

import io.agentanalytics.contract.Providers;
import io.agentanalytics.contract.weights.WeightDecision;
import io.agentanalytics.contract.weights.WeightScope;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Chooses providers by the newest weights. Choices follow nginx's smooth weighted round robin: a
 * share of 5 % is every twentieth choice, not a random draw. Expired weights decay over {@value
 * #DECAY_MILLIS} ms to even shares of the providers that this router observed to be healthy.
 */
final class Router {
    static final long DECAY_MILLIS = 60_000;

    /** Number of consecutive failures after which a provider is paused, if there are no weights. */
    private static final int FAILURES = 3;

    private static final long PAUSE_MILLIS = 30_000;

    /**
     * Maximum number of scopes with round-robin state; the least recently used is dropped, because
     * scopes are external input.
     */
    private static final int MAX_SCOPES = 10_000;

    private final List<String> providers;
    private final Clock clock;
    private final Map<String, WeightDecision> decisions = new HashMap<>();
    private final Map<String, Map<String, Double>> credits =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Map<String, Double>> eldest) {
                    return size() > MAX_SCOPES;
                }
            };
    private final Map<String, Health> health = new HashMap<>();

    private static final class Health {
        int failures;
        long lastFailureMillis;
    }

    /**
     * @param providers providers that this router can call
     */
    Router(List<String> providers, Clock clock) {
        this(clock, providers);
        if (providers.isEmpty()) {
            throw new IllegalArgumentException("providers is empty; name those you can call.");
        }
    }

    private Router(Clock clock, List<String> providers) {
        this.providers = List.copyOf(providers);
        this.clock = clock;
    }

    /**
     * Creates a router that makes no choices.
     *
     * @param providers providers to which the shares are limited; empty for those that decisions
     *     name
     */
    static Router observer(List<String> providers, Clock clock) {
        return new Router(clock, providers);
    }

    /** Applies a decision unless a newer one is known. */
    synchronized void accept(WeightDecision decision) {
        decisions.merge(
                decision.scope(),
                decision,
                (known, next) ->
                        next.version() > known.version() || outlived(known, next) ? next : known);
    }

    /**
     * Returns true if the known decision has expired and the next one was produced later: a
     * restarted job may begin with lower versions than a job whose clock was ahead.
     */
    private boolean outlived(WeightDecision known, WeightDecision next) {
        return known.validUntil().toEpochMilli() < clock.millis()
                && known.producedAt().isBefore(next.producedAt());
    }

    synchronized void remove(String scope) {
        decisions.remove(scope);
    }

    synchronized long version(String scope) {
        WeightDecision decision = decisions.get(scope);
        return decision == null ? 0 : decision.version();
    }

    synchronized Choice choose(Collection<String> excluding, List<String> scopes) {
        if (providers.isEmpty()) {
            throw new IllegalStateException("Without providers, nothing can be chosen.");
        }
        List<String> able = providers.stream().filter(p -> !excluding.contains(p)).toList();
        List<String> candidates = able.isEmpty() ? providers : able;
        WeightDecision decision = mostSpecific(scopes);
        if (decision == null) {
            return new Choice(this, smooth("", even(candidates)), "", 0);
        }
        String provider = smooth(decision.scope(), shares(decision, candidates));
        return new Choice(this, provider, decision.scope(), decision.version());
    }

    synchronized Shares shares(List<String> scopes) {
        WeightDecision decision = mostSpecific(scopes);
        if (decision == null) {
            return new Shares(null, true, even(providers));
        }
        List<String> candidates =
                providers.isEmpty()
                        ? decision.weights().keySet().stream().sorted().toList()
                        : providers;
        return new Shares(decision, stale(decision) > 0, shares(decision, candidates));
    }

    /** Returns the most specific valid decision, or the most specific one if none is valid. */
    private @Nullable WeightDecision mostSpecific(List<String> scopes) {
        WeightDecision first = null;
        for (String scope : scopes) {
            WeightDecision decision = decisions.get(scope);
            if (decision != null && stale(decision) <= 0) {
                return decision;
            }
            first = first == null ? decision : first;
        }
        return first;
    }

    private long stale(WeightDecision decision) {
        return clock.millis() - decision.validUntil().toEpochMilli();
    }

    private Map<String, Double> shares(WeightDecision decision, List<String> candidates) {
        Map<String, Double> weights = new LinkedHashMap<>();
        candidates.forEach(
                p ->
                        weights.put(
                                p,
                                decision.weights()
                                        .getOrDefault(Providers.canonical(p), decision.unnamed())));
        double sum = weights.values().stream().mapToDouble(w -> w).sum();
        Map<String, Double> even = even(candidates);
        if (sum <= 0) {
            return even;
        }
        double evenly = Math.max(0, Math.min(1, (double) stale(decision) / DECAY_MILLIS));
        weights.replaceAll((p, w) -> (1 - evenly) * w / sum + evenly * even.getOrDefault(p, 0.0));
        return weights;
    }

    /**
     * Returns even shares of the candidates that this router observed to be healthy, or of all if
     * there are none.
     */
    private Map<String, Double> even(List<String> candidates) {
        List<String> well = candidates.stream().filter(this::isWell).toList();
        List<String> chosen = well.isEmpty() ? candidates : well;
        Map<String, Double> shares = new LinkedHashMap<>();
        candidates.forEach(p -> shares.put(p, chosen.contains(p) ? 1.0 / chosen.size() : 0));
        return shares;
    }

    private boolean isWell(String provider) {
        Health known = health.get(provider);
        return known == null
                || known.failures < FAILURES
                || clock.millis() - known.lastFailureMillis > PAUSE_MILLIS;
    }

    private String smooth(String scope, Map<String, Double> shares) {
        Map<String, Double> credit = credits.computeIfAbsent(scope, s -> new HashMap<>());
        String best = "";
        double most = Double.NEGATIVE_INFINITY;
        for (Map.Entry<String, Double> share : shares.entrySet()) {
            if (share.getValue() <= 0) {
                continue;
            }
            // Random start; otherwise a hundred routers would all choose the same provider first.
            double start = ThreadLocalRandom.current().nextDouble() - 0.5;
            double has = credit.getOrDefault(share.getKey(), start) + share.getValue();
            credit.put(share.getKey(), has);
            if (has > most) {
                best = share.getKey();
                most = has;
            }
        }
        credit.put(best, most - 1);
        return best;
    }

    synchronized void ended(String provider, boolean succeeded) {
        Health known = health.computeIfAbsent(provider, p -> new Health());
        known.failures = succeeded ? 0 : known.failures + 1;
        if (!succeeded) {
            known.lastFailureMillis = clock.millis();
        }
    }

    /** Returns the scopes of an agent, most specific first. */
    static List<String> scopesOf(String agentId, String agentType) {
        return List.of(
                WeightScope.ofAgent(agentId),
                WeightScope.ofAgentType(agentType),
                WeightScope.GLOBAL);
    }
}
