package io.agentanalytics.local.command;

import io.agentanalytics.contract.Topics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;

/** Topics that do not exist yet; existing ones remain unchanged. */
public final class MissingTopics {
    private MissingTopics() {}

    /**
     * Creates the missing topics and returns their names.
     *
     * @param client client properties of Kafka, including {@code bootstrap.servers}
     */
    public static List<String> create(Map<String, String> client, int partitions, short replicas)
            throws IOException {
        List<NewTopic> topics =
                Topics.all(partitions).stream()
                        .map(
                                t ->
                                        new NewTopic(t.name(), t.partitions(), replicas)
                                                .configs(t.settings()))
                        .toList();
        List<String> names = new ArrayList<>();
        try (Admin admin = Admin.create(Map.<String, Object>copyOf(client))) {
            for (var made : admin.createTopics(topics).values().entrySet()) {
                try {
                    made.getValue().get();
                    names.add(made.getKey());
                } catch (ExecutionException e) {
                    if (!(e.getCause() instanceof TopicExistsException)) {
                        throw new IOException(
                                "Kafka did not create %s: %s"
                                        .formatted(made.getKey(), e.getMessage()),
                                e);
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while Kafka created topics.", e);
        }
        return names;
    }
}
