package io.agentanalytics.client;

import io.agentanalytics.contract.Topics;
import io.agentanalytics.contract.weights.WeightDecision;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Consumes the topic {@code provider-weights} and chooses providers by weight; choosing takes
 * microseconds and never blocks. The newest version wins. Without weights, or after {@code
 * valid_until}, shares become even among the providers that this process observed to be healthy.
 * Thread-safe; see {@link TaskEvents} for an example.
 */
public final class ProviderWeights implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProviderWeights.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Map<String, Object> settings;
    private final Router router;
    private final Thread follower;
    private volatile boolean closed;

    private ProviderWeights(Map<String, String> kafka, Router router) {
        settings = new HashMap<>(kafka);
        settings.put("enable.auto.commit", false);
        settings.put("auto.offset.reset", "earliest");
        settings.putIfAbsent("fetch.max.wait.ms", "100");
        this.router = router;
        follower = new Thread(this::follow, "provider-weights");
        follower.setDaemon(true);
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
        return started(kafka, new Router(providers, clock));
    }

    /**
     * Starts consuming the weights for another router: only {@link #shares} can be called.
     *
     * @param providers providers to which the shares are limited; empty for those that decisions
     *     name
     */
    public static ProviderWeights observe(Map<String, String> kafka, List<String> providers) {
        return started(kafka, Router.observer(providers, Clock.systemUTC()));
    }

    private static ProviderWeights started(Map<String, String> kafka, Router router) {
        if (!kafka.containsKey("bootstrap.servers")) {
            throw new IllegalArgumentException(
                    "bootstrap.servers is missing; name the brokers as host:port,...");
        }
        ProviderWeights weights = new ProviderWeights(kafka, router);
        weights.follower.start();
        return weights;
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

    private void follow() {
        while (!closed) {
            try (var consumer =
                    new KafkaConsumer<>(
                            settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                List<TopicPartition> partitions =
                        List.of(new TopicPartition(Topics.PROVIDER_WEIGHTS, 0));
                consumer.assign(partitions);
                consumer.seekToBeginning(partitions);
                while (!closed) {
                    consumer.poll(POLL).forEach(this::take);
                }
            } catch (InterruptException | WakeupException e) {
                return;
            } catch (KafkaException e) {
                LOG.warn("The weights cannot be followed, next try in a second.", e);
                pause();
            }
        }
    }

    private void pause() {
        try {
            Thread.sleep(RETRY.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed = true;
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null) {
            return;
        }
        if (record.value() == null) {
            router.remove(new String(record.key(), StandardCharsets.UTF_8));
            return;
        }
        try {
            router.take(WeightDecision.decode(record.value()));
        } catch (IOException | RuntimeException e) {
            LOG.warn("A record of {} is passed over.", Topics.PROVIDER_WEIGHTS, e);
        }
    }

    @Override
    public void close() {
        closed = true;
        follower.interrupt();
        try {
            follower.join(Duration.ofSeconds(2).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
