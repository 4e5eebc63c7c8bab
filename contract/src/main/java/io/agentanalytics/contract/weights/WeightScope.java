package io.agentanalytics.contract.weights;

import io.agentanalytics.contract.InvalidControlException;
import io.agentanalytics.contract.Json;

/**
 * Scope of weights: {@code global}, {@code agent_type:X} or {@code agent:Y}. A router follows the
 * most specific scope that has weights.
 */
public final class WeightScope {
    public static final String GLOBAL = "global";

    /** Level that a routing policy may name; {@link #AGENT_LEVEL} is the other one. */
    public static final String AGENT_TYPE_LEVEL = "agent_type";

    public static final String AGENT_LEVEL = "agent";

    private static final String TYPE = "agent_type:";
    private static final String AGENT = "agent:";
    private static final int ID_CHARS = 128;

    private WeightScope() {}

    public static String ofAgentType(String agentType) {
        return TYPE + agentType;
    }

    public static String ofAgent(String agentId) {
        return AGENT + agentId;
    }

    public static boolean isAgent(String scope) {
        return scope.startsWith(AGENT);
    }

    /** Returns the agent id or agent type that a scope names. */
    public static String nameOf(String scope) {
        return scope.substring(scope.indexOf(':') + 1);
    }

    /**
     * Validates a scope and returns it.
     *
     * @throws InvalidControlException if the scope is invalid; the message names the value and the
     *     allowed values
     */
    public static String checked(String scope) throws InvalidControlException {
        String name = nameOf(scope);
        boolean named = scope.startsWith(TYPE) || scope.startsWith(AGENT);
        boolean good = !name.isBlank() && name.length() <= ID_CHARS;
        if (scope.equals(GLOBAL)
                || (named && good && name.chars().noneMatch(Character::isISOControl))) {
            return scope;
        }
        throw new InvalidControlException(
                "scope is '%s'; write global, agent_type:X or agent:Y.".formatted(Json.cut(scope)));
    }
}
