package io.agentanalytics.job.model;

import org.apache.flink.api.common.typeinfo.TypeInfo;

/**
 * Subject of statistics: a cell (agent, agent type, provider and model), a provider's model, or the
 * whole fleet. Parts that do not apply are empty. The kind is derived from them, because a key must
 * not contain an enum, whose hash code differs between JVMs.
 */
@TypeInfo(ScopeSerializer.TypeFactory.class)
public record Scope(String agentId, String agentType, String provider, String model) {
    private static final Scope SYSTEM = new Scope("", "", "", "");

    public static Scope cell(String agentId, String agentType, String provider, String model) {
        return new Scope(agentId, agentType, provider, model);
    }

    public static Scope provider(String provider, String model) {
        return new Scope("", "", provider, model);
    }

    public static Scope system() {
        return SYSTEM;
    }

    public ScopeKind kind() {
        return isCell()
                ? ScopeKind.CELL
                : provider.isEmpty() ? ScopeKind.SYSTEM : ScopeKind.PROVIDER;
    }

    public boolean isCell() {
        return !agentId.isEmpty();
    }
}
