package io.agentanalytics.api.insight;

import io.agentanalytics.contract.weights.WeightScope;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Commands that change one field of a routing policy and keep the others. Names come from
 * telemetry, so they are quoted for the shell.
 */
final class WeightsCommands {
    /** Lets weights move individual agents. */
    static final String MOVE_AGENTS = "agent-analytics weights levels " + WeightScope.AGENT_LEVEL;

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:@=+,-]+");

    private WeightsCommands() {}

    /**
     * Returns the command that excludes a provider.
     *
     * @param scope scope of the policy; null for {@code global}
     */
    static String exclude(String provider, @Nullable String scope) {
        return "agent-analytics weights exclude " + quoted(provider) + option(scope);
    }

    private static String option(@Nullable String scope) {
        return scope == null ? "" : " --scope " + quoted(scope);
    }

    private static String quoted(String name) {
        boolean plain = PLAIN.matcher(name).matches() && !name.startsWith("-");
        return plain ? name : "'" + name.replace("'", "'\\''") + "'";
    }
}
