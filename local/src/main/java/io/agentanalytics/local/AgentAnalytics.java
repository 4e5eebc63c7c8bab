package io.agentanalytics.local;

import io.agentanalytics.local.backtest.BacktestCommand;
import io.agentanalytics.local.cluster.ClusterCommand;
import io.agentanalytics.local.command.UserError;
import io.agentanalytics.local.connect.ConnectCommand;
import io.agentanalytics.local.reprocess.ReprocessCommand;
import java.util.Locale;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code agent-analytics} command. */
@Command(
        name = "agent-analytics",
        description = "Live performance, cost and routing analytics for fleets of LLM agents.",
        mixinStandardHelpOptions = true,
        subcommands = {
            RunCommand.class,
            ReplayCommand.class,
            ImportCommand.class,
            MigrateCommand.class,
            TopicsCommand.class,
            ApiCommand.class,
            IntakeCommand.class,
            ReplayOtlpCommand.class,
            ClusterCommand.class,
            RulesCommand.class,
            WeightsCommand.class,
            BudgetsCommand.class,
            BacktestCommand.class,
            ReprocessCommand.class,
            ConnectCommand.class,
            PriceCommand.class,
            CompareCommand.class,
            ExportCommand.class,
            DoctorCommand.class,
            DeadLettersCommand.class,
            picocli.AutoComplete.GenerateCompletion.class
        },
        synopsisSubcommandLabel = "COMMAND")
public final class AgentAnalytics {
    private AgentAnalytics() {}

    /** Creates the command with its subcommands. */
    static CommandLine line() {
        return versioned(new CommandLine(new AgentAnalytics()));
    }

    private static CommandLine versioned(CommandLine line) {
        String version = AgentAnalytics.class.getPackage().getImplementationVersion();
        line.getCommandSpec()
                .version("agent-analytics " + (version == null ? "(development)" : version));
        line.getSubcommands().values().forEach(AgentAnalytics::versioned);
        return line;
    }

    /** Runs a command and exits with its exit code. Errors are printed as one sentence. */
    public static void main(String[] args) {
        // Numbers in SQL, JSON and texts must not depend on the locale of the machine.
        Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
        CommandLine line = line();
        line.setExecutionExceptionHandler(AgentAnalytics::onError);
        // Exits explicitly, because threads of the embedded servers would keep the process alive.
        System.exit(line.execute(args));
    }

    /** Prints an error as one sentence. An error that the user can correct needs no stack trace. */
    static int onError(Exception e, CommandLine command, CommandLine.ParseResult result) {
        if (!(e instanceof UserError)) {
            // Not a static logger: the run command sets the log file first.
            LoggerFactory.getLogger(AgentAnalytics.class).error("The command failed.", e);
        }
        command.getErr().println("agent-analytics: " + UserError.sentence(e));
        return command.getCommandSpec().exitCodeOnExecutionException();
    }
}
