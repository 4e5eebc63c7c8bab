package io.agentanalytics.benchmarks;

import io.agentanalytics.benchmarks.alerts.AlertQuality;
import io.agentanalytics.benchmarks.alerts.AlertSpeed;
import io.agentanalytics.benchmarks.alerts.AlertStateSize;
import io.agentanalytics.benchmarks.budgets.BudgetOvershoot;
import io.agentanalytics.benchmarks.harness.SeedRange;
import io.agentanalytics.benchmarks.soak.Soak;
import io.agentanalytics.benchmarks.throughput.Throughput;
import io.agentanalytics.benchmarks.trees.TreeQuality;
import io.agentanalytics.benchmarks.waste.WasteQuality;
import io.agentanalytics.benchmarks.weights.TaskReplay;
import io.agentanalytics.benchmarks.weights.WeightQuality;
import io.agentanalytics.benchmarks.weights.WeightSpeed;
import io.agentanalytics.local.command.UserError;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The {@code scripts/bench} command, with one subcommand per benchmark. */
@Command(
        name = "scripts/bench",
        description = "Runs a benchmark and prints its results.",
        subcommands = {
            WeightQuality.class,
            TaskReplay.class,
            WeightSpeed.class,
            AlertQuality.class,
            AlertSpeed.class,
            AlertStateSize.class,
            BudgetOvershoot.class,
            TreeQuality.class,
            WasteQuality.class,
            LiveLatency.class,
            HistoryLoad.class,
            SlowPeersLoad.class,
            BadMix.class,
            Throughput.class,
            PostgresAway.class,
            Restarts.class,
            TaskSize.class,
            EventCost.class,
            Growth.class,
            IntakeLoad.class,
            Soak.class
        },
        synopsisSubcommandLabel = "COMMAND")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class Bench implements Callable<Integer> {
    @Spec CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help message and exit.")
    boolean help;

    private Bench() {}

    /** Runs a benchmark and exits with its exit code. Errors are printed as one sentence. */
    public static void main(String[] args) {
        CommandLine line = new CommandLine(new Bench());
        line.registerConverter(SeedRange.class, SeedRange::parse);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setParameterExceptionHandler((e, arguments) -> refuse(e.getCommandLine(), e));
        line.setExecutionExceptionHandler(
                (e, command, result) -> {
                    if (e instanceof UserError || e instanceof IllegalArgumentException) {
                        return refuse(command, e);
                    }
                    throw e;
                });
        // Exits explicitly, because Kafka and Flink leave threads running.
        System.exit(line.execute(args));
    }

    private static int refuse(CommandLine command, Exception e) {
        String name = command.getCommandSpec().qualifiedName();
        String message = String.valueOf(e.getMessage()).replaceFirst("\\.$", "");
        command.getErr().printf("%s: %s; see %s --help.%n", name, message, name);
        return CommandLine.ExitCode.USAGE;
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return CommandLine.ExitCode.USAGE;
    }
}
