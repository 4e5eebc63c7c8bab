package io.agentanalytics.job.weights;

import io.agentanalytics.contract.weights.ProviderCondition;
import io.agentanalytics.contract.weights.RoutingMode;
import io.agentanalytics.contract.weights.RoutingSettings;
import io.agentanalytics.contract.weights.WeightDecision;
import io.agentanalytics.contract.weights.WeightDecisionBuilder;
import io.agentanalytics.job.state.Versions;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Publishes decisions to routers and records changes. */
final class WeightPublisher {
    private static final long HEARTBEAT_MILLIS = 30_000;
    private static final long VALID_MILLIS = 60_000;

    private static final double WORTH_WRITING = 0.005;

    /** Share of a provider that is not named in the weights, so that a new provider is probed. */
    private static final double UNNAMED = 0.02;

    /** Output of decisions. */
    interface Output {
        void decided(WeightDecision decision);

        void changed(WeightChange change);

        void emit(WeightRecord record);
    }

    private final Versions versions = new Versions();

    /** Publishes the traffic shares of a scope. */
    void announce(
            String scope,
            PublicationState state,
            RoutingSettings settings,
            WeightPolicy.PolicyShares made,
            long now,
            Output out) {
        freeze(state, settings.mode(), made.weights());
        state.version = versions.next(scope, state.version, now);
        WeightDecision decision = decision(scope, state, settings, made, now);
        out.decided(decision);
        boolean changed = write(state, decision, out);
        if (!settings.mode().isPublished()) {
            withdraw(scope, state, out);
        } else if (changed || !state.published || isHeartbeatDue(state, now)) {
            state.published = true;
            state.toldMillis = now;
            out.emit(new WeightRecord(scope, decision));
        }
    }

    /** Returns true if the last record is old, or from before the clock was set back. */
    private static boolean isHeartbeatDue(PublicationState state, long now) {
        return now < state.toldMillis || now - state.toldMillis >= HEARTBEAT_MILLIS;
    }

    private static WeightDecision decision(
            String scope,
            PublicationState state,
            RoutingSettings settings,
            WeightPolicy.PolicyShares made,
            long now) {
        Instant at = Instant.ofEpochMilli(now);
        return WeightDecisionBuilder.builder()
                .scope(scope)
                .version(state.version)
                .producedAt(at)
                .validUntil(at.plusMillis(VALID_MILLIS))
                .mode(settings.mode())
                .prices(settings.prices())
                .weights(new TreeMap<>(state.frozen.isEmpty() ? made.weights() : state.frozen))
                .unnamed(settings.providers().isEmpty() ? UNNAMED : 0)
                .providers(made.standings())
                .build();
    }

    private static void freeze(
            PublicationState state, RoutingMode mode, Map<String, Double> weights) {
        if (mode != RoutingMode.FREEZE) {
            state.frozen = new HashMap<>();
        } else if (state.frozen.isEmpty()) {
            state.frozen =
                    new HashMap<>(state.writtenShares.isEmpty() ? weights : state.writtenShares);
        }
    }

    /** Withdraws the weights of a scope from routers. */
    void withdraw(String scope, PublicationState state, Output out) {
        if (state.published) {
            state.published = false;
            out.emit(new WeightRecord(scope, null));
        }
    }

    /** Records changes. Returns true if there were any. */
    private static boolean write(PublicationState state, WeightDecision decision, Output out) {
        Map<String, ProviderCondition> states = new HashMap<>();
        decision.providers().forEach((name, standing) -> states.put(name, standing.state()));
        if (states.equals(state.writtenStates)
                && distance(decision.weights(), state.writtenShares) < WORTH_WRITING) {
            return false;
        }
        state.changedMillis =
                Math.max(state.changedMillis + 1, decision.producedAt().toEpochMilli());
        decision.providers()
                .forEach((name, standing) -> out.changed(change(name, standing, decision, state)));
        state.writtenStates = states;
        state.writtenShares = new HashMap<>(decision.weights());
        return true;
    }

    private static WeightChange change(
            String name,
            WeightDecision.Standing standing,
            WeightDecision decision,
            PublicationState state) {
        return WeightChangeBuilder.builder()
                .at(Instant.ofEpochMilli(state.changedMillis))
                .scope(decision.scope())
                .provider(name)
                .version(decision.version())
                .mode(decision.mode())
                .weight(decision.weights().getOrDefault(name, 0.0))
                .before(state.writtenShares.getOrDefault(name, 0.0))
                .standing(standing)
                .build();
    }

    /** Returns the share of traffic that moves to another provider. */
    private static double distance(Map<String, Double> a, Map<String, Double> b) {
        Set<String> names = new HashSet<>(a.keySet());
        names.addAll(b.keySet());
        double sum = 0;
        for (String name : names) {
            sum += Math.abs(a.getOrDefault(name, 0.0) - b.getOrDefault(name, 0.0));
        }
        return sum / 2;
    }
}
