package io.agentanalytics.benchmarks.soak;

import io.agentanalytics.local.AgentAnalytics;
import io.agentanalytics.local.embedded.Ports;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Intake in its own process, as the traffic uses it. */
final class SoakIntake implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration TIMEOUT = Duration.ofSeconds(15);
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final int port = Ports.free();
    private final List<String> command;
    private final Path log;
    private Process process;

    SoakIntake(String bootstrap, Path directory) throws IOException {
        log = directory.resolve("logs/intake.out");
        command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        AgentAnalytics.class.getName(),
                        "intake",
                        "--bootstrap-servers",
                        bootstrap,
                        "--port",
                        Integer.toString(port),
                        "--grpc-port",
                        Integer.toString(Ports.free()),
                        "--spool",
                        directory.resolve("spool").toString());
        process = launch();
    }

    private Process launch() throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /** Waits until the intake accepts records. */
    void awaitReady() throws InterruptedException, IOException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (status(HttpRequest.newBuilder(uri("/ready")).GET()) != 200) {
            if (System.nanoTime() > until) {
                throw new IOException("The intake is not ready; see " + log + ".");
            }
            Thread.sleep(200);
        }
    }

    /** Kills the process. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Starts the process if it does not run. */
    void restart() throws IOException {
        if (!process.isAlive()) {
            process = launch();
        }
    }

    /** Posts events; returns the status of the response, and 0 without a response. */
    int post(List<byte[]> events) throws InterruptedException {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        for (byte[] event : events) {
            lines.writeBytes(event);
            lines.write('\n');
        }
        return status(
                HttpRequest.newBuilder(uri("/events"))
                        .header("Content-Type", "application/x-ndjson")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(lines.toByteArray())));
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    private int status(HttpRequest.Builder request) throws InterruptedException {
        try {
            return client.send(
                            request.timeout(TIMEOUT).build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            return 0;
        }
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
