package io.agentanalytics.local;

import io.agentanalytics.local.command.KafkaOptions;
import io.agentanalytics.local.command.MissingTopics;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
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
        List<String> made = MissingTopics.create(kafka.client(), partitions, replicas);
        spec.commandLine()
                .getOut()
                .println(made.isEmpty() ? "all topics exist" : "created " + made);
        return 0;
    }
}
