package io.agentanalytics.local;

import io.agentanalytics.api.compare.Limit;
import io.agentanalytics.api.compare.SampleQuery;
import io.agentanalytics.api.compare.VersionComparison;
import io.agentanalytics.api.compare.VersionComparison.Metric;
import io.agentanalytics.contract.Retention;
import io.agentanalytics.local.command.DatabaseOptions;
import io.agentanalytics.local.command.Times;
import io.agentanalytics.local.command.UserError;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Subcommand that compares two versions of an agent, for CI. */
@Command(
        name = "compare",
        description =
                "Compares the tasks of two versions of an agent and prints a report in Markdown."
                        + " SELECTOR is tag:NAME=VALUE, agent:ID, agent_type:TYPE, provider:NAME or"
                        + " model:NAME; of several, all must hold.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeOnExecutionException = 2,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:every limit is kept",
            "1:regression: a limit is exceeded",
            "2:wrong usage, or the tasks could not be read",
            "3:not enough data for a verdict"
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class CompareCommand implements Callable<Integer> {

    @Spec CommandSpec spec;

    @Option(
            names = "--baseline",
            required = true,
            paramLabel = "SELECTOR",
            description = "Tasks of the version that is compared with.")
    List<String> baseline;

    @Option(
            names = "--candidate",
            required = true,
            paramLabel = "SELECTOR",
            description = "Tasks of the new version.")
    List<String> candidate;

    @Option(
            names = "--max-cost-increase",
            paramLabel = "N%",
            description = "Limit of the cost per success, such as 5%%.")
    @Nullable String maxCost;

    @Option(
            names = "--min-success-change",
            paramLabel = "Npts",
            description = "Limit of the success rate in percentage points, such as -2pts.")
    @Nullable String minSuccess;

    @Option(
            names = "--max-duration-increase",
            paramLabel = "N%",
            description = "Limit of the mean duration.")
    @Nullable String maxDuration;

    @Option(
            names = "--max-tokens-increase",
            paramLabel = "N%",
            description = "Limit of the tokens per task.")
    @Nullable String maxTokens;

    @Option(
            names = "--task-name-tag",
            paramLabel = "TAG",
            defaultValue = "task_name",
            description =
                    "Tag with the name that a task has in both versions (default:"
                            + " ${DEFAULT-VALUE}). Tasks are paired by it if at least half of them"
                            + " have a name that the other version also has.")
    String nameTag;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description =
                    "Start, such as 2026-11-22 or 2026-11-22T14:00:00Z; 30 days before the end by"
                            + " default.")
    @Nullable String from;

    @Option(names = "--to", paramLabel = "TIME", description = "End, exclusive; now by default.")
    @Nullable String to;

    @Mixin DatabaseOptions database;

    @Override
    public Integer call() throws SQLException {
        try {
            VersionComparison comparison = comparison(limits());
            spec.commandLine().getOut().print(comparison.markdown());
            spec.commandLine().getOut().flush();
            return comparison.verdict().exitCode();
        } catch (IllegalArgumentException e) {
            throw new UserError(String.valueOf(e.getMessage()), e);
        }
    }

    private VersionComparison comparison(Map<Metric, Limit> limits) throws SQLException {
        Instant end = to == null ? Instant.now() : Times.parse("--to", to);
        Instant begin = from == null ? end.minus(Retention.ROWS) : Times.parse("--from", from);
        if (!begin.isBefore(end)) {
            throw new UserError(
                    "--from is %s; write a time before --to, %s.".formatted(begin, end));
        }
        try (Connection connection = database.connect();
                Handle handle = Jdbi.open(connection)) {
            SampleQuery query = new SampleQuery(handle, begin, end, nameTag);
            return VersionComparison.of(
                    query.sample(baseline), query.sample(candidate), limits::get);
        }
    }

    private Map<Metric, Limit> limits() {
        Map<Metric, Limit> limits = new EnumMap<>(Metric.class);
        put(limits, Metric.COST, "--max-cost-increase", maxCost, Limit::increase);
        put(limits, Metric.SUCCESS, "--min-success-change", minSuccess, Limit::change);
        put(limits, Metric.DURATION, "--max-duration-increase", maxDuration, Limit::increase);
        put(limits, Metric.TOKENS, "--max-tokens-increase", maxTokens, Limit::increase);
        return limits;
    }

    private static void put(
            Map<Metric, Limit> limits,
            Metric metric,
            String option,
            @Nullable String text,
            BiFunction<String, String, Limit> parse) {
        if (text != null) {
            limits.put(metric, parse.apply(option, text));
        }
    }
}
