package io.agentanalytics.local;

import io.agentanalytics.api.notify.NotifyOptions;
import io.agentanalytics.contract.TextFormat;
import io.agentanalytics.job.options.JobOptions;
import io.agentanalytics.local.command.DataDirectory;
import io.agentanalytics.local.command.UserError;
import io.agentanalytics.local.embedded.LocalPostgres;
import io.agentanalytics.local.embedded.LocalStack;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Subcommand that runs all components on this machine until Ctrl-C. */
@Command(
        name = "run",
        description = "Runs Kafka, Postgres, Flink, the API and a simulated fleet in one process.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class RunCommand implements Callable<Integer> {
    private static final int PARALLELISM = 2;
    private static final int MAX_AGENTS = 100_000;

    /** Prints the steps of the start, with the seconds since its beginning. */
    private record StartLog(PrintWriter out, Clock clock, Instant begun) {
        void say(String step) {
            double seconds = Duration.between(begun, clock.instant()).toMillis() / 1000.0;
            print(TextFormat.format("%5.1f s  %s", seconds, step));
        }

        void print(String text) {
            out.println(text);
            out.flush();
        }
    }

    @Spec CommandSpec spec;

    @Option(
            names = "--no-fleet",
            description = "No simulated agents: wait for real ones, or a replay.")
    boolean noFleet;

    @Option(
            names = "--agents",
            paramLabel = "N",
            defaultValue = "42",
            description = "Size of the simulated fleet (default: ${DEFAULT-VALUE}).")
    int agents;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of the simulated fleet (default: ${DEFAULT-VALUE}).")
    long seed;

    @Mixin RunPorts ports;

    @Option(
            names = "--dev",
            description =
                    "Disables the token for changes (acknowledgements, silences, rules)."
                            + " For local development only.")
    boolean dev;

    @Option(
            names = "--notifications",
            paramLabel = "FILE",
            description = "Destinations of notifications, see docs/alerts.md; none by default.")
    @Nullable Path notifications;

    @Option(
            names = "--price-book",
            paramLabel = "FILE",
            description = "Custom price book, see docs/price-book.md.")
    @Nullable Path priceBook;

    @Option(
            names = "--dimensions",
            paramLabel = "TAGS",
            defaultValue = "team,user,repo,env,team+user,team+env",
            description =
                    "Tags by whose values costs and outcomes are counted (default:"
                            + " ${DEFAULT-VALUE}).")
    String dimensions = "";

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Keep data in DIR across restarts; without it, data is deleted on exit.")
    @Nullable Path data;

    @Option(
            names = "--replay",
            paramLabel = "FILE",
            description =
                    "Replay a recording (.ndjson or .ndjson.gz) once started; implies --no-fleet.")
    @Nullable Path replay;

    @Option(
            names = "--import",
            paramLabel = "CLIENT",
            completionCandidates = ImportCommand.Clients.class,
            description =
                    "Publish the transcripts of this coding agent (${COMPLETION-CANDIDATES}) once"
                            + " started, see docs/import.md; repeatable; implies --no-fleet.")
    List<String> imports = List.of();

    /**
     * True after startup. The shutdown hook then no longer interrupts the main thread, which waits
     * for the stop signal.
     */
    private volatile boolean settled;

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // complete() cannot fail
    public Integer call() throws Exception {
        Clock clock = Clock.systemUTC();
        StartLog log = new StartLog(spec.commandLine().getOut(), clock, clock.instant());
        NotifyOptions destinations = checkOptions();
        LocalStack.PortPlan plan = ports.plan();
        List<TranscriptFolder> histories = histories();
        CompletableFuture<String> stop = new CompletableFuture<>();
        CountDownLatch stopped = new CountDownLatch(1);
        Thread main = Thread.currentThread();
        try (DataDirectory directory = DataDirectory.open(data)) {
            LocalPostgres.stop(directory.path().resolve("postgres"));
            Runtime.getRuntime()
                    .addShutdownHook(
                            new Thread(() -> stopAndAwait(main, stop, stopped, directory), "stop"));
            var stackPlan = stackPlan(directory, plan, destinations);
            try (LocalStack stack = LocalStack.start(stackPlan, clock, log::say)) {
                stack.flink().ended().thenAccept(stop::complete);
                String end = runUntil(stop, stack, histories, directory.isFresh(), log);
                if (!end.isEmpty()) {
                    String file = System.getProperty(DataDirectory.LOG_PROPERTY);
                    throw new UserError("%s The log %s says why.".formatted(end, file));
                }
            }
        } finally {
            stopped.countDown();
        }
        return 0;
    }

    private LocalStack.StackPlan stackPlan(
            DataDirectory directory, LocalStack.PortPlan plan, NotifyOptions destinations) {
        return new LocalStack.StackPlan(
                directory.path(),
                plan,
                data != null,
                PARALLELISM,
                jobArguments(),
                dev,
                destinations);
    }

    /** Checks all options that are used later, and returns the destinations of notifications. */
    private NotifyOptions checkOptions() {
        if (agents < 1 || agents > MAX_AGENTS) {
            throw new UserError(
                    "--agents is %d; write 1 to %d, or --no-fleet.".formatted(agents, MAX_AGENTS));
        }
        JobOptions.parse(jobArguments().toArray(String[]::new), Map.of());
        if (replay != null) {
            ReplayCommand.requireReadable(replay);
        }
        return notifications == null ? NotifyOptions.NONE : NotifyOptions.read(notifications);
    }

    /** Returns the reason for the end; empty if the user stopped the run. */
    private String runUntil(
            CompletableFuture<String> stop,
            LocalStack stack,
            List<TranscriptFolder> histories,
            boolean fresh,
            StartLog log)
            throws Exception {
        Clock clock = log.clock();
        try (AutoCloseable traffic = traffic(stack, fresh, clock)) {
            log.say("waiting for the page's first answers");
            boolean warm = new FirstAnswers(stack.address(), isFleet(), clock).await();
            log.say(warm ? "ready" : "started; the page is still slow to answer");
            log.print(welcome(stack, fresh));
            if (!histories.isEmpty()) {
                ImportCommand.publishAll(histories, stack.bootstrap(), clock.instant(), log.out());
            }
            if (replay != null) {
                ReplayCommand.replay(
                        replay,
                        Map.of("bootstrap.servers", stack.bootstrap()),
                        Double.POSITIVE_INFINITY,
                        true,
                        log.out());
            }
            settled = true;
            String end = stop.get();
            log.print("\nstopping");
            return end;
        }
    }

    private boolean isFleet() {
        return !noFleet && replay == null && imports.isEmpty();
    }

    /** Returns the transcripts to import; a client that has several names only once. */
    private List<TranscriptFolder> histories() {
        Map<String, TranscriptFolder> byClient = new LinkedHashMap<>();
        for (String client : imports) {
            TranscriptFolder folder = TranscriptFolder.of(client, null);
            byClient.put(folder.reader().client(), folder);
        }
        return List.copyOf(byClient.values());
    }

    private AutoCloseable traffic(LocalStack stack, boolean fresh, Clock clock) {
        return isFleet()
                ? SampleFleet.start(seed, agents, fresh, stack.bootstrap(), clock)
                : () -> {};
    }

    /**
     * Recordings of several hours are replayed within seconds, one after the other. Without live
     * traffic, there are enough resources to accept events that are a week late.
     */
    private List<String> jobArguments() {
        List<String> arguments = new ArrayList<>(List.of("--dimensions", dimensions));
        if (!isFleet()) {
            arguments.addAll(List.of("--allowed-lateness", "7d"));
        }
        if (priceBook != null) {
            arguments.addAll(List.of("--price-book", priceBook.toString()));
        }
        return arguments;
    }

    /**
     * Keeps the shutdown hook running until everything has stopped; otherwise, the JVM would exit
     * before that.
     */
    private void stopAndAwait(
            Thread main,
            CompletableFuture<String> stop,
            CountDownLatch stopped,
            DataDirectory directory) {
        stop.complete("");
        if (!settled) {
            main.interrupt();
        }
        try {
            stopped.await(10, TimeUnit.SECONDS);
            directory.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            spec.commandLine().getErr().println(directory.path() + " could not be removed.");
        }
    }

    private String welcome(LocalStack stack, boolean fresh) throws IOException {
        return """

          Dashboard  %s/analytics-dashboard/
          API        %s/api/analytics/dashboard-data
          Intake     %s (OTLP over HTTP), port %d (gRPC)
          Events     Kafka at %s, topic task-events
          Tables     PGPASSFILE=%s psql -h 127.0.0.1 -p %d -U postgres
          Flink      http://127.0.0.1:%d
          Changes    %s
          Log        %s

          %s
          Ctrl-C stops everything%s.
        """
                .formatted(
                        stack.address(),
                        stack.address(),
                        stack.intakeAddress(),
                        ports.otlpGrpc,
                        stack.bootstrap(),
                        stack.passwordFile(),
                        ports.postgres,
                        ports.flink,
                        dev ? "need no token" : "with the token in " + stack.tokenFile(),
                        System.getProperty(DataDirectory.LOG_PROPERTY),
                        traffic(fresh),
                        data == null ? " and deletes all data" : "; data stays in " + data);
    }

    private String traffic(boolean fresh) {
        if (!isFleet()) {
            return "Replay a recording: scripts/replay FILE";
        }
        String past = fresh ? "; the last two hours are also simulated" : "";
        return "%d simulated agents are at work%s.".formatted(agents, past);
    }
}
