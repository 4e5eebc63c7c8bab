package io.agentanalytics.job.model;

import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInfo;

/**
 * Subject of statistics: a cell (agent, agent type, provider and model), the value of a dimension
 * on a provider and model, a provider's model, or the whole fleet. Parts that do not apply are
 * empty. The kind is derived from them, because a key must not contain an enum, whose hash code
 * differs between JVMs.
 *
 * @param agentType agent type of a cell; of a dimension its {@link #label}, because state is found
 *     again by the hash code of these four parts
 */
@TypeInfo(ScopeSerializer.TypeFactory.class)
public record Scope(String agentId, String agentType, String provider, String model) {
    private static final Scope SYSTEM = new Scope("", "", "", "");

    /** Names and values contain no control characters. */
    private static final String SEPARATOR = "\u001F";

    public static Scope cell(String agentId, String agentType, String provider, String model) {
        return new Scope(agentId, agentType, provider, model);
    }

    public static Scope provider(String provider, String model) {
        return new Scope("", "", provider, model);
    }

    public static Scope system() {
        return SYSTEM;
    }

    /** Returns the scope of a dimension's value, see {@link #label}. */
    public static Scope dimension(String label, String provider, String model) {
        return new Scope("", label, provider, model);
    }

    /**
     * Returns the name of a dimension with a value, or with one for each part of a crossed one.
     * Empty values stand for events without the tag.
     */
    public static String label(String dimension, List<String> values) {
        return dimension + SEPARATOR + String.join(SEPARATOR, values);
    }

    /** Returns the name of the dimension. */
    public String dimension() {
        return part(0);
    }

    /** Returns the value of the dimension; for a crossed dimension, that of its first part. */
    public String value() {
        return part(1);
    }

    /** Returns the value of the second part of a crossed dimension; empty for others. */
    public String crossedValue() {
        return part(2);
    }

    private String part(int index) {
        String[] parts = agentType.split(SEPARATOR, -1);
        return index < parts.length ? parts[index] : "";
    }

    public ScopeKind kind() {
        if (isCell()) {
            return ScopeKind.CELL;
        }
        if (isDimension()) {
            return ScopeKind.DIMENSION;
        }
        return provider.isEmpty() ? ScopeKind.SYSTEM : ScopeKind.PROVIDER;
    }

    public boolean isCell() {
        return !agentId.isEmpty();
    }

    private boolean isDimension() {
        return agentId.isEmpty() && !agentType.isEmpty();
    }

    /** Returns true for agents and values of dimensions, of which there are many. */
    public boolean isOneOfMany() {
        return isCell() || isDimension();
    }
}
