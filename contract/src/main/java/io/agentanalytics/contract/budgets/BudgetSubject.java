package io.agentanalytics.contract.budgets;

import io.agentanalytics.contract.Providers;
import java.util.Map;

/**
 * Work that budgets may apply to. Empty texts are unknown and match no budget that names them.
 *
 * @param tags tags such as {@code team}
 */
public record BudgetSubject(
        String agentId, String agentType, String provider, String model, Map<String, String> tags) {

    /** Returns the work of an agent whose provider and model are not chosen yet. */
    public static BudgetSubject agent(String agentId, String agentType, Map<String, String> tags) {
        return new BudgetSubject(agentId, agentType, "", "", tags);
    }

    /** Returns the value of a label of {@link Budget#match()}; empty if unknown. */
    String label(String name) {
        return switch (name) {
            case Budget.AGENT_ID -> agentId;
            case Budget.AGENT_TYPE -> agentType;
            case Budget.PROVIDER -> Providers.canonical(provider);
            case Budget.MODEL -> model;
            default -> tags.getOrDefault(name, "");
        };
    }

    /** Returns true if every label has the wanted value; no labels match everything. */
    public boolean matches(Map<String, String> wanted) {
        for (Map.Entry<String, String> label : wanted.entrySet()) {
            if (!label(label.getKey()).equals(label.getValue())) {
                return false;
            }
        }
        return true;
    }
}
