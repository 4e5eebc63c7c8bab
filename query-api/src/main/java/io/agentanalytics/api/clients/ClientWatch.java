package io.agentanalytics.api.clients;

import io.agentanalytics.client.topics.TopicFollower;
import io.agentanalytics.contract.Topics;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Follows the topic {@code clients}. It never waits for Kafka: without it, the answer is what is
 * known, and says so.
 */
public final class ClientWatch implements AutoCloseable {
    private final ClientReports reports = new ClientReports();
    private final Follower listener = new Follower();
    private final TopicFollower follower;

    private ClientWatch(Map<String, String> kafka) {
        follower = TopicFollower.start(kafka, listener, Topics.CLIENTS);
    }

    /**
     * Starts following the topic.
     *
     * @param kafka consumer properties, including {@code bootstrap.servers}
     */
    public static ClientWatch start(Map<String, String> kafka) {
        return new ClientWatch(kafka);
    }

    private final class Follower extends CompleteListener {
        @Override
        public void accept(ConsumerRecord<String, byte[]> record) throws IOException {
            synchronized (ClientWatch.this) {
                reports.put(record.key(), record.value());
            }
        }
    }

    /** Returns what is known now. */
    public synchronized ClientsAnswer answer(Instant now) {
        return reports.answer(listener.isComplete(), now);
    }

    @Override
    public void close() {
        follower.close();
    }
}
