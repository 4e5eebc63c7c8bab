package io.agentanalytics.local.reprocess;

import io.agentanalytics.contract.TextFormat;
import io.agentanalytics.contract.Topics;
import io.agentanalytics.job.RefusedEvents;
import io.agentanalytics.job.Reprocess;
import io.agentanalytics.job.StrictEnvironment;
import io.agentanalytics.job.options.JobOption;
import io.agentanalytics.job.options.JobOptions;
import io.agentanalytics.job.sinks.Difference;
import io.agentanalytics.job.sinks.RowRange;
import io.agentanalytics.job.sinks.Staging;
import io.agentanalytics.local.command.DatabaseOptions;
import io.agentanalytics.local.command.KafkaOptions;
import io.agentanalytics.local.command.Times;
import io.agentanalytics.local.command.UserError;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Subcommand that computes past rows again from Kafka, such as after a price was corrected. */
@Command(
        name = "reprocess",
        description =
                "Computes the figures and tasks of a range again from Kafka and replaces the rows"
                        + " that differ, such as after a price was corrected. The running job goes"
                        + " on; rows that it may still change are left alone. Alerts, weights and"
                        + " notifications of the past stay as they were.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class ReprocessCommand implements Callable<Integer> {
    /** Job options that do not affect past figures, or that the run chooses itself. */
    private static final Set<JobOption> OF_THE_PRESENT =
            Set.of(
                    JobOption.ALERT_RULES,
                    JobOption.WEIGHTS_CLOCK,
                    JobOption.CHECKPOINT_INTERVAL,
                    JobOption.EPOCH);

    /** Defaults that differ from the job's: those of the other commands. */
    private static final Map<JobOption, String> DEFAULTS =
            Map.of(
                    JobOption.BOOTSTRAP_SERVERS,
                    KafkaOptions.DEFAULT_SERVERS,
                    JobOption.DATABASE_URL,
                    DatabaseOptions.DEFAULT_URL);

    /** Variables that replace these defaults. */
    private static final Map<JobOption, String> VARIABLES =
            Map.of(
                    JobOption.BOOTSTRAP_SERVERS,
                    KafkaOptions.SERVERS_VARIABLE,
                    JobOption.DATABASE_URL,
                    DatabaseOptions.URL_VARIABLE);

    private static final int MAX_SUBTASKS = 4;

    private CommandSpec spec;

    @Option(
            names = "--from",
            required = true,
            paramLabel = "TIME",
            description = "Start, such as 2026-11-22 or 2026-11-22T14:00:00Z.")
    String from;

    @Option(
            names = "--to",
            required = true,
            paramLabel = "TIME",
            description = "End, exclusive. The range is extended to whole days (UTC).")
    String to;

    @Option(names = "--dry-run", description = "Only print what would change.")
    boolean dryRun;

    /** Adds the options of the job. */
    @Spec
    void spec(CommandSpec own) {
        spec = own;
        ofTheJob()
                .forEach(
                        option ->
                                own.addOption(
                                        OptionSpec.builder("--" + option.key())
                                                .paramLabel("VALUE")
                                                .type(String.class)
                                                .description(description(option))
                                                .build()));
    }

    private static Stream<JobOption> ofTheJob() {
        return Stream.of(JobOption.values()).filter(option -> !OF_THE_PRESENT.contains(option));
    }

    private static String description(JobOption option) {
        String standard =
                option == JobOption.DIMENSIONS
                        ? "those of the job"
                        : DEFAULTS.getOrDefault(option, option.defaultValue());
        return "As of the job: %s%s."
                .formatted(
                        option.description(),
                        standard.isEmpty() ? "" : " (default: %s)".formatted(standard));
    }

    @Override
    public Integer call() throws Exception {
        JobOptions options = options();
        Instant begin = Times.parse("--from", from);
        Instant end = Times.parse("--to", to);
        if (!begin.isBefore(end)) {
            throw new UserError("--from is %s; write a time before --to, %s.".formatted(from, to));
        }
        try (Staging staging = staging(options)) {
            requireDimensions(staging);
            RowRange range = range(staging, begin, end, options);
            long epoch = staging.begin(range);
            try (KeptEvents kept = new KeptEvents(options.bootstrapServers(), options.kafka())) {
                Instant readFrom = readFrom(staging, kept, range, options);
                String book = valueOf(JobOption.PRICE_BOOK);
                print("Prices: %s.", book == null ? "standard price book" : book);
                print("Days %s to %s (UTC).", range.from(), range.to());
                print("Reads events from %s on.", readFrom);
                Run run = run(options, readFrom, kept.refused(), staging, range, epoch);
                print("Read %d records in %.1f s.", run.records(), run.took().toMillis() / 1000.0);
            }
            finish(staging, staging.compare(), epoch);
            printOpenRows(range, options);
        }
        return 0;
    }

    /** Returns the options of the job; the dimensions are those that it counts by, if not given. */
    private JobOptions options() {
        JobOptions given = JobOptions.parse(jobArguments(List.of()), System.getenv());
        if (valueOf(JobOption.DIMENSIONS) != null) {
            return given;
        }
        try {
            List<String> counted = Staging.countedDimensions(given);
            return JobOptions.parse(jobArguments(counted), System.getenv());
        } catch (SQLException e) {
            throw DatabaseOptions.refused(given.databaseUrl(), e);
        }
    }

    private static void requireDimensions(Staging staging) throws SQLException {
        List<String> missing = staging.missingDimensions();
        if (!missing.isEmpty()) {
            throw new UserError(
                    "The job also counts by %s; write the job's --dimensions."
                            .formatted(String.join(", ", missing)));
        }
    }

    private @Nullable String valueOf(JobOption option) {
        return Objects.requireNonNull(spec.optionsMap().get("--" + option.key())).getValue();
    }

    private String[] jobArguments(List<String> dimensions) {
        Map<JobOption, String> values = new EnumMap<>(DEFAULTS);
        Map<String, String> environment = System.getenv();
        VARIABLES.forEach(
                (option, name) -> {
                    if (environment.containsKey(name)) {
                        values.put(option, environment.get(name));
                    }
                });
        values.put(JobOption.DIMENSIONS, String.join(",", dimensions));
        ofTheJob()
                .forEach(
                        option -> {
                            String value = valueOf(option);
                            if (value != null) {
                                values.put(option, value);
                            }
                        });
        return values.entrySet().stream()
                .flatMap(value -> Stream.of("--" + value.getKey().key(), value.getValue()))
                .toArray(String[]::new);
    }

    private static Staging staging(JobOptions options) {
        try {
            return Staging.open(options);
        } catch (SQLException e) {
            throw DatabaseOptions.refused(options.databaseUrl(), e);
        } catch (IllegalStateException e) {
            throw new UserError(Objects.requireNonNull(e.getMessage()), e);
        }
    }

    private static RowRange range(Staging staging, Instant from, Instant to, JobOptions options)
            throws SQLException {
        Instant reached = staging.eventTime();
        if (reached == null) {
            throw new UserError(
                    ("No job has written to this database yet; start the job, which "
                            + "reads all events in Kafka."));
        }
        RowRange range = RowRange.of(from, to, reached, options.lateness(), Instant.now());
        if (range.isEmpty()) {
            throw new UserError(
                    ("The running job may still change every row from %s on (it has "
                                    + "reached %s); only rows before %s are settled.")
                            .formatted(range.from(), reached, range.settled()));
        }
        return range;
    }

    /**
     * Returns the append time from which events are needed: a task that ended in the range may have
     * begun earlier.
     */
    private static Instant readFrom(
            Staging staging, KeptEvents kept, RowRange range, JobOptions options)
            throws SQLException {
        Instant needed =
                range.from().minus(options.openFor()).minus(options.lateness().multipliedBy(2));
        Instant began = staging.earliestStart();
        Instant start = began == null || needed.isBefore(began) ? needed : began;
        Instant readFrom = start.minus(options.future());
        for (String topic : topics(options)) {
            Instant since = kept.completeSince(topic);
            if (since != null && since.isAfter(readFrom)) {
                throw new UserError(
                        ("Kafka contains all events of %s only since %s, but rows from %s "
                                        + "on need events since %s."
                                        + " Write a later --from.")
                                .formatted(topic, since, range.from(), readFrom));
            }
        }
        return readFrom;
    }

    private static List<String> topics(JobOptions options) {
        return Stream.of(Topics.TASK_EVENTS, Topics.SPANS, options.otlpTopic())
                .filter(topic -> !topic.isEmpty())
                .toList();
    }

    /** Number of records and duration of a run. */
    private record Run(long records, Duration took) {}

    private static Run run(
            JobOptions options,
            Instant readFrom,
            Set<String> refused,
            Staging staging,
            RowRange range,
            long epoch)
            throws Exception {
        int parallelism = Math.min(Runtime.getRuntime().availableProcessors(), MAX_SUBTASKS);
        var env =
                StreamExecutionEnvironment.createLocalEnvironment(
                        parallelism, StrictEnvironment.bounded());
        Reprocess.define(env, options, readFrom, refused, staging, range, epoch);
        JobExecutionResult result = env.execute("reprocess");
        Long records = result.getAccumulatorResult(RefusedEvents.READ);
        return new Run(records == null ? 0 : records, Duration.ofMillis(result.getNetRuntime()));
    }

    private void finish(Staging staging, Difference difference, long epoch) throws SQLException {
        if (difference.computed().lacks(difference.stored())) {
            throw new UserError(
                    ("The tables hold %s, but the events in Kafka yield only %s. "
                                    + "Check that options such as --otlp-topic are those of the job."
                                    + " Nothing was written.")
                            .formatted(difference.stored(), difference.computed()));
        }
        Report.print(difference, spec.commandLine().getOut());
        if (dryRun) {
            print("Dry run: nothing was written.");
        } else if (difference.changedRows() == 0) {
            print("Nothing to write.");
        } else {
            staging.merge();
            print("Written with epoch %d.", epoch);
        }
    }

    private void printOpenRows(RowRange range, JobOptions options) {
        if (range.settledMillis() >= range.toMillis()) {
            return;
        }
        Instant day = range.settled().truncatedTo(ChronoUnit.DAYS);
        Instant over =
                day.plus(Duration.ofDays(1))
                        .plus(options.lateness().multipliedBy(2))
                        .plus(Duration.ofMinutes(1));
        print(
                ("Rows that end after %s were left alone: the running job may "
                        + "still change them. Run again with --from %s after %s."),
                range.settled(),
                day.toString().substring(0, 10),
                over);
    }

    private void print(String format, Object... values) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(TextFormat.format(format, values));
        out.flush();
    }
}
