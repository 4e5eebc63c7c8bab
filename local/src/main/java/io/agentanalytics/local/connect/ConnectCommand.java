package io.agentanalytics.local.connect;

import io.agentanalytics.api.connect.Guide;
import io.agentanalytics.api.connect.Setup;
import io.agentanalytics.api.connect.SetupStep;
import io.agentanalytics.local.command.UserError;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Subcommand that connects a client to the intake: shows, writes and checks its settings. */
@Command(
        name = "connect",
        description =
                "Shows what to set so that a client sends its telemetry to the intake. --write"
                        + " changes the settings file of the client; --check waits for the first"
                        + " record.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class ConnectCommand implements Callable<Integer> {
    @Spec CommandSpec spec;

    @Parameters(
            paramLabel = "CLIENT",
            description =
                    "claude-code, codex, gemini, qwen, copilot, opencode, ai-sdk, litellm or otel.")
    String client;

    @Option(
            names = "--endpoint",
            paramLabel = "URL",
            defaultValue = Setup.DEFAULT_ENDPOINT,
            description = "The intake, as the client reaches it (default: ${DEFAULT-VALUE}).")
    String endpoint;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            defaultValue = "",
            description = "File with the token of the intake. The settings refer to the file.")
    String tokenFile;

    @Option(
            names = "--team",
            paramLabel = "NAME",
            defaultValue = Setup.DEFAULT_TEAM,
            description = "Team that the cost belongs to.")
    String team;

    @Option(
            names = "--enforce-budgets",
            description =
                    "Adds hooks that stop Claude Code while a budget with enforce: true is used up.")
    boolean enforceBudgets;

    @Option(
            names = "--write",
            description =
                    "Shows the difference, keeps the old settings file as FILE.bak and writes it."
                            + " Variables go to ~/.config/agent-analytics/CLIENT.env.")
    boolean write;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            defaultValue = "config.yaml",
            description =
                    "Configuration of LiteLLM that --write changes (default: ${DEFAULT-VALUE}).")
    Path config;

    @Option(
            names = "--check",
            description = "Waits for the first record of the client; exits with 1 if none arrives.")
    boolean check;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "120",
            description = "How long --check waits (default: ${DEFAULT-VALUE}).")
    int timeout;

    @Option(
            names = "--api",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8081",
            description = "The query API that --check asks (default: ${DEFAULT-VALUE}).")
    String api;

    @Option(
            names = "--api-token-file",
            paramLabel = "FILE",
            description = "File with a token of the API of scope read, if the API asks for one.")
    @Nullable Path apiToken;

    @Option(
            names = "--home",
            paramLabel = "DIR",
            defaultValue = "${env:HOME:-${sys:user.home}}",
            description = "Home directory with the settings files (default: ${DEFAULT-VALUE}).")
    Path home;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Guide guide = Guide.of(client);
        if (guide == null) {
            throw new UserError(
                    "There is no client '%s'; there are %s."
                            .formatted(client, String.join(", ", Guide.names())));
        }
        PrintWriter out = spec.commandLine().getOut();
        List<SetupStep> steps =
                guide.steps(new Setup(endpoint, absolute(tokenFile), team, enforceBudgets));
        if (enforceBudgets && steps.stream().noneMatch(SetupStep::budgets)) {
            throw new UserError(
                    "%s has no hooks that budgets can stop; --enforce-budgets is for claude-code."
                            .formatted(guide.title()));
        }
        if (write) {
            write(out, steps);
        } else if (!check) {
            steps.forEach(step -> show(out, step));
            notReported(out, guide);
        }
        out.flush();
        return check ? check(out, guide) : 0;
    }

    // The lines are run in another directory than this command.
    private String absolute(String file) {
        if (file.isEmpty()) {
            return file;
        }
        Path path = Path.of(file).toAbsolutePath().normalize();
        if (!Files.isReadable(path)) {
            throw new UserError("The token file %s cannot be read.".formatted(path));
        }
        return path.toString();
    }

    private static void show(PrintWriter out, SetupStep step) {
        out.printf("# %s%s%n", step.title(), step.file() == null ? "" : ": " + step.file());
        out.printf("# %s%n", step.gives());
        out.printf("%s%n%n", step.text());
    }

    private static void notReported(PrintWriter out, Guide guide) {
        out.printf("# %s does not report:%n", guide.title());
        guide.notReported().forEach(line -> out.printf("# - %s%n", line));
    }

    private void write(PrintWriter out, List<SetupStep> steps) throws IOException {
        List<SetupStep> lines = new ArrayList<>();
        Map<Path, List<SetupStep>> files = new LinkedHashMap<>();
        for (SetupStep step : steps) {
            if (step.kind().equals("environment")) {
                lines.add(step);
            } else if (step.hasKnownPlace()) {
                Path file = home.resolve(fileOf(step).substring("~/".length()));
                files.computeIfAbsent(file, f -> new ArrayList<>()).add(step);
            } else if (step.kind().equals("yaml")) {
                files.computeIfAbsent(config, f -> new ArrayList<>()).add(step);
            } else {
                out.printf("# %s is part of your program and is not written%n", fileOf(step));
                show(out, step);
            }
        }
        for (Map.Entry<Path, List<SetupStep>> file : files.entrySet()) {
            write(out, file.getValue(), file.getKey());
        }
        if (!lines.isEmpty()) {
            writeEnvironment(out, lines);
        }
    }

    /**
     * Writes the lines of a shell to a file of their own: the profile of a shell is left unchanged.
     */
    private void writeEnvironment(PrintWriter out, List<SetupStep> lines) throws IOException {
        String text =
                lines.stream()
                        .map(step -> "# %s%n%s".formatted(step.title(), step.text()))
                        .collect(Collectors.joining("\n\n"));
        Path file = home.resolve(".config/agent-analytics").resolve(client + ".env");
        SetupStep step = new SetupStep("Environment", "environment", null, null, false, "", text);
        write(out, List.of(step), file);
        out.printf("# Load it in the shell that starts the client:%n. '%s'%n", file);
        if (team.equals(Setup.DEFAULT_TEAM) && text.contains("team=" + team)) {
            out.printf("# The team is %s until you name it with --team%n", team);
        }
        out.println();
    }

    private static String fileOf(SetupStep step) {
        return String.valueOf(step.file());
    }

    private void write(PrintWriter out, List<SetupStep> steps, Path place) throws IOException {
        SettingsFile settings = SettingsFile.of(place, steps);
        if (settings.isUnchanged()) {
            out.printf("# %s has these settings already%n", settings.file());
            return;
        }
        out.print(UnifiedDiff.of(settings.file().toString(), settings.before(), settings.after()));
        out.flush(); // the difference is shown even if writing fails
        settings.write();
        String old = settings.exists() ? "; the old one is " + settings.backup() : "";
        out.printf("# %s is written%s%n", settings.file(), old);
    }

    private int check(PrintWriter out, Guide guide) throws IOException, InterruptedException {
        FirstRecord first = new FirstRecord(api, apiToken, Clock.systemUTC());
        out.printf("# waiting for %s, at most %d s%n", guide.title(), timeout);
        out.flush();
        boolean arrived = first.await(guide, Duration.ofSeconds(timeout), out);
        out.flush();
        return arrived ? 0 : 1;
    }
}
