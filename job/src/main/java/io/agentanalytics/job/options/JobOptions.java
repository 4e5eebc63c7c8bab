package io.agentanalytics.job.options;

import static io.agentanalytics.job.options.JobOption.*;

import io.agentanalytics.contract.PriceBook;
import io.agentanalytics.contract.PropertiesFile;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.RuleFile;
import io.agentanalytics.job.model.Dimension;
import io.agentanalytics.job.time.ScaledClock;
import io.agentanalytics.job.time.TimeLimits;
import io.agentanalytics.job.time.WatermarkLimits;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Options of a run, parsed once. */
@RecordBuilder
public record JobOptions(
        String bootstrapServers,
        Map<String, String> kafka,
        String groupId,
        String databaseUrl,
        Map<String, String> databaseProperties,
        String databaseUser,
        @Nullable String databasePassword,
        byte @Nullable [] priceBook,
        Duration lateness,
        Duration outOfOrderness,
        Duration idleness,
        Duration idleReach,
        Duration drift,
        Duration future,
        Duration retention,
        Duration openFor,
        String otlpTopic,
        Duration silence,
        int maxAgents,
        List<Dimension> dimensions,
        int maxDimensionValues,
        Duration longWindowInterval,
        List<AlertRule> rules,
        Duration checkpointInterval,
        long epoch,
        ScaledClock clock) {

    private static final String PASSWORD_VARIABLE = "AGENT_ANALYTICS_DATABASE_PASSWORD";
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

    /**
     * Parses {@code --key value} pairs.
     *
     * @throws IllegalArgumentException if an option is invalid; the message names the value and the
     *     allowed values
     */
    public static JobOptions parse(String[] args, Map<String, String> environment) {
        Map<JobOption, String> given = new EnumMap<>(JobOption.class);
        for (int i = 0; i < args.length; i += 2) {
            if (!args[i].startsWith("--") || i + 1 == args.length) {
                throw new IllegalArgumentException(
                        "Options are --key value pairs; '" + args[i] + "' is not.");
            }
            given.put(JobOption.of(args[i].substring(2)), args[i + 1]);
        }
        return of(given, environment);
    }

    private static JobOptions of(Map<JobOption, String> given, Map<String, String> environment) {
        String priceBook = value(given, PRICE_BOOK);
        requireSilenceBelowLateness(given);
        return JobOptionsBuilder.builder()
                .bootstrapServers(value(given, BOOTSTRAP_SERVERS))
                .kafka(PropertiesFile.read(value(given, KAFKA_CONFIG), "--kafka-config"))
                .groupId(value(given, GROUP_ID))
                .databaseUrl(value(given, DATABASE_URL))
                .databaseProperties(
                        PropertiesFile.read(value(given, DATABASE_CONFIG), "--database-config"))
                .databaseUser(value(given, DATABASE_USER))
                .databasePassword(password(value(given, DATABASE_PASSWORD_FILE), environment))
                .priceBook(priceBook.isEmpty() ? null : priceBook(Path.of(priceBook)))
                .lateness(duration(given, ALLOWED_LATENESS))
                .outOfOrderness(duration(given, OUT_OF_ORDERNESS))
                .idleness(duration(given, IDLENESS))
                .idleReach(duration(given, IDLE_REACH))
                .drift(duration(given, ALIGNMENT_DRIFT))
                .future(duration(given, FUTURE_TOLERANCE))
                .retention(duration(given, RETENTION))
                .openFor(duration(given, OPEN_TASK_TIMEOUT))
                .otlpTopic(value(given, OTLP_TOPIC))
                .silence(duration(given, TASK_SILENCE))
                .maxAgents((int) number(given, MAX_AGENTS, 1, Integer.MAX_VALUE))
                .dimensions(Dimension.parse(value(given, DIMENSIONS)))
                .maxDimensionValues((int) number(given, MAX_DIMENSION_VALUES, 1, Integer.MAX_VALUE))
                .longWindowInterval(duration(given, LONG_WINDOW_INTERVAL))
                .rules(rules(value(given, ALERT_RULES)))
                .checkpointInterval(duration(given, CHECKPOINT_INTERVAL))
                .epoch(number(given, EPOCH, 0, Long.MAX_VALUE))
                .clock(ScaledClock.parse(value(given, WEIGHTS_CLOCK)))
                .build();
    }

    /** The end of a silent task has the time of its last event. */
    private static void requireSilenceBelowLateness(Map<JobOption, String> given) {
        if (duration(given, TASK_SILENCE).compareTo(duration(given, ALLOWED_LATENESS)) >= 0) {
            throw new IllegalArgumentException(
                    ("--%s is %s; write less than --%s, which is %s, or ends of silent tasks"
                                    + " would be too late.")
                            .formatted(
                                    TASK_SILENCE.key(),
                                    value(given, TASK_SILENCE),
                                    ALLOWED_LATENESS.key(),
                                    value(given, ALLOWED_LATENESS)));
        }
    }

    private static String value(Map<JobOption, String> given, JobOption option) {
        return given.getOrDefault(option, option.defaultValue());
    }

    private static long number(
            Map<JobOption, String> given, JobOption option, long least, long most) {
        String text = value(given, option);
        try {
            long n = Long.parseLong(text);
            if (n >= least && n <= most) {
                return n;
            }
        } catch (NumberFormatException e) {
            // Falls through to the common error.
        }
        throw new IllegalArgumentException(
                "--%s is '%s'; write a whole number of at least %d."
                        .formatted(option.key(), text, least));
    }

    private static Duration duration(Map<JobOption, String> given, JobOption option) {
        Matcher m = DURATION.matcher(value(given, option));
        if (!m.matches()) {
            throw new IllegalArgumentException(
                    "--%s is '%s'; write a duration such as 500ms, 5s, 10m, 1h or 30d."
                            .formatted(option.key(), value(given, option)));
        }
        long n = Long.parseLong(m.group(1));
        return switch (m.group(2)) {
            case "ms" -> Duration.ofMillis(n);
            case "s" -> Duration.ofSeconds(n);
            case "m" -> Duration.ofMinutes(n);
            case "h" -> Duration.ofHours(n);
            default -> Duration.ofDays(n);
        };
    }

    private static @Nullable String password(String file, Map<String, String> environment) {
        if (file.isEmpty()) {
            return environment.get(PASSWORD_VARIABLE);
        }
        return new String(read(Path.of(file), DATABASE_PASSWORD_FILE), StandardCharsets.UTF_8)
                .strip();
    }

    private static List<AlertRule> rules(String file) {
        return file.isEmpty() ? List.of() : RuleFile.read(Path.of(file));
    }

    /** Returns these options with initial rules. */
    public JobOptions withRules(List<AlertRule> initial) {
        return JobOptionsBuilder.builder(this).rules(initial).build();
    }

    /** Returns the limits of the times of events. */
    public TimeLimits timeLimits() {
        return new TimeLimits(future, retention);
    }

    /** Returns the limits of the watermarks of partitions. */
    public WatermarkLimits watermarkLimits() {
        return new WatermarkLimits(outOfOrderness, idleness, lateness, future);
    }

    private static byte[] read(Path file, JobOption option) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "--%s names %s, which cannot be read.".formatted(option.key(), file), e);
        }
    }

    /**
     * Reads and validates the price book, so that an invalid one prevents the start instead of
     * failing the running job.
     */
    private static byte[] priceBook(Path file) {
        byte[] yaml = read(file, PRICE_BOOK);
        PriceBook.parse(yaml, file.toString());
        return yaml;
    }
}
