package io.agentanalytics.local;

import io.agentanalytics.contract.Topics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Subcommand that creates the topics with the required settings. Existing topics remain unchanged.
 */
@Command(
        name = "topics",
        description =
                "Creates the topics with the required settings; doctor checks existing topics.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class TopicsCommand implements Callable<Integer> {
    @Spec CommandSpec spec;

    @Mixin KafkaOptions kafka;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            defaultValue = "8",
            description =
                    "Partitions of task-events and spans: at least the highest planned parallelism"
                            + " of the job (default: ${DEFAULT-VALUE}).")
    int partitions;

    @Option(
            names = "--replicas",
            paramLabel = "N",
            defaultValue = "1",
            description = "Copies of each partition (default: ${DEFAULT-VALUE}).")
    short replicas;

    @Override
    public Integer call() throws IOException {
        List<String> made = make(kafka.client(), partitions, replicas);
        spec.commandLine()
                .getOut()
                .println(made.isEmpty() ? "all topics exist" : "created " + made);
        return 0;
    }

    /** Creates the missing topics and returns their names. */
    static List<String> make(Map<String, String> client, int partitions, short replicas)
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
