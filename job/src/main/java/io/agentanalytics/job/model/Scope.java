package io.agentanalytics.job.model;

/**
 * What statistics are about: a cell (an agent of a type on a provider and model), a provider's
 * model, or the whole fleet. Parts that a kind does not have are empty.
 */
public record Scope(String kind, String agentId, String agentType, String provider, String model) {
    public static final String CELL = "cell";
    public static final String PROVIDER = "provider";
    public static final String SYSTEM = "system";

    private static final Scope THE_SYSTEM = new Scope(SYSTEM, "", "", "", "");

    public static Scope cell(String agentId, String agentType, String provider, String model) {
        return new Scope(CELL, agentId, agentType, provider, model);
    }

    public static Scope provider(String provider, String model) {
        return new Scope(PROVIDER, "", "", provider, model);
    }

    public static Scope system() {
        return THE_SYSTEM;
    }

    public boolean isCell() {
        return kind.equals(CELL);
    }
}
