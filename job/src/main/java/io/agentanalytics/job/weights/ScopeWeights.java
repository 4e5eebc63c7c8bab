package io.agentanalytics.job.weights;

import io.agentanalytics.contract.weights.RoutingMode;
import io.agentanalytics.contract.weights.RoutingPolicy;
import io.agentanalytics.contract.weights.RoutingSettings;
import io.agentanalytics.contract.weights.WeightScope;
import io.agentanalytics.job.model.NameLimit;
import io.agentanalytics.job.model.ProviderRequest;
import java.util.HashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Applies requests, agent moves and the passing of time to one scope, and publishes the weights of
 * the scope and its agents. The caller passes the current time and stores the state.
 */
final class ScopeWeights {
    private static final long TICK_MILLIS = 5_000;

    /**
     * Maximum age of a request that affects the estimates; an older one is from a backlog or
     * replay.
     */
    private static final long CURRENT_MILLIS = 120_000;

    /** Maximum age of a request that affects the baselines. */
    private static final long USUAL_MILLIS = 7_200_000;

    /** After this time without requests, the state of a scope is removed. */
    private static final long SILENCE_MILLIS = 3_600_000;

    /** Lifetime of a move. A valid move is repeated with every task. */
    private static final long MOVED_MILLIS = 7_200_000;

    /** Maximum number of agents. Agent ids come from client events, so state must be bounded. */
    static final int MAX_AGENTS = 200;

    private final String scope;
    private final ScopeState state;
    private final ScopePolicies policies;
    private final WeightPublisher publisher;
    private final Consumer<NameLimit> beyondLimit;
    private final long now;

    /**
     * @param beyondLimit receives the limit when an input is not used because of it
     * @param now current time of the weight clock, epoch ms
     */
    ScopeWeights(
            String scope,
            ScopeState state,
            ScopePolicies policies,
            WeightPublisher publisher,
            Consumer<NameLimit> beyondLimit,
            long now) {
        this.scope = scope;
        this.state = state;
        this.policies = policies;
        this.publisher = publisher;
        this.beyondLimit = beyondLimit;
        this.now = now;
    }

    /** Returns the time of the next decision of all scopes. */
    static long nextTick(long now) {
        return Math.floorDiv(now, TICK_MILLIS) * TICK_MILLIS + TICK_MILLIS;
    }

    /** Returns true if a request is too old to be applied. */
    static boolean isTooOld(ProviderRequest request, long now) {
        return request.timeMillis() < now - USUAL_MILLIS;
    }

    /** Applies a request; decides at once if it changes a circuit breaker. */
    void apply(ProviderRequest request, WeightPublisher.Output out) {
        RoutingSettings settings = policies.of(scope);
        if (settings == null) {
            return;
        }
        state.seenMillis = now;
        recordAgent(request);
        WeightPolicy policy = new WeightPolicy(state.policy, settings);
        boolean isUsed =
                request.timeMillis() < now - CURRENT_MILLIS
                        ? policy.learn(request, now)
                        : policy.take(request, now);
        if (!isUsed) {
            beyondLimit.accept(NameLimit.WEIGHT_PROVIDERS);
        }
        if (policy.isUrgent()) {
            decide(policy, settings, out);
        }
    }

    /**
     * Records a request of an agent. An agent with a policy of its own gets weights from its first
     * request on.
     */
    private void recordAgent(ProviderRequest request) {
        ScopeState.AgentState agent = state.agents.get(request.agentId());
        if (agent == null && policies.ofAgent(request.agentId()) != null) {
            agent = newAgent(request.agentId(), request.agentType());
        }
        if (agent != null) {
            agent.seenMillis = now;
        }
    }

    /** Adds an agent; returns null if there are too many. */
    private ScopeState.@Nullable AgentState newAgent(String agentId, String agentType) {
        if (state.agents.size() >= MAX_AGENTS) {
            beyondLimit.accept(NameLimit.WEIGHT_AGENTS);
            return null;
        }
        ScopeState.AgentState agent = ScopeState.AgentState.after(state.told);
        agent.agentType = agentType;
        state.agents.put(agentId, agent);
        return agent;
    }

    /** Applies a move of an agent, if the settings of the scope allow it. */
    void apply(AgentMove move) {
        RoutingSettings settings = policies.of(scope);
        if (settings == null || !settings.levels().contains(WeightScope.AGENT_LEVEL)) {
            return;
        }
        ScopeState.AgentState agent = state.agents.get(move.agentId());
        if (agent == null && !move.avoided().isEmpty()) {
            agent = newAgent(move.agentId(), move.agentType());
        }
        if (agent != null) {
            agent.agentType = move.agentType();
            agent.seenMillis = now;
            agent.movedMillis = now;
            agent.avoided = new HashMap<>(move.avoided());
        }
    }

    /**
     * Decides the weights of a tick. Returns false if the scope is over: it has been silent for an
     * hour, or no weights are decided for it any more. Its weights are then withdrawn, and its
     * state is no longer needed.
     */
    boolean tick(WeightPublisher.Output out) {
        RoutingSettings settings = policies.of(scope);
        boolean silent = isSilent(state.seenMillis) && !scope.equals(WeightScope.GLOBAL);
        if (settings == null || silent) {
            publisher.withdraw(scope, state.told, out);
            state.agents.forEach(
                    (id, agent) -> publisher.withdraw(WeightScope.ofAgent(id), agent.told, out));
            return false;
        }
        decide(new WeightPolicy(state.policy, settings), settings, out);
        return true;
    }

    private boolean isSilent(long seenMillis) {
        return seenMillis < now - SILENCE_MILLIS;
    }

    private void decide(WeightPolicy policy, RoutingSettings settings, WeightPublisher.Output out) {
        WeightPolicy.PolicyShares shares = policy.decide(now);
        if (shares.standings().isEmpty()) {
            return;
        }
        publisher.announce(scope, state.told, settings, shares, now, out);
        for (var agents = state.agents.entrySet().iterator(); agents.hasNext(); ) {
            var each = agents.next();
            ScopeState.AgentState agent = each.getValue();
            RoutingPolicy own = policies.ofAgent(each.getKey());
            RoutingSettings ofAgent = settings.with(own);
            boolean frozen = ofAgent.mode() == RoutingMode.FREEZE;
            if (frozen && !agent.told.published) {
                continue; // an agent without its own weights stays without them
            }
            endMove(agent, settings);
            String scopeOfAgent = WeightScope.ofAgent(each.getKey());
            if ((own != null || frozen || !agent.avoided.isEmpty()) && isDecidedHere(agent)) {
                var ownShares = policy.forAgent(shares, ofAgent, agent.reasons(), now);
                publisher.announce(scopeOfAgent, agent.told, ofAgent, ownShares, now, out);
            } else {
                publisher.withdraw(scopeOfAgent, agent.told, out);
                agents.remove();
            }
        }
    }

    /** Ends a move that was not repeated in time, or is no longer allowed. */
    private void endMove(ScopeState.AgentState agent, RoutingSettings settings) {
        if (agent.movedMillis < now - MOVED_MILLIS
                || !settings.levels().contains(WeightScope.AGENT_LEVEL)) {
            agent.avoided = new HashMap<>();
        }
    }

    /** Returns true if the agent is active and no scope of its type decides for it. */
    private boolean isDecidedHere(ScopeState.AgentState agent) {
        return !isSilent(agent.seenMillis)
                && !(scope.equals(WeightScope.GLOBAL) && policies.decidesType(agent.agentType));
    }
}
