package io.agentanalytics.local.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentanalytics.local.AgentAnalytics;
import io.agentanalytics.local.EmbeddedKafka;
import io.agentanalytics.local.LocalPostgres;
import io.agentanalytics.local.OwnFiles;
import io.agentanalytics.local.Passwords;
import io.agentanalytics.local.Ports;
import io.agentanalytics.local.UserError;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
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
import org.jspecify.annotations.Nullable;

/**
 * Kafka, Postgres, a Flink JobManager, two TaskManagers and the API as processes of their own, from
 * the same artifacts as on a real cluster; the job is submitted by Flink's own command. All on
 * loopback, on ports that were free, in one directory.
 */
public final class Cluster {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> TASK_MANAGERS = List.of("taskmanager-1", "taskmanager-2");
    private static final List<String> METERED =
            List.of("jobmanager", "taskmanager-1", "taskmanager-2");
    private static final String METRICS = "metrics.";
    private static final int SLOTS = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String PASSWORD = "AGENT_ANALYTICS_DATABASE_PASSWORD";
    private static final String STATE = "cluster.properties";
    private static final Pattern SAVEPOINT = Pattern.compile("Path: (\\S+)");

    private final Path directory;
    private final Path flinkLib;
    private final Path jobTarget;
    private final Consumer<String> say;
    private final Processes processes;
    private final Properties state = new Properties();

    /**
     * A cluster in a directory, whether it runs or not.
     *
     * @param flinkLib jars of a Flink distribution's lib
     * @param jobTarget where the job was built: its jar with what it needs is submitted
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

    /**
     * Starts everything but the job.
     *
     * @param metrics whether Flink's processes answer Prometheus, which they do on all addresses
     */
    public void up(boolean metrics) throws Exception {
        if (!processes.names().isEmpty()) {
            throw new UserError(
                    "A cluster is in %s already: stop it with down.".formatted(directory));
        }
        choosePorts(metrics);
        startKafka();
        say.accept("starting Postgres on port " + port("postgres"));
        LocalPostgres.startDetached(
                directory.resolve("postgres"), port("postgres"), Clock.systemUTC());
        startFlink();
        say.accept("starting the API on port " + port("api"));
        startApi();
    }

