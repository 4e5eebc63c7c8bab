package io.agentanalytics.contract.weights;

import io.agentanalytics.contract.InvalidControlException;
import io.agentanalytics.contract.Json;

/**
 * Whom weights are for: {@code global}, {@code agent_type:X} or {@code agent:Y}. A router follows
 * the most specific that there is.
 */
public final class WeightScope {
    public static final String GLOBAL = "global";

    /** What a routing policy's levels may name. */
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

    /** What an agent's scope is named after, or an agent type's. */
    public static String nameOf(String scope) {
        return scope.substring(scope.indexOf(':') + 1);
    }

    /**
     * The scope, if it is one.
     *
     * @throws InvalidControlException naming the value and what is allowed
     */
    public static String checked(String scope) throws InvalidControlException {
        String name = nameOf(scope);
        boolean named = scope.startsWith(TYPE) || scope.startsWith(AGENT);
        boolean good = !name.isBlank() && name.length() <= ID_CHARS;
        if (scope.equals(GLOBAL)
                || named && good && name.chars().noneMatch(Character::isISOControl)) {
            return scope;
        }
        throw new InvalidControlException(
                "scope is '%s'; write global, agent_type:X or agent:Y.".formatted(Json.cut(scope)));
    }
}
