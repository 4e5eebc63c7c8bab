package io.agentanalytics.local;

import static org.awaitility.Awaitility.await;

import io.agentanalytics.local.RecordedClients.Body;
import io.agentanalytics.local.embedded.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** An intake in a process of its own, which can be killed. */
final class IntakeProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private final HttpClient client = HttpClient.newHttpClient();
    private final int port = Ports.free();
    private final List<String> command;
    private final Path log;
    private Process process;

    IntakeProcess(String bootstrap, Path directory) throws IOException {
        log = directory.resolve("intake.log");
        command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
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
        process = start();
    }

    private Process start() throws IOException {
        Process started =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .start();
        await().atMost(PATIENCE).until(this::isReady);
        return started;
    }

    private boolean isReady() throws InterruptedException {
        try {
            var request = HttpRequest.newBuilder(URI.create(address() + "/ready")).build();
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private String address() {
        return "http://127.0.0.1:" + port;
    }

    /** Kills the process as a crash would, and starts another. */
    void kill() throws IOException, InterruptedException {
        process.destroyForcibly().waitFor();
        process = start();
    }

    /** Sends a body as exporters do: again, if there was no answer. */
    void sendUntilAccepted(Body body) {
        await().atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(
                        () ->
                                client.send(
                                                        IntakeTest.request(address(), body),
                                                        HttpResponse.BodyHandlers.discarding())
                                                .statusCode()
                                        == 200);
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
