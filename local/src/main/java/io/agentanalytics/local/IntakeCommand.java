package io.agentanalytics.local;

import io.agentanalytics.intake.Intake;
import io.agentanalytics.intake.IntakeOptions;
import io.agentanalytics.intake.IntakeOptionsBuilder;
import io.agentanalytics.intake.IntakeTokens;
import io.agentanalytics.local.command.KafkaOptions;
import io.agentanalytics.local.command.ServiceLog;
import io.agentanalytics.local.command.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Subcommand that runs only the intake, as in a cluster. */
@Command(
        name = "intake",
        description =
                "Receives the telemetry of agents (OTLP over HTTP and gRPC, hooks, LiteLLM, own"
                        + " events) and writes it to Kafka.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class IntakeCommand implements Callable<Integer> {
    private static final long MEGABYTE = 1_000_000;

    @Spec CommandSpec spec;

    @Mixin KafkaOptions kafka;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description =
                    "Address to bind; all but loopback require --token-file (default:"
                            + " ${DEFAULT-VALUE}).")
    String host;

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "4318",
            description =
                    "Port of OTLP over HTTP and of the other paths (default:"
                            + " ${DEFAULT-VALUE}).")
    int port;

    @Option(
            names = "--grpc-port",
            paramLabel = "N",
            defaultValue = "4317",
            description = "Port of OTLP over gRPC (default: ${DEFAULT-VALUE}).")
    int grpcPort;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "Tokens of the permitted senders, see docs/intake.md.")
    @Nullable Path tokenFile;

    @Option(
            names = "--allowed-hosts",
            paramLabel = "NAME",
            split = ",",
            description = "Host names under which the intake may be called, separated by commas.")
    List<String> allowedHosts = List.of();

    @Option(
            names = "--spool",
            paramLabel = "DIR",
            defaultValue = "intake-spool",
            description =
                    "Directory of the spool, which keeps records while Kafka is unavailable"
                            + " (default: ${DEFAULT-VALUE}).")
    Path spool;

    @Option(
            names = "--spool-mb",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Maximum size of the spool in megabytes (default: ${DEFAULT-VALUE}).")
    long spoolMegabytes;

    @Override
    public Integer call() throws Exception {
        ServiceLog.toStandardError();
        Intake intake = start(options());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(intake), "stop"));
        spec.commandLine()
                .getOut()
                .printf(
                        "receiving OTLP over HTTP on port %d, over gRPC on port %d%n",
                        intake.httpPort(), intake.grpcPort());
        spec.commandLine().getOut().flush();
        new CountDownLatch(1).await();
        return 0;
    }

    private void stop(Intake intake) {
        try {
            intake.close();
        } catch (IOException e) {
            spec.commandLine().getErr().println("The spool was not closed: " + e.getMessage());
        }
    }

    private static Intake start(IntakeOptions options) {
        try {
            return Intake.start(options, Clock.systemUTC());
        } catch (IOException | IllegalArgumentException e) {
            throw new UserError(String.valueOf(e.getMessage()), e);
        }
    }

    IntakeOptions options() {
        return IntakeOptionsBuilder.builder(IntakeOptions.of(kafka.client(), spool))
                .host(host)
                .httpPort(port)
                .grpcPort(grpcPort)
                .spoolBytes(spoolMegabytes * MEGABYTE)
                .allowedHosts(
                        allowedHosts.stream()
                                .map(String::strip)
                                .filter(name -> !name.isEmpty())
                                .collect(Collectors.toUnmodifiableSet()))
                .tokens(tokenFile == null ? null : tokens(tokenFile))
                .build();
    }

    private static IntakeTokens tokens(Path file) {
        try {
            return IntakeTokens.parse(Files.readString(file), file.toString());
        } catch (IOException e) {
            throw new UserError("The token file " + file + " cannot be read.", e);
        } catch (IllegalArgumentException e) {
            throw new UserError(String.valueOf(e.getMessage()), e);
        }
    }
}
