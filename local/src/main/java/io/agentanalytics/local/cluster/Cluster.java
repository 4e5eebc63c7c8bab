package io.agentanalytics.local.cluster;

import io.agentanalytics.local.command.OwnFiles;
import io.agentanalytics.local.command.UserError;
import io.agentanalytics.local.embedded.EmbeddedKafka;
import io.agentanalytics.local.embedded.LocalPostgres;
import io.agentanalytics.local.embedded.Passwords;
import io.agentanalytics.local.embedded.Ports;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.flink.util.FileUtils;
import org.jspecify.annotations.Nullable;

/**
 * Cluster of separate processes for Kafka, Postgres, ZooKeeper, a Flink JobManager, two
 * TaskManagers, the API and the intake, with the same artifacts as a real cluster. Flink's own
 * command-line client submits the job. Everything runs on loopback, on free ports, in one
 * directory.
 */
public final class Cluster {
    // In stop order.
    private static final List<String> PROCESSES =
            List.of(
                    "intake",
                    "api",
                    "taskmanager-1",
                    "taskmanager-2",
                    "jobmanager",
                    "zookeeper",
                    "kafka");

    /** Main class of the API and of the intake; it knows this class, so a name avoids a cycle. */
    private static final String PROGRAM = "io.agentanalytics.local.AgentAnalytics";

    /** Environment variable with the password of the job or the API in Postgres. */
    static final String PASSWORD = "AGENT_ANALYTICS_DATABASE_PASSWORD";

    private final Path directory;
    private final Consumer<String> say;
    private final Processes processes;
    private final ClusterState state;
    private final ClusterFlink flink;

    /**
     * Opens a cluster in a directory, running or not.
     *
     * @param flinkLib directory with the lib jars of a Flink distribution
     * @param jobTarget build directory of the job; its jar is submitted with all dependencies
     */
    public Cluster(Path directory, Path flinkLib, Path jobTarget, Consumer<String> say)
            throws IOException {
        this.directory = directory.toAbsolutePath();
        this.say = say;
        this.processes = new Processes(OwnFiles.directory(this.directory));
        this.state = new ClusterState(this.directory);
        this.flink =
                new ClusterFlink(
                        this.directory,
                        flinkLib.toAbsolutePath(),
                        jobTarget.toAbsolutePath(),
                        say,
                        processes,
                        state);
    }

    /** Overrides settings of Flink; applies to the next {@link #up}. */
    public void configure(Map<String, String> settings) {
        flink.configure(settings);
    }

    /**
     * Starts everything except the job.
     *
     * @param metrics true to expose Flink metrics to Prometheus, on all network addresses
     */
    public void up(boolean metrics) throws Exception {
        if (!processes.names().isEmpty()) {
            throw new UserError(
                    "A cluster is in %s already: stop it with down.".formatted(directory));
        }
        state.choose(metrics);
        formatKafka();
        startKafka();
        EmbeddedKafka.makeTopics(bootstrap());
        startPostgres();
        // Deletes the data of an earlier cluster, which refers to other ports.
        FileUtils.deleteDirectory(directory.resolve("zookeeper").toFile());
        FileUtils.deleteDirectory(directory.resolve("ha").toFile());
        startZooKeeper();
        flink.start();
        startApi();
        startIntake();
    }

    /** Restarts a process with the same settings; a stopped process is only started. */
    public void restart(String name) throws Exception {
        if (!PROCESSES.contains(name)) {
            throw new UserError(
                    "There is no process '%s'; write one of %s."
                            .formatted(name, String.join(", ", PROCESSES)));
        }
        processes.stop(name);
        switch (name) {
            case "kafka" -> startKafka();
            case "zookeeper" -> startZooKeeper();
            case "jobmanager" -> flink.startJobManager();
            case "api" -> startApi();
            case "intake" -> startIntake();
            default -> flink.startTaskManager(name);
        }
    }

    private Path kafkaConfig() {
        return directory.resolve("kafka.properties");
    }

    private void formatKafka() throws Exception {
        try (OutputStream out = Files.newOutputStream(kafkaConfig())) {
            EmbeddedKafka.config(
                            directory.resolve("kafka").toString(),
                            state.port("kafka"),
                            state.port("controller"))
                    .store(out, null);
        }
        Processes.run(
                Map.of(),
                List.of(
                        "-cp",
                        System.getProperty("java.class.path"),
                        "kafka.tools.StorageTool",
                        "format",
                        "--ignore-formatted",
                        "-t",
                        org.apache.kafka.common.Uuid.ONE_UUID.toString(),
                        "-c",
                        kafkaConfig().toString()));
    }

    private void startKafka() throws Exception {
        say.accept("starting Kafka on port " + state.port("kafka"));
        processes.start(
                "kafka",
                Map.of(),
                List.of(
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "kafka.Kafka",
                        kafkaConfig().toString()));
        processes.await("kafka", "Kafka", () -> !Ports.isFree(state.port("kafka")));
    }

    /** Starts Postgres; also after it was stopped or killed. */
    public void startPostgres() throws IOException {
        say.accept("starting Postgres on port " + state.port("postgres"));
        LocalPostgres.startDetached(postgres(), state.port("postgres"), Clock.systemUTC());
    }

    private Path postgres() {
        return directory.resolve("postgres");
    }

