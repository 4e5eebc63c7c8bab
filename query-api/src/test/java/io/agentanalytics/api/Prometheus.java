package io.agentanalytics.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A Prometheus server of this machine, as Debian packages it, that scrapes one API. */
final class Prometheus implements AutoCloseable {
    private final Process process;
    private final int port;

    private Prometheus(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Returns true if a program of the package {@code prometheus} is installed. */
    static boolean has(String program) {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    static Prometheus start(Path directory, Path rules, int apiPort) throws IOException {
        Path config = directory.resolve("prometheus.yml");
        Files.writeString(
                config,
                """
                global: { scrape_interval: 1s, evaluation_interval: 1s }
                rule_files: [ "%s" ]
                scrape_configs:
                  - job_name: agent-analytics-api
                    static_configs: [ { targets: [ "127.0.0.1:%d" ] } ]
                """
                        .formatted(rules.toAbsolutePath(), apiPort));
        int port = freePort();
        Process process =
                new ProcessBuilder(
                                "prometheus",
                                "--config.file=" + config,
                                "--storage.tsdb.path=" + directory.resolve("prometheus"),
                                "--web.listen-address=127.0.0.1:" + port)
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("prometheus.log").toFile())
                        .start();
        return new Prometheus(process, port);
    }

    private static int freePort() throws IOException {
        try (var socket = new java.net.ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** Returns the data of an answer of its API; an empty object while it does not answer. */
    JsonNode data(String path) throws InterruptedException {
        try {
            HttpResponse<String> answer =
                    ApiFixture.CLIENT.send(
                            HttpRequest.newBuilder(
                                            URI.create(
                                                    "http://127.0.0.1:%d/api/v1/%s"
                                                            .formatted(port, path)))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            JsonNode json = ApiFixture.json(answer);
            if (json.path("status").asText().equals("error")) {
                throw new IllegalArgumentException(path + ": " + json.path("error").asText());
            }
            return json.path("data");
        } catch (IOException e) {
            return ApiFixture.JSON.createObjectNode();
        }
    }

    /** Returns the result of an expression now. */
    JsonNode query(String expression) throws InterruptedException {
        return data("query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8))
                .path("result");
    }

    /** Output and exit code of promtool. */
    record Output(String printed, int code) {}

    static Output promtool(String input, String... arguments) throws Exception {
        Process process =
                new ProcessBuilder(
                                Stream.concat(Stream.of("promtool"), Stream.of(arguments)).toList())
                        .redirectErrorStream(true)
                        .start();
        process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        String printed =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Output(printed, process.waitFor());
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
