package io.agentanalytics.local;

import io.agentanalytics.contract.Retention;
import io.agentanalytics.local.command.KafkaOptions;
import io.agentanalytics.local.command.UserError;
import io.agentanalytics.simulator.EventPublisher;
import io.agentanalytics.simulator.Recording;
import io.agentanalytics.simulator.Replay;
import java.io.EOFException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.zip.ZipException;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Subcommand that replays a recording to any Kafka cluster. */
@Command(
        name = "replay",
        description = "Replays a recording of task events (.ndjson or .ndjson.gz) into Kafka.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ReplayCommand implements Callable<Integer> {

    @Spec CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "One event per line, as JSON.")
    Path file;

    @Mixin KafkaOptions kafka;

    @Option(
            names = "--speed",
            paramLabel = "N|max",
            defaultValue = "max",
            description = "Times faster than recorded (default: ${DEFAULT-VALUE}).")
    String speed;

    @Option(
            names = "--rebase",
            paramLabel = "now|none",
            defaultValue = "now",
            description =
                    "Move the times so that the last event is sent at its own time, or keep them"
                            + " (default: ${DEFAULT-VALUE}).")
    String rebase;

    @Override
    public Integer call() throws IOException {
        if (!rebase.equals("now") && !rebase.equals("none")) {
            throw new UserError("--rebase is '" + rebase + "'; write now or none.");
        }
        requireReadable(file);
        replay(file, kafka.client(), speed(), rebase.equals("now"), spec.commandLine().getOut());
        return 0;
    }

    private double speed() {
        try {
            double factor =
                    speed.equals("max") ? Double.POSITIVE_INFINITY : Double.parseDouble(speed);
            if (factor > 0) {
                return factor;
            }
        } catch (NumberFormatException e) {
            // Falls through to the error message below.
        }
        throw new UserError("--speed is '" + speed + "'; write a number such as 10, or max.");
    }

    static void requireReadable(Path file) {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new UserError("There is no readable file " + file + ".");
        }
    }

    /** Replays a recording and prints one progress line per second. */
    static void replay(
            Path file, Map<String, String> kafka, double speed, boolean rebase, PrintWriter out)
            throws IOException {
        Recording recording = new Recording(file);
        Instant first = beginning(recording, file);
        if (first == null) {
            throw new UserError(
                    file + " contains no task event: each line is a JSON object with a time.");
        }
        if (!rebase) {
            warnIfOld(first, out);
        }
        try (EventPublisher publisher = new EventPublisher(kafka)) {
            var plan = new Replay.ReplayPlan(speed, rebase);
            new Replay(recording, plan, Clock.systemUTC(), line -> print(line, out))
                    .into(publisher);
        } catch (KafkaException | IllegalStateException e) {
            throw new UserError(
                    ("Kafka at %s does not answer: start it (scripts/run), or name another with"
                                    + " --bootstrap-servers. %s. Then replay the file again: events"
                                    + " that are there already count once.")
                            .formatted(kafka.get("bootstrap.servers"), e.getMessage()),
                    e);
        }
    }

    private static @Nullable Instant beginning(Recording recording, Path file) throws IOException {
        try {
            return recording.summary().first();
        } catch (ZipException | EOFException e) {
            throw new UserError(
                    file
                            + " ends with .gz, but is not a complete gzip file. Without gzip, rename it.",
                    e);
        }
    }

    private static void print(String line, PrintWriter out) {
        out.println(line);
        out.flush();
    }

    private static void warnIfOld(Instant first, PrintWriter out) {
        if (first.isBefore(Instant.now().minus(Retention.ROWS))) {
            out.printf(
                    "This recording begins %s: events more than %d days old will be refused"
                            + " (too_old). Use --rebase now to move it.%n",
                    first, Retention.DAYS);
        }
    }
}
