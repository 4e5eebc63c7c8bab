package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.alerts.AlertScope;
import io.agentanalytics.job.model.Spend;
import java.util.Map;

/**
 * Subject of a signal. Parts that do not apply are empty.
 *
 * @param provider for an agent: the provider that it mostly uses, or on which it mostly fails
 */
public record Subject(
        AlertScope scope, String name, String agentId, String agentType, String provider) {
    public static final Subject FLEET = new Subject(AlertScope.FLEET, "fleet", "", "", "");

    public static Subject agent(String agentId, String agentType, String provider) {
        return new Subject(AlertScope.AGENT, agentId, agentId, agentType, provider);
    }

    public static Subject provider(String name) {
        return new Subject(AlertScope.PROVIDER, name, "", "", name);
    }

    /** Returns the subject of a budget: the fleet, or the labels that the budget is limited to. */
    static Subject spend(Map<String, String> match) {
        return new Subject(
                AlertScope.FLEET,
                Spend.text(match),
                match.getOrDefault("agent_id", ""),
                match.getOrDefault("agent_type", ""),
                match.getOrDefault("provider", ""));
    }

    public static Subject agentType(String name) {
        return new Subject(AlertScope.AGENT_TYPE, name, "", name, "");
    }
}
