package io.agentanalytics.local.backtest;

import io.agentanalytics.contract.Json;
import io.agentanalytics.contract.Topics;
import io.agentanalytics.contract.alerts.Alert;
import io.agentanalytics.contract.alerts.AlertChange;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.RuleFile;
import io.agentanalytics.job.model.SourceRecord;
import io.agentanalytics.job.options.JobOptions;
import io.agentanalytics.local.command.KafkaOptions;
import io.agentanalytics.local.command.Times;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Subcommand that determines the alerts that rules would have raised in the past. */
@Command(
        name = "backtest",
        description =
                "Runs alert rules over events of the past and prints which alerts would have fired."
                        + " Alerts in wall-clock time (stuck tasks, silence) are not included.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class BacktestCommand implements Callable<Integer> {
    private static final String TOPIC = "topic";
    private static final Comparator<Alert> ORDER =
            Comparator.comparing(Alert::updatedAt)
                    .thenComparing(Alert::alertId)
                    .thenComparing(Alert::revision);

    @Spec CommandSpec spec;

    @Option(
            names = "--events",
            required = true,
            paramLabel = "FILE|topic",
            description = "A recording (.ndjson or .ndjson.gz), or the word topic for task-events.")
    String events;

    @Option(
            names = "--rules",
            defaultValue = "",
            paramLabel = "FILE|topic",
            description =
                    "Rules as printed by 'rules get', or the word topic for the rules in force at"
                            + " the time of each event (default: the built-in rules).")
    String rules;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "Only events from this time on, such as 2026-11-22 or RFC 3339.")
    @Nullable String from;

    @Option(names = "--to", paramLabel = "TIME", description = "Only events before this time.")
    @Nullable String to;

    @Option(
            names = "--json",
            description =
                    "Every transition as in the topic alerts, one per line, instead of a table.")
    boolean json;

    @Mixin KafkaOptions kafka;

    @Option(
            names = "--out-of-orderness",
            paramLabel = "TIME",
            defaultValue = "5s",
            description = "The job's option of that name (default: ${DEFAULT-VALUE}).")
    String outOfOrderness;

    @Override
    public Integer call() throws Exception {
        JobOptions options =
                JobOptions.parse(new String[] {"--out-of-orderness", outOfOrderness}, Map.of())
                        .withRules(rules());
        PastEvents past =
                new PastEvents(
                        time("--from", from, Long.MIN_VALUE),
                        time("--to", to, Long.MAX_VALUE),
                        options.future());
        TopologyRun.Result result = TopologyRun.run(source(past), options, 2);
        List<Alert> alerts = new ArrayList<>(result.alerts());
        alerts.removeIf(alert -> alert.revision() == 0);
        alerts.sort(ORDER);
        warnAboutFragments(past);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            alerts.forEach(a -> out.println(new String(Json.encode(a), StandardCharsets.UTF_8)));
        } else {
            print(alerts, out);
            out.printf(
                    Locale.ROOT,
                    "%d notifications; %d records that are not events; %.1f s%n",
                    result.notifications().size(),
                    past.refused.get(),
                    result.took().toMillis() / 1000.0);
        }
        out.flush();
        return 0;
    }

    private void warnAboutFragments(PastEvents past) {
        if (past.fragments.get() > 0) {
            PrintWriter err = spec.commandLine().getErr();
            err.printf(
                    "The topic %s has %d records, which are not assembled here: alerts about tasks"
                            + " and calls that clients report as spans are missing.%n",
                    Topics.SPANS, past.fragments.get());
            err.flush();
        }
    }

    private List<AlertRule> rules() {
        if (rules.equals(TOPIC)) {
            return PastEvents.rulesOf(kafka.client());
        }
        return rules.isEmpty() ? List.of() : RuleFile.read(Path.of(rules));
    }

    private Supplier<Iterator<SourceRecord>> source(PastEvents past) {
        if (events.equals(TOPIC)) {
            Map<String, String> client = kafka.client();
            return () -> past.ofTopic(client);
        }
        Path file = Path.of(events);
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new IllegalArgumentException(
                    "There is no readable file %s; name a recording, or topic.".formatted(file));
        }
        return () -> past.ofFile(file);
    }

    private static long time(String option, @Nullable String text, long otherwise) {
        return text == null ? otherwise : Times.parse(option, text).toEpochMilli();
    }

    private static void print(List<Alert> alerts, PrintWriter out) {
        Map<String, Alert> last = new HashMap<>();
        alerts.forEach(alert -> last.put(alert.alertId(), alert));
        Map<String, Integer> byRule = new TreeMap<>();
        for (Alert alert : alerts) {
            if (alert.change() != AlertChange.FIRES) {
                continue;
            }
            byRule.merge(alert.ruleId(), 1, Integer::sum);
            print(alert, last.getOrDefault(alert.alertId(), alert), out);
        }
        if (!alerts.isEmpty()) {
            double days =
                    days(alerts.get(0).updatedAt(), alerts.get(alerts.size() - 1).updatedAt());
            out.println();
            byRule.forEach(
                    (rule, n) ->
                            out.printf(
                                    Locale.ROOT, "%-28s %6d  %8.1f per day%n", rule, n, n / days));
        }
    }

    private static void print(Alert fired, Alert last, PrintWriter out) {
        Instant ended = last.endsAt();
        out.printf(
                "%s  %-8s  %s%n    %s %s%s%n",
                fired.updatedAt(),
                last.severity().wireName(),
                fired.title(),
                fired.description(),
                ended == null
                        ? "Still open at the end."
                        : "Over after %s.".formatted(duration(fired.updatedAt(), ended)),
                fired.inhibitedBy() == null ? "" : " A symptom of " + fired.inhibitedBy() + ".");
    }

    /** Returns a number of days, at least an hour. */
    private static double days(Instant from, Instant to) {
        return Math.max(1.0 / 24, Duration.between(from, to).toMinutes() / 1440.0);
    }

    private static String duration(Instant from, Instant to) {
        long seconds = Duration.between(from, to).toSeconds();
        return seconds < 120 ? seconds + " s" : seconds / 60 + " min";
    }
}
