package io.agentanalytics.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentanalytics.local.embedded.LocalStack;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The quick start: the command that {@code scripts/run} starts, in a process of its own. */
class RunCommandTest {
    private static final Pattern PASSWORD_FILE = Pattern.compile("PGPASSFILE=(\\S+)");

    @TempDir Path directory;

    private Process start(LocalStack.PortPlan ports, Path printed) throws IOException {
        return new ProcessBuilder(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx2g",
                                "-XX:+UseParallelGC",
                                "-XX:TieredStopAtLevel=1",
                                "--add-opens=java.base/java.util=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                AgentAnalytics.class.getName(),
                                "run",
                                "--agents=2",
                                "--port=" + ports.api(),
                                "--flink-port=" + ports.flink(),
                                "--kafka-port=" + ports.kafka(),
                                "--postgres-port=" + ports.postgres(),
                                "--otlp-port=" + ports.otlpHttp(),
                                "--otlp-grpc-port=" + ports.otlpGrpc()))
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile())
                .start();
    }

    @Test
    void becomesReady_andRemovesItsDataWhenItIsStopped() throws Exception {
        LocalStack.PortPlan ports = LocalStack.PortPlan.free();
        Path printed = directory.resolve("printed.txt");
        Process run = start(ports, printed);
        Path data;
        try {
            await().atMost(Duration.ofMinutes(5))
                    .until(() -> !run.isAlive() || Files.readString(printed).contains("Ctrl-C"));
            String text = Files.readString(printed);
            assertThat(text).contains("2 simulated agents");
            data =
                    PASSWORD_FILE
                            .matcher(text)
                            .results()
                            .map((MatchResult m) -> Path.of(m.group(1)).getParent())
                            .findFirst()
                            .orElseThrow();
            assertThat(data).isDirectory();
            assertThat(status(ports, "/analytics-dashboard/")).isEqualTo(200);
            assertThat(status(ports, "/api/analytics/dashboard-data")).isEqualTo(200);
        } finally {
            run.destroy();
        }
        assertThat(run.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(Files.readString(printed)).contains("stopping").doesNotContain("\tat ");
        assertThat(data).doesNotExist();
    }

    private static int status(LocalStack.PortPlan ports, String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + ports.api() + path);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding())
                .statusCode();
    }
}
