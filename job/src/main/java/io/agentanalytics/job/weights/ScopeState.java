package io.agentanalytics.job.weights;

import java.util.HashMap;
import java.util.Map;

/** State of a scope: the state of the policy, and the published weights. */
public final class ScopeState {
    public PolicyState policy = new PolicyState();

    /** Time (epoch ms, weight clock) of the newest request. */
    public long seenMillis = Long.MIN_VALUE;

    public PublicationState told = new PublicationState();

    /** Agents of this scope with weights of their own, by agent id. */
    public Map<String, AgentState> agents = new HashMap<>();

    /** An agent that was moved or has a policy of its own. */
    public static final class AgentState {
        public String agentType = "";
        public long seenMillis;
        public long movedMillis;
        public Map<String, AgentMove.Avoided> avoided = new HashMap<>();
        public PublicationState told = new PublicationState();

        /** Returns the reason for each avoided provider. */
        Map<String, String> reasons() {
            Map<String, String> reasons = new HashMap<>();
            avoided.forEach((name, why) -> reasons.put(name, why.reason()));
            return reasons;
        }

        /**
         * Creates a state with versions that continue from its scope's: an earlier state of the
         * same agent may have used the versions before.
         */
        static AgentState after(PublicationState scope) {
            AgentState agent = new AgentState();
            agent.told.version = scope.version;
            return agent;
        }
    }
}
