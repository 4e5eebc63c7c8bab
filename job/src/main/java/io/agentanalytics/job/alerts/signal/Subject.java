package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.job.model.Spend;
import java.util.Map;

/**
 * What a signal is about. Parts that do not apply are empty.
 *
 * @param scope {@code agent, provider, agent_type, task_line} or {@code fleet}
 * @param provider for an agent: the one it mostly uses, or on which it mostly fails
 */
public record Subject(
        String scope, String name, String agentId, String agentType, String provider) {
    public static final String AGENT = "agent";
    public static final String PROVIDER = "provider";
    public static final String AGENT_TYPE = "agent_type";
    public static final String TASK_LINE = "task_line";
    public static final String FLEET_SCOPE = "fleet";

    public static final Subject FLEET = new Subject(FLEET_SCOPE, "fleet", "", "", "");

    public static Subject agent(String agentId, String agentType, String provider) {
        return new Subject(AGENT, agentId, agentId, agentType, provider);
    }

    public static Subject provider(String name) {
        return new Subject(PROVIDER, name, "", "", name);
    }

    /** Spend: the fleet's, or that of what a budget is limited to. */
    static Subject spend(Map<String, String> match) {
        return new Subject(
                FLEET_SCOPE,
                Spend.of(match),
                match.getOrDefault("agent_id", ""),
                match.getOrDefault("agent_type", ""),
                match.getOrDefault("provider", ""));
    }

    public static Subject agentType(String name) {
        return new Subject(AGENT_TYPE, name, "", name, "");
    }
}
