package io.agentanalytics.job.model;

/**
 * The subject of statistics: a cell (an agent of a type on a provider and model), a provider's
 * model, or the whole fleet. Parts that do not apply are empty; the kind follows from them, since a
 * key must not contain an enum, whose hash differs between JVMs.
 */
public record Scope(String agentId, String agentType, String provider, String model) {
    private static final Scope SYSTEM = new Scope("", "", "", "");

    /** The kinds of subjects. */
    public enum Kind {
        CELL,
        PROVIDER,
        SYSTEM
    }

    public static Scope cell(String agentId, String agentType, String provider, String model) {
        return new Scope(agentId, agentType, provider, model);
    }

    public static Scope provider(String provider, String model) {
        return new Scope("", "", provider, model);
    }

    public static Scope system() {
        return SYSTEM;
    }

    public Kind kind() {
        return isCell() ? Kind.CELL : provider.isEmpty() ? Kind.SYSTEM : Kind.PROVIDER;
    }

    public boolean isCell() {
        return !agentId.isEmpty();
    }
}
