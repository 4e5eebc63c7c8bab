package io.agentanalytics.local.cluster;

import io.agentanalytics.local.command.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Java processes that outlive their parent. Each is identified by PID and start time, so that a PID
 * that the system has reused is not mistaken for one of them.
 */
final class Processes {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Path pids;
    private final Path logs;

    Processes(Path directory) throws IOException {
        this.pids = Files.createDirectories(directory.resolve("pids"));
        this.logs = Files.createDirectories(directory.resolve("logs"));
    }

    /**
     * Starts a Java process in the background. Logback writes its INFO log to a rotating file.
     * Output that bypasses Logback goes to a separate file, which is overwritten at each start.
     */
    void start(String name, Map<String, String> environment, List<String> arguments)
            throws IOException {
        start(name, environment, List.of(), arguments);
    }

    /** Starts a process that yields the CPU to those that answer clients on the same machine. */
    void startYielding(String name, List<String> arguments) throws IOException {
        start(name, Map.of(), List.of("nice", "-n", "10"), arguments);
    }

    private void start(
            String name,
            Map<String, String> environment,
            List<String> launcher,
            List<String> arguments)
            throws IOException {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "-Dlogback.configurationFile=" + logConfiguration(),
                                "-Dlog.file=" + log(name)));
        all.addAll(arguments);
        ProcessBuilder builder = java(all);
        builder.command().addAll(0, launcher);
        builder.environment().putAll(environment);
        builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.to(output(name).toFile()));
        ProcessHandle process = builder.start().toHandle();
        Files.writeString(pidFile(name), process.pid() + " " + began(process));
    }

    /**
     * Writes the Logback configuration to a file, because Flink's processes do not have our
     * resources on their class path.
     */
    private Path logConfiguration() throws IOException {
        Path file = logs.resolve("logback.xml");
        try (InputStream in = Processes.class.getResourceAsStream("/logback-cluster.xml")) {
            Files.write(file, Objects.requireNonNull(in).readAllBytes());
        }
        return file;
    }

    private static ProcessBuilder java(List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add(FlinkConfig.COLLECTOR);
        String options = System.getenv().getOrDefault(JAVA_OPTIONS, "");
        Stream.of(options.split(" ", -1)).filter(option -> !option.isBlank()).forEach(command::add);
        command.addAll(arguments);
        return new ProcessBuilder(command).redirectInput(ProcessBuilder.Redirect.from(NULL));
    }

    /** Environment variable with options of all JVMs, separated by spaces. */
    private static final String JAVA_OPTIONS = "AGENT_ANALYTICS_JAVA_OPTIONS";

    private static final java.io.File NULL = new java.io.File("/dev/null");

    /** Runs a Java process to completion and returns its output. */
    static String run(Map<String, String> environment, List<String> arguments)
            throws IOException, InterruptedException {
        ProcessBuilder builder = java(arguments).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("It failed and said:\n" + said);
        }
        return said;
    }

    Path log(String name) {
        return logs.resolve(name + ".log");
    }

    private Path output(String name) {
        return logs.resolve(name + ".out");
    }

    private Path pidFile(String name) {
        return pids.resolve(name);
    }

    private static long began(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    /** Returns the process with this name, if it still runs. */
    Optional<ProcessHandle> find(String name) throws IOException {
        if (!Files.exists(pidFile(name))) {
            return Optional.empty();
        }
        String[] words = Files.readString(pidFile(name)).strip().split(" ", -1);
        return ProcessHandle.of(Long.parseLong(words[0]))
                .filter(ProcessHandle::isAlive)
                .filter(p -> began(p) == Long.parseLong(words[1]));
    }

    /** Throws an exception with the end of the log if a process that should run has stopped. */
    void requireRunning(String name) throws IOException {
        if (find(name).isEmpty()) {
            List<String> lines = new ArrayList<>();
            for (Path file : List.of(log(name), output(name))) {
                lines.addAll(Files.exists(file) ? Files.readAllLines(file) : List.of());
            }
            // The last lines often show only a consequence; the first exceptions are more
            // informative.
            String exceptions =
                    lines.stream()
                            .filter(line -> line.contains("Exception: "))
                            .limit(3)
                            .collect(Collectors.joining("\n"));
            List<String> end = lines.subList(Math.max(0, lines.size() - 5), lines.size());
            throw new UserError(
                    "%s has stopped; its log %s says:%n%s"
                            .formatted(
                                    name,
                                    log(name),
                                    exceptions.isEmpty() ? String.join("\n", end) : exceptions));
        }
    }

    /** Waits until a process that must run is ready. */
    void await(String name, String what, Callable<Boolean> ready) throws Exception {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            requireRunning(name);
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
                                .formatted(what, PATIENCE.toSeconds(), log(name)));
            }
            Thread.sleep(200);
        }
    }

    List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(pids)) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    /** Stops a process, and kills it if it does not stop in time. */
    void stop(String name) throws IOException, InterruptedException {
        Optional<ProcessHandle> process = find(name);
        if (process.isPresent()) {
            process.get().destroy();
            try {
                process.get().onExit().get(10, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                process.get().destroyForcibly();
            }
        }
        Files.deleteIfExists(pidFile(name));
    }
}
