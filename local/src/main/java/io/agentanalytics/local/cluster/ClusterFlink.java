package io.agentanalytics.local.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentanalytics.local.command.FlinkPath;
import io.agentanalytics.local.command.UserError;
import io.agentanalytics.local.embedded.Passwords;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** JobManager, TaskManagers and command-line client of Flink in a {@link Cluster}. */
final class ClusterFlink {
    static final List<String> TASK_MANAGERS = List.of("taskmanager-1", "taskmanager-2");

    /** Slots of each TaskManager. */
    static final int SLOTS = 2;

    private static final Pattern SAVEPOINT = Pattern.compile("Path: (\\S+)");
    private static final Pattern SUBMITTED = Pattern.compile("JobID ([0-9a-f]{32})");

    private final Path directory;
    private final Path lib;
    private final Path jobTarget;
    private final Consumer<String> say;
    private final Processes processes;
    private final ClusterState state;
    private final Map<String, String> settings = new TreeMap<>();

    /**
     * @param directory directory of the cluster
     * @param lib directory with the lib jars of a Flink distribution
     * @param jobTarget build directory of the job
     */
    ClusterFlink(
            Path directory,
            Path lib,
            Path jobTarget,
            Consumer<String> say,
            Processes processes,
            ClusterState state) {
        this.directory = directory;
        this.lib = lib;
        this.jobTarget = jobTarget;
        this.say = say;
        this.processes = processes;
        this.state = state;
    }

    /** Overrides settings; applies to the next {@link #start}. */
    void configure(Map<String, String> overrides) {
        settings.putAll(overrides);
    }

    /** Starts all processes, and waits until the TaskManagers have registered. */
    void start() throws Exception {
        writeConfiguration();
        startJobManager();
        for (String name : TASK_MANAGERS) {
            startTaskManager(name);
        }
        processes.await(
                TASK_MANAGERS.get(0),
                "the TaskManagers",
                () ->
                        rest().get("/taskmanagers").path("taskmanagers").size()
                                == TASK_MANAGERS.size());
    }

    /** Returns the class path of Flink. */
    String classPath() {
        return lib + "/*";
    }

    private Path configuration() {
        return directory.resolve("flink/conf");
    }

    FlinkRest rest() {
        return new FlinkRest(state.port("flink"));
    }

    private void writeConfiguration() throws IOException {
        Files.createDirectories(directory.resolve("flink/tmp"));
        String metrics = state.metricsPort("jobmanager");
        Files.writeString(
                Files.createDirectories(configuration()).resolve("config.yaml"),
                FlinkConfig.yaml(directory, state.properties(), SLOTS, settings)
                        + (metrics == null ? "" : FlinkConfig.metrics(metrics)));
    }

