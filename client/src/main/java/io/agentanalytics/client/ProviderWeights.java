package io.agentanalytics.client;

import io.agentanalytics.client.topics.TopicFollower;
import io.agentanalytics.contract.Topics;
import io.agentanalytics.contract.weights.WeightDecision;
import java.io.IOException;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Consumes the topic {@code provider-weights} and chooses providers by weight; choosing takes
 * microseconds and never blocks. The newest version wins. Without weights, or after {@code
 * valid_until}, shares become even among the providers that this process observed to be healthy.
 * Thread-safe; see {@link TaskEvents} for an example.
 */
public final class ProviderWeights implements AutoCloseable {
    private final Router router;
    private final TopicFollower follower;

    private ProviderWeights(Map<String, String> kafka, Router router) {
        this.router = router;
        follower =
                TopicFollower.start(
                        kafka, record -> accept(router, record), Topics.PROVIDER_WEIGHTS);
    }

    /**
     * Starts consuming the weights.
     *
     * @param kafka consumer properties, including {@code bootstrap.servers}
     * @param providers providers that the caller can call, named as in events
     */
    public static ProviderWeights follow(Map<String, String> kafka, List<String> providers) {
        return follow(kafka, providers, Clock.systemUTC());
    }

    /** Starts consuming the weights, with the given clock. */
    public static ProviderWeights follow(
            Map<String, String> kafka, List<String> providers, Clock clock) {
        return new ProviderWeights(kafka, new Router(providers, clock));
    }

    /**
     * Starts consuming the weights for another router: only {@link #shares} can be called.
     *
     * @param providers providers to which the shares are limited; empty for those that decisions
     *     name
     */
    public static ProviderWeights observe(Map<String, String> kafka, List<String> providers) {
        return new ProviderWeights(kafka, Router.observer(providers, Clock.systemUTC()));
    }

    /** Chooses a provider for an agent's next call. */
    public Choice choose(String agentId, String agentType) {
        return choose(Set.of(), agentId, agentType);
    }

    /**
     * Chooses a provider for a retry.
     *
     * @param excluding providers that already failed for this call; ignored if it contains all
     *     providers
     */
    public Choice choose(Collection<String> excluding, String agentId, String agentType) {
        return router.choose(excluding, Router.scopesOf(agentId, agentType));
    }

    /**
     * Returns the shares in effect.
     *
     * @param scopes scopes of the caller, most specific first
     */
    public Shares shares(List<String> scopes) {
        return router.shares(scopes);
    }

    /** Returns the version of the weights of a scope; 0 if there are none. */
    public long version(String scope) {
        return router.version(scope);
    }

    private static void accept(Router router, ConsumerRecord<String, byte[]> record)
            throws IOException {
        if (record.value() == null) {
            router.remove(record.key());
        } else {
            router.accept(WeightDecision.decode(record.value()));
        }
    }

    @Override
    public void close() {
        follower.close();
    }
}
