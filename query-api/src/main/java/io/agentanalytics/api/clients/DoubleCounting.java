package io.agentanalytics.api.clients;

import io.agentanalytics.contract.ClientNames;
import java.time.Duration;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Recognizes clients whose calls may be reported a second time by a gateway. The two share no id,
 * so that the calls cannot be counted once.
 */
final class DoubleCounting {
    private static final Duration TOGETHER = Duration.ofDays(1);

    private DoubleCounting() {}

    /** Returns a sentence if both a gateway and another client reported calls within a day. */
    static @Nullable String hint(SeenClient client, Collection<SeenClient> all) {
        if (client.counted() == 0) {
            return null;
        }
        boolean gateway = client.client().equals(ClientNames.LITELLM);
        return all.stream()
                .filter(other -> other.client().equals(ClientNames.LITELLM) != gateway)
                .filter(other -> other.counted() > 0 && isNear(client, other))
                .map(SeenClient::client)
                .distinct()
                .sorted()
                .reduce((a, b) -> a + ", " + b)
                .map(
                        others ->
                                gateway
                                        ? sentence("The gateway", others)
                                        : sentence(client.client(), "the gateway " + others))
                .orElse(null);
    }

    private static boolean isNear(SeenClient one, SeenClient other) {
        return Duration.between(one.last(), other.last()).abs().compareTo(TOGETHER) < 0;
    }

    private static String sentence(String one, String other) {
        return ("%s and %s both report calls, without a common id. A call that goes through the"
                        + " gateway is counted twice: let only one of them report it.")
                .formatted(one, other);
    }
}
