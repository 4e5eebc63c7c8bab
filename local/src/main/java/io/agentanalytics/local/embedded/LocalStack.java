package io.agentanalytics.local.embedded;

import io.agentanalytics.api.QueryApi;
import io.agentanalytics.api.notify.NotifyOptions;
import io.agentanalytics.api.options.ApiOptions;
import io.agentanalytics.api.options.Tokens;
import io.agentanalytics.contract.DaemonThreads;
import io.agentanalytics.contract.PriceBook;
import io.agentanalytics.contract.Resources;
import io.agentanalytics.intake.Intake;
import io.agentanalytics.intake.IntakeOptions;
import io.agentanalytics.intake.IntakeOptionsBuilder;
import io.agentanalytics.job.options.JobOptions;
import io.agentanalytics.local.command.OwnFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kafka, Postgres, the job and the API in this JVM. Closing the stack stops everything it started.
 */
public final class LocalStack implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LocalStack.class);

    /** Ports on loopback. */
    public record PortPlan(
            int api, int flink, int kafka, int postgres, int otlpHttp, int otlpGrpc) {
        /** Returns free ports. */
        public static PortPlan free() {
            return new PortPlan(
                    Ports.free(),
                    Ports.free(),
                    Ports.free(),
                    Ports.free(),
                    Ports.free(),
                    Ports.free());
        }
    }

    /**
     * Configuration of a stack.
     *
     * @param durable true if data must survive a crash of the machine
     * @param jobArguments job options in addition to those that the stack sets itself
     * @param dev true if changes need no token
     * @param notifications notification destinations
     */
    public record StackPlan(
            Path directory,
            PortPlan ports,
            boolean durable,
            int parallelism,
            List<String> jobArguments,
            boolean dev,
            NotifyOptions notifications) {
        public StackPlan(
                Path directory,
                PortPlan ports,
                boolean durable,
                int parallelism,
                List<String> jobArguments) {
            this(directory, ports, durable, parallelism, jobArguments, false, NotifyOptions.NONE);
        }
    }

    private final Resources started = new Resources();
    private final StackPlan plan;
    private final Consumer<String> progress;
    private EmbeddedFlink flink;
    private LocalPostgres postgres;

    @SuppressWarnings("NullAway") // startAll() sets the fields before start() returns
    private LocalStack(StackPlan plan, Consumer<String> progress) {
        this.plan = plan;
        this.progress = progress;
    }

    /** Starts everything and reports its progress. */
    public static LocalStack start(StackPlan plan, Clock clock, Consumer<String> progress)
            throws Exception {
        LocalStack stack = new LocalStack(plan, progress);
        try {
            stack.startAll(clock);
            return stack;
        } catch (Exception e) {
            stack.close();
            throw e;
        }
    }

    private void startAll(Clock clock) throws Exception {
        PortPlan ports = plan.ports();
        OwnFiles.directory(plan.directory());
        EmbeddedKafka kafka = startStorage(clock);
        progress.accept("starting the Flink job, its page on port " + ports.flink());
        JobOptions job = jobOptions(kafka.bootstrap());
        flink =
                started.add(
                        EmbeddedFlink.start(
                                job,
                                plan.directory().resolve("checkpoints"),
                                ports.flink(),
                                plan.parallelism(),
                                progress));
        progress.accept("starting the API on port " + ports.api());
        SampleTasks samples = started.add(new SampleTasks(kafka.bootstrap(), clock));
        started.add(QueryApi.start(apiOptions(kafka.bootstrap(), job), clock, samples));
        progress.accept("starting the intake on port " + ports.otlpHttp());
        started.add(Intake.start(intakeOptions(kafka.bootstrap()), clock));
    }

    /** Starts Kafka and Postgres at the same time, since both wait for files and processes. */
    private EmbeddedKafka startStorage(Clock clock) throws Exception {
        Path directory = plan.directory();
        PortPlan ports = plan.ports();
        progress.accept("starting Postgres on port " + ports.postgres());
        FutureTask<LocalPostgres> database =
                new FutureTask<>(
                        () ->
                                LocalPostgres.start(
                                        directory.resolve("postgres"),
                                        ports.postgres(),
                                        plan.durable(),
                                        clock));
        DaemonThreads.named("postgres-start").newThread(database).start();
        progress.accept("starting Kafka on port " + ports.kafka());
        try {
            return started.add(EmbeddedKafka.start(directory.resolve("kafka"), ports.kafka()));
        } finally {
            postgres = started.add(resultOf(database));
        }
    }

    private static <T> T resultOf(Future<T> task) throws Exception {
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private ApiOptions apiOptions(String bootstrap, JobOptions job) throws IOException {
        return ApiOptions.loopback(plan.ports().api(), postgres.jdbcUrl(), "agent_analytics_api")
                .withPassword(postgres.passwords().of("agent_analytics_api"))
                .with(
                        Map.of("bootstrap.servers", bootstrap),
                        Tokens.parse(token() + " read,write,metrics laptop", "token"),
                        plan.dev())
                .withNotifications(plan.notifications())
                .pricedBy(priceBook(job));
    }

    private IntakeOptions intakeOptions(String bootstrap) {
        return IntakeOptionsBuilder.builder(
                        IntakeOptions.of(
                                Map.of("bootstrap.servers", bootstrap),
                                plan.directory().resolve("intake")))
                .httpPort(plan.ports().otlpHttp())
                .grpcPort(plan.ports().otlpGrpc())
                .build();
    }

    private static PriceBook priceBook(JobOptions job) {
        byte[] own = job.priceBook();
        return own == null ? PriceBook.standard() : PriceBook.parse(own, "the price book");
    }

    private JobOptions jobOptions(String bootstrap) {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "--bootstrap-servers",
                                bootstrap,
                                "--database-url",
                                postgres.jdbcUrl(),
                                "--database-user",
                                "agent_analytics_job"));
        arguments.addAll(plan.jobArguments());
        return JobOptions.parse(
                arguments.toArray(String[]::new),
                Map.of(
                        "AGENT_ANALYTICS_DATABASE_PASSWORD",
                        postgres.passwords().of("agent_analytics_job")));
    }

    /** Returns the token for changes, created at the first start. */
    public String token() throws IOException {
        Path file = tokenFile();
        if (!Files.exists(file)) {
            OwnFiles.write(file, OwnFiles.secret());
        }
        return Files.readString(file).strip();
    }

    public Path tokenFile() {
        return plan.directory().resolve("token");
    }

    public EmbeddedFlink flink() {
        return flink;
    }

    /** Returns the JDBC URL of the database owner, including the password. */
    public String databaseUrl() {
        return postgres.passwords().login(postgres.jdbcUrl(), Passwords.SUPERUSER);
    }

    /** Returns the file with the Postgres passwords, in the format of psql. */
    public Path passwordFile() {
        return postgres.passwords().file();
    }

    public String bootstrap() {
        return "127.0.0.1:" + plan.ports().kafka();
    }

    public String address() {
        return "http://127.0.0.1:" + plan.ports().api();
    }

    /** Returns the address of the intake: OTLP over HTTP, hooks, LiteLLM and own events. */
    public String intakeAddress() {
        return "http://127.0.0.1:" + plan.ports().otlpHttp();
    }

    @Override
    public void close() {
        try {
            started.close();
        } catch (IllegalStateException e) {
            LOG.warn("The stack did not stop cleanly.", e);
        }
    }
}