    void startJobManager() throws Exception {
        say.accept("starting Flink, its page on port " + state.port("flink"));
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "-Xmx512m",
                                "-cp",
                                classPath() + File.pathSeparator + jar("-rest-guard.jar")));
        arguments.addAll(FlinkConfig.OPENED);
        arguments.addAll(
                List.of(
                        "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint",
                        "--configDir",
                        configuration().toString(),
                        "--executionMode",
                        "cluster"));
        processes.start("jobmanager", Map.of(), arguments);
        // Another JobManager may be listening on this port. Ours reports the ID that was assigned
        // to it.
        processes.await("jobmanager", "Flink's JobManager", this::isOurJobManager);
    }

    private boolean isOurJobManager() throws IOException {
        for (JsonNode setting : rest().get("/jobmanager/config")) {
            if (setting.path("key").asText().equals(FlinkConfig.ID)) {
                return setting.path("value").asText().equals(state.properties().getProperty("id"));
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
                                classPath(),
                                "org.apache.flink.runtime.util.bash.BashJavaUtils",
                                "GET_TM_RESOURCE_PARAMS",
                                "--configDir",
                                configuration().toString()));
        String mark = "BASH_JAVA_UTILS_EXEC_RESULT:";
        return said.lines()
                .filter(line -> line.startsWith(mark))
                .map(line -> line.substring(mark.length()))
                .toList();
    }

    void startTaskManager(String name) throws Exception {
        List<String> resources = taskManagerResources();
        List<String> arguments = new ArrayList<>(Arrays.asList(resources.get(0).split(" ")));
        arguments.addAll(FlinkConfig.OPENED);
        arguments.addAll(
                List.of(
                        "-cp",
                        classPath(),
                        "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
                        "--configDir",
                        configuration().toString()));
        arguments.addAll(Arrays.asList(resources.get(1).split(" ")));
        arguments.addAll(List.of("-D", "taskmanager.resource-id=" + name));
        String metrics = state.metricsPort(name);
        if (metrics != null) {
            arguments.addAll(FlinkConfig.metricsPort(metrics));
        }
        processes.startYielding(name, arguments);
    }

    /**
     * Submits the job with {@code flink run}.
     *
     * @param from savepoint to resume from; null to start at the earliest event
     */
    void submit(@Nullable String from, int parallelism, List<String> jobArguments)
            throws Exception {
        if (rest().job().isPresent()) {
            throw new UserError("The job is already running; savepoint --stop ends it.");
        }
        List<String> arguments =
                new ArrayList<>(List.of("run", "-d", "-p", Integer.toString(parallelism)));
        if (from != null) {
            arguments.addAll(List.of("-s", from));
        }
        arguments.add(jar("-cluster.jar").toString());
        arguments.addAll(jobArguments);
        awaitJob(submitted(client(arguments)));
        say.accept("the job runs" + (from == null ? "" : ", from " + from));
    }

    private static String submitted(String said) throws IOException {
        Matcher id = SUBMITTED.matcher(said);
        if (!id.find()) {
            throw new IOException("Flink did not accept the job:\n" + said);
        }
        return id.group(1);
    }

    /**
     * Waits until every task runs. Flink already reports a job as RUNNING when it starts scheduling
     * it.
     */
    private void awaitJob(String id) throws Exception {
        processes.await(
                "jobmanager",
                "the job",
                () -> {
                    FlinkRest.Job job = rest().job(id);
                    if (job.hasEnded()) {
                        throw new UserError(
                                "The job has %s: %s"
                                        .formatted(
                                                job.state().toLowerCase(Locale.ROOT),
                                                rest().failure(id)));
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
    String savepoint(boolean stop) throws Exception {
        String job = rest().job().orElseThrow(() -> new UserError("No job runs.")).id();
        String target = FlinkPath.of(directory.resolve("savepoints"));
        String said =
                stop
                        ? client(List.of("stop", "-p", target, job))
                        : client(List.of("savepoint", job, target));
        Matcher path = SAVEPOINT.matcher(said);
        if (!path.find()) {
            throw new IOException("Flink did not create a savepoint:\n" + said);
        }
        return path.group(1);
    }

    /** Returns the latest savepoint, if there is one. */
    Optional<String> newestSavepoint() throws IOException {
        Path savepoints = directory.resolve("savepoints");
        if (!Files.isDirectory(savepoints)) {
            return Optional.empty();
        }
        try (Stream<Path> found = Files.list(savepoints)) {
            return found.max(Comparator.comparing(f -> f.toFile().lastModified()))
                    .map(FlinkPath::of);
        }
    }

    private String client(List<String> command) throws Exception {
        List<String> arguments = new ArrayList<>(FlinkConfig.OPENED);
        arguments.addAll(List.of("-cp", classPath(), "org.apache.flink.client.cli.CliFrontend"));
        arguments.addAll(command);
        return Processes.run(
                Map.of(
                        "FLINK_CONF_DIR",
                        configuration().toString(),
                        "FLINK_REST_CLIENT_HEADERS",
                        "Authorization:Bearer " + state.properties().getProperty(FlinkConfig.TOKEN),
                        Cluster.PASSWORD,
                        Passwords.beside(directory.resolve("postgres")).of("agent_analytics_job")),
                arguments);
    }
}
