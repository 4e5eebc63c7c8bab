package io.agentanalytics.local;

import io.agentanalytics.api.QueryApi;
import io.agentanalytics.api.options.ApiOptions;
import io.agentanalytics.api.options.ApiVariable;
import io.agentanalytics.local.command.ServiceLog;
import io.agentanalytics.local.command.UserError;
import java.time.Clock;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Subcommand that runs only the query API, as in a cluster. */
@Command(
        name = "api",
        description =
                "Serves the API and the dashboard over Postgres; options are environment variables.",
        mixinStandardHelpOptions = true,
        modelTransformer = ApiCommand.Variables.class)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ApiCommand implements Callable<Integer> {
    @Spec CommandSpec spec;

    @Option(
            names = "--dev",
            description =
                    "Changes (acknowledging, silences, rules) need no token; on a loopback address"
                            + " only.")
    boolean dev;

    /** Adds the variables to the help. */
    static final class Variables implements CommandLine.IModelTransformer {
        @Override
        public CommandSpec transform(CommandSpec command) {
            command.usageMessage()
                    .footer(
                            Stream.concat(
                                            Stream.of("", "Variables:"),
                                            Stream.of(ApiVariable.values()).map(Variables::text))
                                    .toArray(String[]::new));
            return command;
        }

        private static String text(ApiVariable v) {
            String standard = v.standard().isEmpty() ? "" : '=' + v.standard();
            return "  %s%s%n        %s".formatted(v.variable(), standard, v.description());
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        ServiceLog.toStandardError();
        ApiOptions options = options();
        QueryApi api = QueryApi.start(options, Clock.systemUTC(), null);
        Runtime.getRuntime().addShutdownHook(new Thread(api::close, "stop"));
        spec.commandLine().getOut().println("serving on port " + api.port());
        spec.commandLine().getOut().flush();
        new CountDownLatch(1).await();
        return 0;
    }

    private ApiOptions options() {
        try {
            ApiOptions options = ApiOptions.of(System.getenv());
            return dev ? options.with(options.kafka(), options.tokens(), true) : options;
        } catch (IllegalArgumentException e) {
            throw new UserError(String.valueOf(e.getMessage()), e);
        }
    }
}
