package io.agentanalytics.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class EventStreamTest {
    @TempDir static Path directory;
    private static ApiFixture fixture;

    @BeforeAll
    static void start() throws Exception {
        fixture = ApiFixture.start(directory);
        fixture.fillFleet();
    }

    @AfterAll
    static void stop() throws IOException {
        fixture.close();
    }

    /** Returns the lines of a stream up to the first one that matches. */
    private static List<String> until(Predicate<String> matches, String... headers)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(fixture.uri("/api/analytics/stream"));
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpResponse<java.io.InputStream> answer =
                ApiFixture.CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
                .startsWith("text/event-stream");
        List<String> lines = new ArrayList<>();
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (!line.isEmpty() && !line.startsWith("retry:")) {
                    lines.add(line);
                }
                if (matches.test(line)) {
                    return lines;
                }
            }
        }
        throw new AssertionError("The stream ended after " + lines);
    }

    @Test
    void reportsTheProgressOfTheJob() throws Exception {
        assertThat(until(line -> line.startsWith("data:"))).first().isEqualTo("event: progress");
        assertThat(until(line -> line.startsWith("data:")).get(1))
                .contains("\"data_through\":\"2026-11-22T14:30:")
                .contains("\"sampled_at\":\"2026-11-22T14:30:19Z\",\"pending\":2,\"running\":3}");
    }

    @Test
    void resumesAfterTheWindowSeenLast() throws Exception {
        List<String> lines =
                until(
                        line -> line.equals("event: progress"),
                        "Last-Event-ID",
                        "2026-11-22T14:29:20Z");
        assertThat(lines)
                .filteredOn(l -> l.startsWith("id: "))
                .containsExactly(
                        "id: 2026-11-22T14:29:30Z",
                        "id: 2026-11-22T14:29:40Z",
                        "id: 2026-11-22T14:29:50Z");
        String window =
                lines.stream()
                        .filter(l -> l.startsWith("data: {\"start\""))
                        .findFirst()
                        .orElseThrow();
        assertThat(window)
                .contains("\"requests\":4")
                .contains("\"provider\":\"openai\"")
                .contains("\"cost_usd\":0.25");
    }

    @Test
    void reportsAResetWhenWindowsAreNoLongerAvailable() throws Exception {
        assertThat(until(l -> l.startsWith("data:"), "Last-Event-ID", "2026-11-20T00:00:00Z"))
                .contains("event: reset", "data: {\"resumes_at\":\"2026-11-22T14:20:00Z\"}");
    }

    @Test
    void newWindowsAndHeartbeatsFollow() throws Exception {
        List<String> seen =
                until(
                        line -> {
                            if (line.equals("event: progress")) {
                                move();
                            }
                            return line.startsWith(": heartbeat");
                        });
        assertThat(seen).contains("id: 2026-11-22T14:30:10Z");
        fixture.sql("UPDATE store.progress SET event_time = '2026-11-22T14:30:10Z'");
    }

    private static void move() {
        try {
            fixture.sql(
                    """
                    INSERT INTO store.system_window (granularity, window_start, closed, epoch, seen,
                        requests, request_latency, task_duration)
                    VALUES (10, '2026-11-22T14:30:10Z', true, 0, 1, 9, '', '')
                        ON CONFLICT DO NOTHING;
                    UPDATE store.progress SET event_time = '2026-11-22T14:30:21Z';
                    """);
        } catch (java.sql.SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void invalidIds_areRefused() throws Exception {
        assertThat(fixture.get("/api/analytics/stream", "Last-Event-ID", "yesterday").statusCode())
                .isEqualTo(400);
    }
}
