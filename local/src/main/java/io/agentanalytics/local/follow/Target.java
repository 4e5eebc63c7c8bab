package io.agentanalytics.local.follow;

import io.agentanalytics.contract.Providers;
import io.agentanalytics.local.command.UserError;

/**
 * Server of another router that stands for a provider.
 *
 * @param backend group among whose servers the router distributes: an HAProxy backend, a LiteLLM
 *     model name, an Envoy cluster
 * @param server member of the group: an HAProxy server, a LiteLLM model, an Envoy address
 */
public record Target(String provider, String backend, String server) {

    /** Parses {@code provider=backend/server}. A server name may contain further slashes. */
    public static Target parse(String text) {
        int equals = text.indexOf('=');
        int slash = text.indexOf('/', equals + 1);
        if (equals <= 0 || slash <= equals + 1 || slash == text.length() - 1) {
            throw new UserError("--map is '%s'; write PROVIDER=BACKEND/SERVER.".formatted(text));
        }
        return new Target(
                Providers.canonical(text.substring(0, equals)),
                text.substring(equals + 1, slash),
                text.substring(slash + 1));
    }
}
