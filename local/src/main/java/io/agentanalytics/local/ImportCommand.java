package io.agentanalytics.local;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.NanoDollars;
import io.agentanalytics.contract.PriceBook;
import io.agentanalytics.contract.Retention;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TextFormat;
import io.agentanalytics.local.command.KafkaOptions;
import io.agentanalytics.local.command.UserError;
import io.agentanalytics.local.transcripts.ModelTotals;
import io.agentanalytics.local.transcripts.Transcripts;
import io.agentanalytics.simulator.EventPublisher;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Subcommand that publishes the transcripts of coding agents as task events. */
@Command(
        name = "import",
        description =
                "Reads the transcripts that coding agents keep on disk and publishes them as task"
                        + " events, with their own times. No prompt, answer, tool content or path"
                        + " is published. Repeating an import counts nothing twice.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ImportCommand implements Callable<Integer> {

    @Spec CommandSpec spec;

    @Parameters(
            index = "0",
            paramLabel = "CLIENT",
            completionCandidates = Clients.class,
            description = "One of ${COMPLETION-CANDIDATES}; gemini and qwen are short names.")
    String client;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "DIR",
            description =
                    "Its transcripts; by default, where the client keeps them in your home"
                            + " directory.")
    @Nullable Path directory;

    @Mixin KafkaOptions kafka;

    @Option(
            names = "--since",
            paramLabel = "T",
            defaultValue = "30d",
            description =
                    "Tasks that ended before are left out: an age such as 12h or 30d, or a time"
                            + " such as 2026-11-01T00:00:00Z (default: ${DEFAULT-VALUE}, as long"
                            + " as the job keeps rows).")
    String since;

    @Option(
            names = "--allowed-lateness",
            paramLabel = "AGE",
            defaultValue = "1h",
            description =
                    "The job's option of that name; determines which events are late if the job"
                            + " already counts live ones (default: ${DEFAULT-VALUE}; scripts/run"
                            + " --no-fleet: 7d).")
    String lateness;

    @Option(names = "--dry-run", description = "Only shows what would be published.")
    boolean dryRun;

    /** Names of the clients, for the help and completion. */
    static final class Clients implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return TranscriptFolder.clients().iterator();
        }
    }

    @Override
    public Integer call() throws IOException {
        Instant now = Instant.now();
        Instant from = ImportTimes.since(since, now);
        Duration late = ImportTimes.age("--allowed-lateness", lateness);
        TranscriptFolder folder = TranscriptFolder.of(client, directory);
        TranscriptFolder.FolderEvents selection = folder.since(from, now);
        PrintWriter out = spec.commandLine().getOut();
        warn(selection.found());
        show(folder.reader().client(), selection, out);
        showLate(selection.events(), now.minus(late), out);
        out.flush();
        if (!dryRun) {
            publish(selection.events(), kafka.client());
            out.printf(Locale.ROOT, "published %,d events%n", selection.events().size());
        }
        return 0;
    }

    /**
     * Publishes the history of several clients and prints a line for each. The events of all
     * clients are sent oldest first: behind the newest event of one client, those of the next would
     * be late.
     */
    static void publishAll(
            List<TranscriptFolder> folders, String bootstrap, Instant now, PrintWriter out)
            throws IOException {
        List<TaskEvent> events = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        for (TranscriptFolder folder : folders) {
            TranscriptFolder.FolderEvents selection = folder.since(now.minus(Retention.ROWS), now);
            events.addAll(selection.events());
            lines.add(sent(folder.reader().client(), selection));
        }
        events.sort(TaskEvent.MOMENT);
        publish(events, Map.of("bootstrap.servers", bootstrap));
        lines.forEach(out::println);
        out.flush();
    }

    private static String sent(String client, TranscriptFolder.FolderEvents selection) {
        return String.format(
                Locale.ROOT,
                "%s: sent %,d events of %,d tasks, skipped %,d lines and %,d files that cannot be"
                        + " read, left out %,d events of tasks that are too old (%d days)",
                client,
                selection.events().size(),
                selection.tasks(),
                selection.found().brokenLines(),
                selection.found().unreadable().size(),
                selection.leftOut(),
                Retention.DAYS);
    }

    private void warn(Transcripts.FoundEvents found) {
        PrintWriter err = spec.commandLine().getErr();
        found.unreadable().forEach(file -> err.println("warning: cannot read " + file));
        if (found.brokenLines() > 0) {
            err.printf(
                    Locale.ROOT,
                    "warning: %,d lines are not JSON and were left out; a client that was killed"
                            + " leaves one.%n",
                    found.brokenLines());
        }
        err.flush();
    }

    private static void show(
            String name, TranscriptFolder.FolderEvents selection, PrintWriter out) {
        List<TaskEvent> events = selection.events();
        long ends = events.stream().map(TaskEvent::type).filter(EventType::isEnding).count();
        out.printf(
                Locale.ROOT,
                "%s: %,d files, %,d tasks (%,d ended), %,d events%n",
                name,
                selection.found().files(),
                selection.tasks(),
                ends,
                events.size());
        out.printf(
                "%-32s %7s %7s %7s %14s %12s  %s%n",
                "model", "tasks", "calls", "failed", "input", "output", "cost (list price)");
        ModelTotals.byModel(events, PriceBook.standard())
                .forEach((model, tally) -> out.println(line(model, tally)));
    }

    private static String line(String model, ModelTotals tally) {
        String cost =
                tally.priced() == 0
                        ? tally.calls() == 0 ? "" : "unknown"
                        : TextFormat.format("$%.4f", tally.nanos() / NanoDollars.PER_USD);
        if (tally.priced() > 0 && tally.priced() < tally.calls()) {
            cost += TextFormat.format(" for %,d calls", tally.priced());
        }
        if (tally.lowerBounds() > 0) {
            cost +=
                    String.format(
                            Locale.ROOT,
                            ", output of %,d calls is a lower bound",
                            tally.lowerBounds());
        }
        return String.format(
                Locale.ROOT,
                "%-32s %,7d %,7d %,7d %,14d %,12d  %s",
                model,
                tally.tasks(),
                tally.calls(),
                tally.failed(),
                tally.input(),
                tally.output(),
                cost);
    }

    private void showLate(List<TaskEvent> events, Instant limit, PrintWriter out) {
        long late = events.stream().filter(e -> e.timeMillis() < limit.toEpochMilli()).count();
        if (late > 0) {
            out.printf(
                    Locale.ROOT,
                    "%,d of %,d events are more than %s old: a job that has counted newer events"
                            + " refuses them (late, in dead-letters). Import before live events,"
                            + " into a new stack.%n",
                    late,
                    events.size(),
                    lateness);
        }
    }

    private static void publish(List<TaskEvent> events, Map<String, String> kafka) {
        try (EventPublisher publisher = new EventPublisher(kafka)) {
            events.forEach(publisher::send);
            publisher.flush();
        } catch (KafkaException | IllegalStateException e) {
            throw new UserError(
                    ("Kafka at %s does not answer: start it (scripts/run --no-fleet), or name"
                                    + " another with --bootstrap-servers. %s Then import again:"
                                    + " events that are there already count once.")
                            .formatted(kafka.get("bootstrap.servers"), e.getMessage()),
                    e);
        }
    }
}
