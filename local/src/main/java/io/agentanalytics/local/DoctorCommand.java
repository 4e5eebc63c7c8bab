package io.agentanalytics.local;

import io.agentanalytics.local.command.DatabaseOptions;
import io.agentanalytics.local.command.KafkaOptions;
import io.agentanalytics.local.doctor.Doctor;
import io.agentanalytics.local.doctor.Finding;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Subcommand that checks the components of a deployment, one after the other. */
@Command(
        name = "doctor",
        description =
                "Checks Kafka, Postgres, Flink and the API of a deployment, each with its remedy."
                        + " Exit code 0: all well, 1: warnings, 2: failures.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeOnExecutionException = 2)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class DoctorCommand implements Callable<Integer> {
    @Spec CommandSpec spec;

    @Mixin KafkaOptions kafka;

    @Option(
            names = "--group-id",
            paramLabel = "ID",
            defaultValue = "agent-analytics",
            description = "The job's consumer group (default: ${DEFAULT-VALUE}).")
    String groupId;

    @Mixin DatabaseOptions database;

    @Option(
            names = "--flink",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8082",
            description = "Flink's REST address (default: ${DEFAULT-VALUE}).")
    String flink;

    @Option(
            names = "--api",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8081",
            description = "The query API (default: ${DEFAULT-VALUE}).")
    String api;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        List<Finding> findings =
                new Doctor(Clock.systemUTC())
                        .kafka(kafka.client(), groupId)
                        .postgres(
                                database.url,
                                database.user,
                                database.password(),
                                database.properties())
                        .flink(flink)
                        .api(api)
                        .findings();
        findings.forEach(f -> out.println(f.text()));
        out.flush();
        return findings.stream().mapToInt(f -> f.grade().ordinal()).max().orElse(0);
    }
}