    private void choosePorts(boolean metrics) throws IOException {
        state.clear();
        for (String name : List.of("kafka", "controller", "postgres", "flink", "rpc", "api")) {
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

    private void startKafka() throws Exception {
        say.accept("starting Kafka on port " + port("kafka"));
        Path config = directory.resolve("kafka.properties");
        try (OutputStream out = Files.newOutputStream(config)) {
            EmbeddedKafka.config(
                            directory.resolve("kafka").toString(),
                            port("kafka"),
                            port("controller"))
                    .store(out, null);
        }
        String classes = System.getProperty("java.class.path");
        Processes.run(
                Map.of(),
                List.of(
                        "-cp",
                        classes,
                        "kafka.tools.StorageTool",
                        "format",
                        "--ignore-formatted",
                        "-t",
                        org.apache.kafka.common.Uuid.ONE_UUID.toString(),
                        "-c",
                        config.toString()));
        processes.start(
                "kafka",
                Map.of(),
                List.of("-Xmx512m", "-cp", classes, "kafka.Kafka", config.toString()));
        await("kafka", "Kafka", () -> !Ports.isFree(port("kafka")));
        EmbeddedKafka.makeTopics(bootstrap());
    }

    private void startFlink() throws Exception {
        say.accept("starting Flink, its page on port " + port("flink"));
        Path conf = Files.createDirectories(directory.resolve("flink/conf"));
        String metrics = state.getProperty(METRICS + "jobmanager");
        Files.writeString(
                conf.resolve("config.yaml"),
                FlinkConfig.yaml(directory, state, SLOTS)
                        + (metrics == null ? "" : FlinkConfig.metrics(metrics)));
        String classes = flinkLib + "/*" + File.pathSeparator + jar("-rest-guard.jar");
        List<String> jobManager = new ArrayList<>(List.of("-Xmx512m", "-cp", classes));
        jobManager.addAll(FlinkConfig.OPENED);
        jobManager.addAll(
                List.of(
                        "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint",
                        "--configDir",
                        conf.toString(),
                        "--executionMode",
                        "cluster"));
        processes.start("jobmanager", Map.of(), jobManager);
        // Another JobManager may answer on this port: ours knows the id that we gave it.
        await("jobmanager", "Flink's JobManager", this::isOurJobManager);
        List<String> resources = taskManagerResources(conf);
        for (String name : TASK_MANAGERS) {
            startTaskManager(name, conf, resources);
        }
        await(
                TASK_MANAGERS.get(0),
                "the TaskManagers",
                () -> rest("/taskmanagers").path("taskmanagers").size() == TASK_MANAGERS.size());
    }

    private boolean isOurJobManager() throws IOException {
        for (JsonNode setting : rest("/jobmanager/config")) {
            if (setting.path("key").asText().equals(FlinkConfig.ID)) {
                return setting.path("value").asText().equals(state.getProperty("id"));
            }
        }
        return false;
    }

    /** JVM flags and settings as Flink's own scripts compute them: two marked lines. */
    private List<String> taskManagerResources(Path conf) throws Exception {
        String said =
                Processes.run(
                        Map.of(),
                        List.of(
                                "-cp",
                                flinkLib + "/*",
                                "org.apache.flink.runtime.util.bash.BashJavaUtils",
                                "GET_TM_RESOURCE_PARAMS",
                                "--configDir",
                                conf.toString()));
        String mark = "BASH_JAVA_UTILS_EXEC_RESULT:";
        return said.lines()
                .filter(line -> line.startsWith(mark))
                .map(line -> line.substring(mark.length()))
                .toList();
    }

    private void startTaskManager(String name, Path conf, List<String> resources)
            throws IOException {
        List<String> arguments = new ArrayList<>(Arrays.asList(resources.get(0).split(" ")));
        arguments.addAll(FlinkConfig.OPENED);
        arguments.addAll(
                List.of(
                        "-cp",
                        flinkLib + "/*",
                        "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
                        "--configDir",
                        conf.toString()));
        arguments.addAll(Arrays.asList(resources.get(1).split(" ")));
        arguments.addAll(List.of("-D", "taskmanager.resource-id=" + name));
        String metrics = state.getProperty(METRICS + name);
        if (metrics != null) {
            arguments.addAll(FlinkConfig.metricsPort(metrics));
        }
        processes.start(name, Map.of(), arguments);
    }

    private void startApi() throws Exception {
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
        await("api", "the API", () -> json(address() + "/api/analytics/health").has("status"));
    }

    /**
     * Submits the job by {@code flink run}.
     *
     * @param from a savepoint to go on from; null to begin at the earliest event
     */
    public void submit(@Nullable String from, List<String> jobArguments) throws Exception {
        if (runningJob().isPresent()) {
            throw new UserError("The job runs already; savepoint --stop ends it.");
        }
        List<String> arguments = new ArrayList<>(List.of("run", "-d", "-p", "2"));
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
        flink(arguments);
        await("jobmanager", "the job", () -> runningJob().isPresent());
        say.accept("the job runs" + (from == null ? "" : ", from " + from));
    }

    private Path jar(String ending) throws IOException {
        try (Stream<Path> files = Files.list(jobTarget)) {
            return files.filter(f -> f.toString().endsWith(ending))
                    .findFirst()
                    .orElseThrow(
                            () ->
                                    new UserError(
                                            "No jar of the job (*%s) is in %s: build it with ./mvnw package."
                                                    .formatted(ending, jobTarget)));
        }
    }

    /** Takes a savepoint, and ends the job with it if asked to; returns where it is. */
    public String savepoint(boolean stop) throws Exception {
        String job = runningJob().orElseThrow(() -> new UserError("No job runs."));
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

    /** The newest savepoint, if there is one. */
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
        arguments.addAll(
                List.of("-cp", flinkLib + "/*", "org.apache.flink.client.cli.CliFrontend"));
        arguments.addAll(command);
        Path conf = directory.resolve("flink/conf");
        return Processes.run(
                Map.of(
                        "FLINK_CONF_DIR",
                        conf.toString(),
                        "FLINK_REST_CLIENT_HEADERS",
                        "Authorization:Bearer " + state.getProperty(FlinkConfig.TOKEN),
                        PASSWORD,
                        passwords().of("agent_analytics_job")),
                arguments);
    }

    private Optional<String> runningJob() throws IOException {
        for (JsonNode job : rest("/jobs").path("jobs")) {
            if (job.path("status").asText().equals("RUNNING")) {
                return Optional.of(job.path("id").asText());
            }
        }
        return Optional.empty();
    }

    /** What runs, and where it listens. */
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
            status.put("job", runningJob().map(id -> "runs, " + id).orElse("does not run"));
        } catch (IOException e) {
            status.put("job", "unknown: Flink does not answer");
        }
        return status;
    }

    /** Ends a process at once, as a crash would. */
    public void kill(String name) throws IOException {
        processes.find(name).ifPresent(ProcessHandle::destroyForcibly);
    }

    /** Stops everything that up started; data and logs stay. */
    public void down() throws IOException, InterruptedException {
        for (String name :
                List.of("api", "taskmanager-1", "taskmanager-2", "jobmanager", "kafka")) {
            processes.stop(name);
        }
        LocalPostgres.stop(directory.resolve("postgres"));
    }

    public String bootstrap() {
        return "127.0.0.1:" + port("kafka");
    }

    /** The tables, as their owner: the URL holds the password. */
    public String databaseUrl() {
        return passwords().login(tables(), "postgres");
    }

    private String tables() {
        return "jdbc:postgresql://127.0.0.1:" + port("postgres") + "/postgres";
    }

    private Passwords passwords() {
        return Passwords.beside(directory.resolve("postgres"));
    }

    public String address() {
        return "http://127.0.0.1:" + port("api");
    }

    private JsonNode rest(String path) throws IOException {
        return json("http://127.0.0.1:" + port("flink") + path);
    }

    private static JsonNode json(String address) throws IOException {
        var connection = URI.create(address).toURL().openConnection();
        connection.setConnectTimeout(2000);
        connection.setReadTimeout(10_000);
        try (InputStream in = connection.getInputStream()) {
            return JSON.readTree(in);
        }
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
                // It does not answer yet.
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
