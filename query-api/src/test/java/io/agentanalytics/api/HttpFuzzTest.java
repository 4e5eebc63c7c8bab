package io.agentanalytics.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.api.http.SampleEvents;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Five thousand requests made of good and bad parts: no answer is 5xx, each is HTTP, errors are
 * problem+json without a stack trace. {@code -Dfuzz.seed=N} tries another seed.
 */
@Timeout(120)
class HttpFuzzTest {
    private static final int CASES = 5000;
    private static final List<String> METHODS =
            List.of("GET", "GET", "GET", "GET", "HEAD", "POST", "PUT", "OPTIONS", "get", "G T", "");
    private static final List<String> PATHS =
            List.of(
                    "overview",
                    "agents",
                    "agents/a",
                    "agents/a/tasks",
                    "groups",
                    "waste",
                    "providers",
                    "providers/openai",
                    "tasks/t1",
                    "dashboard-data",
                    "alerts",
                    "weights",
                    "weights/global",
                    "insights",
                    "connect/codex",
                    "connect/x",
                    "health",
                    "export",
                    "test-data",
                    "openapi.yaml",
                    "../metrics",
                    "agents//",
                    "agents/%2f",
                    "agents/%00",
                    "agents/..;/x",
                    "tasks/" + "x".repeat(300),
                    "agents/%F0%9F%A4%96",
                    "agents/%ed%a0%80",
                    "agents/{id}",
                    "agents/a/tasks/",
                    "nowhere");
    private static final List<String> NAMES =
            List.of(
                    "from",
                    "to",
                    "step",
                    "limit",
                    "cursor",
                    "sort",
                    "filter",
                    "where",
                    "tag",
                    "by",
                    "outcome",
                    "table",
                    "format",
                    "scope",
                    "error_rate",
                    "wait",
                    "x",
                    "");
    private static final List<String> VALUES =
            List.of(
                    "now",
                    "now-1h",
                    "now-30d",
                    "now-0s",
                    "now-99999999d",
                    "2026-11-22T14:00:00Z",
                    "2026-11-22T14:00:00+14:00",
                    "1763820130000",
                    "-1",
                    "0",
                    "1",
                    "1000",
                    "1001",
                    "99999999999999999999",
                    "1e9",
                    "NaN",
                    "60",
                    "5m",
                    "7d",
                    "1h",
                    "59",
                    "cost_usd",
                    "-cost_usd",
                    "--cost_usd",
                    "tasks",
                    "ended_at",
                    "task_id",
                    "cost_usd>1",
                    "cost_usd>>1",
                    "agent_id=a",
                    "outcome=failed",
                    "tasks>=1,tasks<=2",
                    ",,,",
                    "team:x",
                    "tag:team",
                    "agent_type",
                    ":",
                    "a:",
                    "succeeded",
                    "csv",
                    "ndjson",
                    "agents",
                    "tasks",
                    "providers",
                    "%00",
                    "%zz",
                    "%ff",
                    "%F0%9F%A4%96",
                    "%27%3B--",
                    "%25",
                    "_",
                    "%7B%7B7*7%7D%7D",
                    "",
                    "+",
                    "a%20b",
                    "x".repeat(3000),
                    "MXwzOmFiYw",
                    "MXw",
                    "MXwyNDoyMDI2LTExLTIyVDE0OjAwOjAwWm0x",
                    "==",
                    "'",
                    "\\",
                    "<script>");
    private static final List<String> HEADERS =
            List.of(
                    "Accept-Encoding: gzip",
                    "Accept-Encoding: ,;q=",
                    "If-None-Match: *",
                    "If-None-Match: \"",
                    "Cache-Control: no-cache",
                    "Content-Type: application/json",
                    "Content-Type: ;",
                    "Content-Length: 0",
                    "Content-Length: -1",
                    "Transfer-Encoding: chunked",
                    "Last-Event-ID: x",
                    "Origin: null",
                    "Origin: ://",
                    "X-Forwarded-For: , ,",
                    "Authorization: Bearer",
                    "Range: bytes=0-",
                    "Expect: 100-continue",
                    "Accept: text/event-stream",
                    "Cookie: a=b; ;",
                    "Host: other",
                    "X: \u0001",
                    "Upgrade: websocket",
                    "Connection: upgrade",
                    "TE: trailers");

    @TempDir static Path directory;

    @Test
    void noRequestBreaksTheServer() throws Exception {
        Random random = new Random(Long.getLong("fuzz.seed", 20261123));
        Map<String, Integer> statuses = new TreeMap<>();
        try (ApiFixture fixture =
                ApiFixture.start(directory, tasks -> new SampleEvents.Sent(tasks, tasks))) {
            for (int i = 0; i < CASES; i++) {
                String request = request(random);
                String answer = ask(fixture.api.port(), request);
                assertThat(answer).as(request).startsWith("HTTP/1.1 ");
                String status = answer.substring(9, 12);
                assertThat(status).as("%s%n%s", request, answer).matches("[234]..|505");
                if (status.startsWith("4") && !request.startsWith("HEAD")) {
                    assertThat(answer).as(request).contains("application/problem+json");
                }
                assertThat(answer).doesNotContain("\tat io.", "Exception:");
                statuses.merge(status, 1, Integer::sum);
            }
            // Most parts are good: many requests must reach the routes.
            assertThat(statuses.getOrDefault("200", 0)).isGreaterThan(250);
            assertThat(statuses).containsKeys("400", "404", "405");
            assertThat(fixture.get("/api/analytics/overview").statusCode()).isEqualTo(200);
        }
    }

    private static String one(List<String> of, Random random) {
        return of.get(random.nextInt(of.size()));
    }

    private static String request(Random random) {
        StringBuilder request = new StringBuilder(one(METHODS, random));
        request.append(" /api/analytics/").append(one(PATHS, random));
        int parameters = random.nextInt(4);
        for (int i = 0; i < parameters; i++) {
            request.append(i == 0 ? '?' : '&').append(one(NAMES, random));
            if (random.nextInt(10) > 0) {
                request.append('=').append(one(VALUES, random));
            }
        }
        request.append(" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
        for (int i = random.nextInt(3); i > 0; i--) {
            request.append(one(HEADERS, random)).append("\r\n");
        }
        request.append("\r\n");
        if (random.nextInt(10) == 0) {
            request.append("{\"tasks\": ").append(one(VALUES, random)).append('}');
        }
        return request.toString();
    }

    /** Reads the answer until the server closes, or the first part of an endless one. */
    private static String ask(int port, String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(15_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            socket.shutdownOutput();
            String answer =
                    new String(socket.getInputStream().readNBytes(200_000), StandardCharsets.UTF_8);
            return answer.replaceFirst("^HTTP/1.1 100 Continue\r\n\r\n", "");
        }
    }
}
