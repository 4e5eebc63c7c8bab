package io.agentanalytics.job.weights;

import java.util.HashMap;
import java.util.Map;

/** What is kept for a scope: what the policy knows, and what was made known of it. */
public final class ScopeState {
    public PolicyState policy = new PolicyState();

    /** When the newest request came, by the weights' clock. */
    public long seenMillis = Long.MIN_VALUE;

    public PublicationState told = new PublicationState();

    /** Agents of this scope that have weights of their own, by id. */
    public Map<String, AgentState> agents = new HashMap<>();

    /** An agent that was moved, or that has a policy of its own. */
    public static final class AgentState {
        public String agentType = "";
        public long seenMillis;
        public long movedMillis;
        public Map<String, AgentMove.Avoided> avoided = new HashMap<>();
        public PublicationState told = new PublicationState();

        /** Why it leaves providers alone. */
        Map<String, String> reasons() {
            Map<String, String> reasons = new HashMap<>();
            avoided.forEach((name, why) -> reasons.put(name, why.reason()));
            return reasons;
        }

        /**
         * One whose versions go on from its scope's: an earlier one of that name may have had
         * those.
         */
        static AgentState after(PublicationState scope) {
            AgentState agent = new AgentState();
            agent.told.version = scope.version;
            return agent;
        }
    }
}
