package io.agentanalytics.local.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentanalytics.local.AgentAnalytics;
import io.agentanalytics.local.EmbeddedKafka;
import io.agentanalytics.local.LocalPostgres;
import io.agentanalytics.local.OwnFiles;
import io.agentanalytics.local.Passwords;
import io.agentanalytics.local.Ports;
import io.agentanalytics.local.UserError;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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
    private static final List<String> TASK_MANAGERS = List.of("taskmanager-1", "taskmanager-2");
    private static final List<String> METERED =
            List.of("jobmanager", "taskmanager-1", "taskmanager-2");
    private static final String METRICS = "metrics.";
    private static final int SLOTS = 2;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String PASSWORD = "AGENT_ANALYTICS_DATABASE_PASSWORD";
    private static final String STATE = "cluster.properties";
    private static final Pattern SAVEPOINT = Pattern.compile("Path: (\\S+)");
    private static final Pattern SUBMITTED = Pattern.compile("JobID ([0-9a-f]{32})");

    private final Path directory;
    private final Path flinkLib;
    private final Path jobTarget;
    private final Consumer<String> say;
    private final Processes processes;
    private final Properties state = new Properties();
    private final Map<String, String> flinkSettings = new TreeMap<>();

    /**
     * Opens a cluster in a directory, running or not.
     *
     * @param flinkLib directory with the lib jars of a Flink distribution
     * @param jobTarget build directory of the job; its jar is submitted with all dependencies
     */
    public Cluster(Path directory, Path flinkLib, Path jobTarget, Consumer<String> say)
            throws IOException {
        this.directory = directory.toAbsolutePath();
        this.flinkLib = flinkLib.toAbsolutePath();
        this.jobTarget = jobTarget.toAbsolutePath();
        this.say = say;
        this.processes = new Processes(OwnFiles.directory(this.directory));
        Path file = this.directory.resolve(STATE);
        if (Files.exists(file)) {
            try (Reader reader = Files.newBufferedReader(file)) {
                state.load(reader);
            }
        }
    }

    /** Overrides settings of Flink; applies to the next {@link #up}. */
    public void configure(Map<String, String> settings) {
        flinkSettings.putAll(settings);
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
        choosePorts(metrics);
        formatKafka();
        startKafka();
        EmbeddedKafka.makeTopics(bootstrap());
        startPostgres();
        // Deletes the data of an earlier cluster, which refers to other ports.
        FileUtils.deleteDirectory(directory.resolve("zookeeper").toFile());
        FileUtils.deleteDirectory(directory.resolve("ha").toFile());
        startZooKeeper();
        configureFlink();
        startJobManager();
        for (String name : TASK_MANAGERS) {
            startTaskManager(name);
        }
        await(
                TASK_MANAGERS.get(0),
                "the TaskManagers",
                () ->
                        flink().get("/taskmanagers").path("taskmanagers").size()
                                == TASK_MANAGERS.size());
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
            case "jobmanager" -> startJobManager();
            case "api" -> startApi();
            case "intake" -> startIntake();
            default -> startTaskManager(name);
        }
    }

    private void choosePorts(boolean metrics) throws IOException {
        state.clear();
        for (String name :
                List.of(
                        "kafka",
                        "controller",
                        "postgres",
                        "zookeeper",
                        "flink",
                        "rpc",
                        "api",
                        "otlp-http",
                        "otlp-grpc")) {
            state.setProperty(name, Integer.toString(Ports.free()));
        }
        for (String name : metrics ? METERED : List.<String>of()) {
            state.setProperty(METRICS + name, Integer.toString(Ports.free()));
        }
        state.setProperty("id", UUID.randomUUID().toString());
        state.setProperty(FlinkConfig.TOKEN, OwnFiles.secret());
        save();
    }

    private void save() throws IOException {
        try (OutputStream out = Files.newOutputStream(directory.resolve(STATE))) {
            state.store(out, null);
        }
    }

    private int port(String name) {
        String port = state.getProperty(name);
        if (port == null) {
            throw new UserError("No cluster is in %s: start one with up.".formatted(directory));
        }
        return Integer.parseInt(port);
    }

    private Path kafkaConfig() {
        return directory.resolve("kafka.properties");
    }

    private void formatKafka() throws Exception {
        try (OutputStream out = Files.newOutputStream(kafkaConfig())) {
            EmbeddedKafka.config(
                            directory.resolve("kafka").toString(),
                            port("kafka"),
                            port("controller"))
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
        say.accept("starting Kafka on port " + port("kafka"));
        processes.start(
                "kafka",
                Map.of(),
                List.of(
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "kafka.Kafka",
                        kafkaConfig().toString()));
        await("kafka", "Kafka", () -> !Ports.isFree(port("kafka")));
    }

    /** Starts Postgres; also after it was stopped or killed. */
    public void startPostgres() throws IOException {
        say.accept("starting Postgres on port " + port("postgres"));
        LocalPostgres.startDetached(postgres(), port("postgres"), Clock.systemUTC());
    }

    private Path postgres() {
        return directory.resolve("postgres");
    }

    private void startZooKeeper() throws Exception {
        say.accept("starting ZooKeeper on port " + port("zookeeper"));
        Path data = Files.createDirectories(directory.resolve("zookeeper"));
        Path config = directory.resolve("zookeeper.properties");
        Files.writeString(config, FlinkConfig.zooKeeper(data, state));
        processes.start(
                "zookeeper",
                Map.of(),
                List.of(
                        "-Xmx128m",
                        "-cp",
                        flinkClasses(),
                        "org.apache.flink.runtime.zookeeper.FlinkZooKeeperQuorumPeer",
                        "--zkConfigFile",
                        config.toString(),
                        "--peerId",
                        "1"));
        await("zookeeper", "ZooKeeper", () -> !Ports.isFree(port("zookeeper")));
    }

    private String flinkClasses() {
        return flinkLib + "/*";
    }

    private Path flinkConf() {
        return directory.resolve("flink/conf");
    }

    private FlinkRest flink() {
        return new FlinkRest(port("flink"));
    }

    private void configureFlink() throws IOException {
        Files.createDirectories(directory.resolve("flink/tmp"));
        String metrics = state.getProperty(METRICS + "jobmanager");
        Files.writeString(
                Files.createDirectories(flinkConf()).resolve("config.yaml"),
                FlinkConfig.yaml(directory, state, SLOTS, flinkSettings)
                        + (metrics == null ? "" : FlinkConfig.metrics(metrics)));
    }

    private void startJobManager() throws Exception {
        say.accept("starting Flink, its page on port " + port("flink"));
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "-Xmx512m",
                                "-cp",
                                flinkClasses() + File.pathSeparator + jar("-rest-guard.jar")));
        arguments.addAll(FlinkConfig.OPENED);
        arguments.addAll(
                List.of(
                        "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint",
                        "--configDir",
                        flinkConf().toString(),
                        "--executionMode",
                        "cluster"));
        processes.start("jobmanager", Map.of(), arguments);
        // Another JobManager may be listening on this port. Ours reports the ID that was assigned
        // to it.
        await("jobmanager", "Flink's JobManager", this::isOurJobManager);
    }

    private boolean isOurJobManager() throws IOException {
        for (JsonNode setting : flink().get("/jobmanager/config")) {
            if (setting.path("key").asText().equals(FlinkConfig.ID)) {
                return setting.path("value").asText().equals(state.getProperty("id"));
            }
        }
        return false;
    }

    /**
     * Returns the JVM flags and settings that Flink's own scripts compute, from two marked output
     * lines.
     */
    private List<String> taskManagerResources() throws Exception {
        String said =
                Processes.run(
                        Map.of(),
                        List.of(
                                "-cp",
                                flinkClasses(),
                                "org.apache.flink.runtime.util.bash.BashJavaUtils",
                                "GET_TM_RESOURCE_PARAMS",
                                "--configDir",
                                flinkConf().toString()));
        String mark = "BASH_JAVA_UTILS_EXEC_RESULT:";
        return said.lines()
                .filter(line -> line.startsWith(mark))
                .map(line -> line.substring(mark.length()))
                .toList();
    }

    private void startTaskManager(String name) throws Exception {
        List<String> resources = taskManagerResources();
        List<String> arguments = new ArrayList<>(Arrays.asList(resources.get(0).split(" ")));
        arguments.addAll(FlinkConfig.OPENED);
        arguments.addAll(
                List.of(
                        "-cp",
                        flinkClasses(),
                        "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
                        "--configDir",
                        flinkConf().toString()));
        arguments.addAll(Arrays.asList(resources.get(1).split(" ")));
        arguments.addAll(List.of("-D", "taskmanager.resource-id=" + name));
        String metrics = state.getProperty(METRICS + name);
        if (metrics != null) {
            arguments.addAll(FlinkConfig.metricsPort(metrics));
        }
        processes.start(name, Map.of(), arguments);
    }

    private void startApi() throws Exception {
        say.accept("starting the API on port " + port("api"));
        processes.start(
                "api",
                Map.of(
                        "AGENT_ANALYTICS_API_PORT",
                        Integer.toString(port("api")),
                        "AGENT_ANALYTICS_DATABASE_URL",
                        tables(),
                        PASSWORD,
                        passwords().of("agent_analytics_api")),
                List.of(
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        AgentAnalytics.class.getName(),
                        "api"));
        await(
                "api",
                "the API",
                () -> FlinkRest.json(address() + "/api/analytics/health").has("status"));
    }

    private void startIntake() throws Exception {
        say.accept("starting the intake on port " + port("otlp-http"));
        processes.start(
                "intake",
                Map.of("AGENT_ANALYTICS_BOOTSTRAP_SERVERS", bootstrap()),
                List.of(
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        AgentAnalytics.class.getName(),
                        "intake",
                        "--port",
                        state.getProperty("otlp-http"),
                        "--grpc-port",
                        state.getProperty("otlp-grpc"),
                        "--spool",
                        directory.resolve("intake-spool").toString()));
        await("intake", "the intake", () -> !Ports.isFree(port("otlp-http")));
    }

    /**
     * Submits the job with {@code flink run}.
     *
     * @param from savepoint to resume from; null to start at the earliest event
     */
    public void submit(@Nullable String from, List<String> jobArguments) throws Exception {
        submit(from, SLOTS, jobArguments);
    }

    /** Submits the job as {@link #submit(String, List)}, with another parallelism. */
    public void submit(@Nullable String from, int parallelism, List<String> jobArguments)
            throws Exception {
        if (flink().job().isPresent()) {
            throw new UserError("The job runs already; savepoint --stop ends it.");
        }
        List<String> arguments =
                new ArrayList<>(List.of("run", "-d", "-p", Integer.toString(parallelism)));
        if (from != null) {
            arguments.addAll(List.of("-s", from));
        }
        arguments.addAll(
                List.of(
                        jar("-cluster.jar").toString(),
                        "--bootstrap-servers",
                        bootstrap(),
                        "--database-url",
                        tables()));
        arguments.addAll(jobArguments);
        awaitJob(submitted(flink(arguments)));
        say.accept("the job runs" + (from == null ? "" : ", from " + from));
    }

    private static String submitted(String said) throws IOException {
        Matcher id = SUBMITTED.matcher(said);
        if (!id.find()) {
            throw new IOException("Flink did not take the job:\n" + said);
        }
        return id.group(1);
    }

    /**
     * Waits until every task runs. Flink already reports a job as RUNNING when it starts scheduling
     * it.
     */
    private void awaitJob(String id) throws Exception {
        await(
                "jobmanager",
                "the job",
                () -> {
                    FlinkRest.Job job = flink().job(id);
                    if (job.hasEnded()) {
                        throw new UserError(
                                "The job has %s: %s"
                                        .formatted(
                                                job.state().toLowerCase(Locale.ROOT),
                                                flink().failure(id)));
                    }
                    return job.runs();
                });
    }

    private Path jar(String ending) throws IOException {
        try (Stream<Path> files = Files.list(jobTarget)) {
            return files.filter(f -> f.toString().endsWith(ending))
                    .findFirst()
                    .orElseThrow(
                            () ->
                                    new UserError(
                                            ("No jar of the job (*%s) is in %s: build it "
                                                            + "with ./mvnw package.")
                                                    .formatted(ending, jobTarget)));
        }
    }

    /**
     * Creates a savepoint, stops the job with it on request, and returns the path of the savepoint.
     */
    public String savepoint(boolean stop) throws Exception {
        String job = flink().job().orElseThrow(() -> new UserError("No job runs.")).id();
        String target = directory.resolve("savepoints").toUri().toString();
        String said =
                stop
                        ? flink(List.of("stop", "-p", target, job))
                        : flink(List.of("savepoint", job, target));
        Matcher path = SAVEPOINT.matcher(said);
        if (!path.find()) {
            throw new IOException("Flink took no savepoint:\n" + said);
        }
        return path.group(1);
    }

    /** Returns the latest savepoint, if there is one. */
    public Optional<String> newestSavepoint() throws IOException {
        Path savepoints = directory.resolve("savepoints");
        if (!Files.isDirectory(savepoints)) {
            return Optional.empty();
        }
        try (Stream<Path> found = Files.list(savepoints)) {
            return found.max(Comparator.comparing(f -> f.toFile().lastModified()))
                    .map(f -> f.toUri().toString());
        }
    }

    private String flink(List<String> command) throws Exception {
        List<String> arguments = new ArrayList<>(FlinkConfig.OPENED);
        arguments.addAll(List.of("-cp", flinkClasses(), "org.apache.flink.client.cli.CliFrontend"));
        arguments.addAll(command);
        return Processes.run(
                Map.of(
                        "FLINK_CONF_DIR",
                        flinkConf().toString(),
                        "FLINK_REST_CLIENT_HEADERS",
                        "Authorization:Bearer " + state.getProperty(FlinkConfig.TOKEN),
                        PASSWORD,
                        passwords().of("agent_analytics_job")),
                arguments);
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
                        .formatted(passwords().file(), port("postgres")));
        status.put("page", address() + "/analytics-dashboard/");
        for (String name : METERED) {
            if (state.containsKey(METRICS + name)) {
                status.put("metrics " + name, "http://127.0.0.1:" + port(METRICS + name));
            }
        }
        status.put("flink", "http://127.0.0.1:" + port("flink"));
        try {
            status.put("job", flink().job().map(FlinkRest.Job::describe).orElse("does not run"));
        } catch (IOException e) {
            status.put("job", "unknown: Flink does not answer");
        }
        return status;
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
        return "127.0.0.1:" + port("kafka");
    }

    /** Returns the JDBC URL of the database owner, including the password. */
    public String databaseUrl() {
        return passwords().login(tables(), "postgres");
    }

    private String tables() {
        return "jdbc:postgresql://127.0.0.1:" + port("postgres") + "/postgres";
    }

    private Passwords passwords() {
        return Passwords.beside(postgres());
    }

    public String address() {
        return "http://127.0.0.1:" + port("api");
    }

    /** Returns the address of the intake: OTLP over HTTP, hooks, LiteLLM and own events. */
    public String intakeAddress() {
        return "http://127.0.0.1:" + port("otlp-http");
    }

    private void await(String process, String what, Callable<Boolean> ready) throws Exception {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            processes.requireRunning(process);
            try {
                if (ready.call()) {
                    return;
                }
            } catch (IOException e) {
                // Not available yet.
            }
            if (System.nanoTime() > until) {
                throw new UserError(
                        "%s did not come up in %d s; see %s."
                                .formatted(what, PATIENCE.toSeconds(), processes.log(process)));
            }
            Thread.sleep(200);
        }
    }
}
