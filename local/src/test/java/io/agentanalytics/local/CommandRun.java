package io.agentanalytics.local;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import picocli.CommandLine;

/**
 * A command of {@code agent-analytics} that has ended, with its texts and its exit code. It runs in
 * this process.
 */
record CommandRun(String out, String err, int code) {
    static CommandRun of(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line =
                AgentAnalytics.line()
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(err))
                        .setExecutionExceptionHandler(AgentAnalytics::onError);
        int code = line.execute(arguments);
        return new CommandRun(out.toString(), err.toString(), code);
    }

    static CommandRun of(List<String> arguments) {
        return of(arguments.toArray(String[]::new));
    }

    String printed() {
        return out + err;
    }
}