    private void startZooKeeper() throws Exception {
        say.accept("starting ZooKeeper on port " + state.port("zookeeper"));
        Path data = Files.createDirectories(directory.resolve("zookeeper"));
        Path config = directory.resolve("zookeeper.properties");
        Files.writeString(config, FlinkConfig.zooKeeper(data, state.properties()));
        processes.start(
                "zookeeper",
                Map.of(),
                List.of(
                        "-Xmx128m",
                        "-cp",
                        flink.classPath(),
                        "org.apache.flink.runtime.zookeeper.FlinkZooKeeperQuorumPeer",
                        "--zkConfigFile",
                        config.toString(),
                        "--peerId",
                        "1"));
        processes.await("zookeeper", "ZooKeeper", () -> !Ports.isFree(state.port("zookeeper")));
    }

    private void startApi() throws Exception {
        say.accept("starting the API on port " + state.port("api"));
        processes.start(
                "api",
                Map.of(
                        "AGENT_ANALYTICS_API_PORT",
                        Integer.toString(state.port("api")),
                        "AGENT_ANALYTICS_DATABASE_URL",
                        tables(),
                        PASSWORD,
                        passwords().of("agent_analytics_api")),
                List.of("-Xmx256m", "-cp", System.getProperty("java.class.path"), PROGRAM, "api"));
        processes.await(
                "api",
                "the API",
                () -> FlinkRest.json(address() + "/api/analytics/health").has("status"));
    }

    private void startIntake() throws Exception {
        say.accept("starting the intake on port " + state.port("otlp-http"));
        processes.start(
                "intake",
                Map.of("AGENT_ANALYTICS_BOOTSTRAP_SERVERS", bootstrap()),
                List.of(
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PROGRAM,
                        "intake",
                        "--port",
                        Integer.toString(state.port("otlp-http")),
                        "--grpc-port",
                        Integer.toString(state.port("otlp-grpc")),
                        "--spool",
                        directory.resolve("intake-spool").toString()));
        processes.await("intake", "the intake", () -> !Ports.isFree(state.port("otlp-http")));
    }

    /**
     * Submits the job with {@code flink run}.
     *
     * @param from savepoint to resume from; null to start at the earliest event
     */
    public void submit(@Nullable String from, List<String> jobArguments) throws Exception {
        submit(from, ClusterFlink.SLOTS, jobArguments);
    }

    /** Submits the job as {@link #submit(String, List)}, with another parallelism. */
    public void submit(@Nullable String from, int parallelism, List<String> jobArguments)
            throws Exception {
        List<String> arguments =
                new ArrayList<>(
                        List.of("--bootstrap-servers", bootstrap(), "--database-url", tables()));
        arguments.addAll(jobArguments);
        flink.submit(from, parallelism, arguments);
    }

    /**
     * Creates a savepoint, stops the job with it on request, and returns the path of the savepoint.
     */
    public String savepoint(boolean stop) throws Exception {
        return flink.savepoint(stop);
    }

    /** Returns the latest savepoint, if there is one. */
    public Optional<String> newestSavepoint() throws IOException {
        return flink.newestSavepoint();
    }

    /** Returns the state of each process and the addresses of the cluster. */
    public Map<String, String> status() throws IOException {
        Map<String, String> status = new TreeMap<>();
        for (String name : processes.names()) {
            status.put(
                    name,
                    processes
                            .find(name)
                            .map(p -> "runs, process " + p.pid())
                            .orElse("has stopped"));
        }
        if (state.isEmpty()) {
            return status;
        }
        status.put("events", "Kafka at " + bootstrap());
        status.put("telemetry", intakeAddress());
        status.put(
                "tables",
                "PGPASSFILE=%s psql -h 127.0.0.1 -p %d -U postgres"
                        .formatted(passwords().file(), state.port("postgres")));
        status.put("page", address() + "/analytics-dashboard/");
        for (String name : ClusterState.METERED) {
            String port = state.metricsPort(name);
            if (port != null) {
                status.put("metrics " + name, "http://127.0.0.1:" + port);
            }
        }
        status.put("flink", "http://127.0.0.1:" + state.port("flink"));
        status.put("job", jobStatus());
        return status;
    }

    private String jobStatus() {
        try {
            return flink.rest().job().map(FlinkRest.Job::describe).orElse("does not run");
        } catch (IOException e) {
            return "unknown: Flink does not answer";
        }
    }

    /** Returns a process, if it runs; {@code postgres} is the main process of the server. */
    public Optional<ProcessHandle> process(String name) throws IOException {
        return name.equals("postgres") ? LocalPostgres.find(postgres()) : processes.find(name);
    }

    /** Kills a process, to simulate a crash. */
    public void kill(String name) throws IOException {
        processes.find(name).ifPresent(ProcessHandle::destroyForcibly);
    }

    /** Stops everything that {@link #up} started; data and logs remain. */
    public void down() throws IOException, InterruptedException {
        for (String name : PROCESSES) {
            processes.stop(name);
        }
        LocalPostgres.stop(postgres());
    }

    public String bootstrap() {
        return "127.0.0.1:" + state.port("kafka");
    }

    /** Returns the JDBC URL of the database owner, including the password. */
    public String databaseUrl() {
        return passwords().login(tables(), "postgres");
    }

    private String tables() {
        return "jdbc:postgresql://127.0.0.1:" + state.port("postgres") + "/postgres";
    }

    private Passwords passwords() {
        return Passwords.beside(postgres());
    }

    public String address() {
        return "http://127.0.0.1:" + state.port("api");
    }

    /** Returns the address of the intake: OTLP over HTTP, hooks, LiteLLM and own events. */
    public String intakeAddress() {
        return "http://127.0.0.1:" + state.port("otlp-http");
    }
}
