package io.agentanalytics.intake;

import static io.agentanalytics.intake.TestIntake.gzip;
import static io.agentanalytics.intake.TestIntake.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("measures response times")
class HostileIntakeTest {
    private static final String[] PROTOBUF = {"Content-Type", "application/x-protobuf"};
    private static final String[] JSON = {"Content-Type", "application/json"};
    private static final Duration LIMIT = Duration.ofMinutes(1);

    /** An idle machine answers in milliseconds, but other builds may run on this one. */
    private static final long PROMPT_MILLIS = 2_000;

    @TempDir static Path directory;
    private static TestIntake intake;
    private static double freeAtStart;
    private final List<Socket> sockets = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        intake = TestIntake.start(directory);
        freeAtStart = freeMemory();
    }

    /** After each test, other clients are served and no memory is lost. */
    @AfterEach
    void assertOthersAreServed() throws Exception {
        assertPrompt();
        for (Socket socket : sockets) {
            socket.close();
        }
        await().atMost(LIMIT).until(() -> freeMemory() == freeAtStart);
    }

    @AfterAll
    static void stop() throws Exception {
        intake.close();
    }

    @Test
    void disconnectsSlowClients() throws Exception {
        Socket headers = open("POST /v1/logs HTTP/1.1\r\nHost: ");
        Socket laterHeaders = open("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(TestIntake.statusLine(laterHeaders)).isEqualTo("HTTP/1.1 200 OK");
        write(laterHeaders, "GET /health HTTP/1.1\r\nX-Slow: ");
        Socket body = open(header(1_000_000));
        Socket silentBody = open(header(100) + "{");
        for (Socket socket : List.of(headers, laterHeaders, body)) {
            await().atMost(LIMIT).until(() -> isClosedAfter(socket, "x"));
        }
        assertThat(TestIntake.statusLine(silentBody)).startsWith("HTTP/1.1 408 ");
    }

    @Test
    void serves_whileHundredsOfClientsAreSlow() throws Exception {
        for (int i = 0; i < 100; i++) {
            open("POST /v1/logs HTT");
            open(header(16 << 20) + "[");
            open("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0");
        }
        assertPrompt();
    }

    @Test
    void serves_whileLargeBodiesDoNotEnd() throws Exception {
        byte[] half = new byte[8 << 20];
        for (int i = 0; i < 60; i++) {
            Socket socket = open(header(16 << 20));
            Thread sender = new Thread(() -> writeQuietly(socket, half));
            sender.setDaemon(true);
            sender.start();
        }
        await().atMost(LIMIT).until(() -> freeMemory() < freeAtStart / 2);
        assertPrompt();
        byte[] large = Telemetry.calls(4_000).toByteArray();
        assertThat(large.length).isGreaterThan(BodyMemory.SMALL_BYTES);
        assertThat(intake.post("/v1/logs", large, PROTOBUF).statusCode()).isEqualTo(200);
    }

    @Test
    void refusesCompressionBombs() throws Exception {
        byte[] bomb = gzip(new byte[64 << 20]);
        assertThat(bomb.length).isLessThan(100_000);
        String[] headers = {PROTOBUF[0], PROTOBUF[1], "Content-Encoding", "gzip"};
        for (int i = 0; i < 5; i++) {
            assertThat(intake.post("/v1/logs", bomb, headers).statusCode()).isEqualTo(413);
        }
    }

    @Test
    void refusesDeepJson() throws Exception {
        for (String path :
                List.of("/v1/logs", "/events", "/litellm", "/hooks/claude-code", "/hooks/cursor")) {
            for (String nesting : List.of("[", "{\"a\":", "{\"resourceLogs\":[")) {
                var response = intake.post(path, nesting.repeat(100_000), JSON);
                assertThat(response.statusCode()).as(path + nesting).isBetween(200, 499);
            }
        }
    }

    @Test
    void survivesAMillionAttributes() throws Exception {
        String attributes = "{\"key\":\"k\"},".repeat(1_000_000);
        String body =
                "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"attributes\":[%s{}]}]}]}]}"
                        .formatted(attributes);
        var response = intake.post("/v1/logs", body, JSON);
        assertThat(response.statusCode()).as(text(response)).isBetween(200, 499);
    }

    @Test
    void survivesTruncatedBodies() throws Exception {
        for (int i = 0; i < 50; i++) {
            open(header(1_000_000) + "[".repeat(i * 100)).close();
        }
    }

    @Test
    void survivesGarbage() throws Exception {
        for (String garbage :
                List.of(
                        "NONSENSE\r\n\r\n",
                        "GET\r\n\r\n",
                        "POST /v1/logs HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
                        "POST /v1/logs HTTP/1.1\r\n"
                                + "Host: localhost\r\n"
                                + "Content-Type: application/json\r\n"
                                + "Transfer-Encoding: chunked\r\n\r\n"
                                + "zz\r\n",
                        "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n")) {
            assertThat(intake.raw(garbage)).as(garbage).startsWith("HTTP/1.1 4");
        }
    }

    private static void assertPrompt() throws Exception {
        byte[] body = Telemetry.calls(100).toByteArray();
        for (int i = 0; i < 20; i++) {
            long start = System.nanoTime();
            assertThat(intake.post("/v1/logs", body, PROTOBUF).statusCode()).isEqualTo(200);
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start))
                    .isLessThan(PROMPT_MILLIS);
        }
    }

    private static double freeMemory() throws Exception {
        Matcher free =
                Pattern.compile("(?m)^intake_body_memory_free_bytes (\\S+)$")
                        .matcher(text(intake.get("/metrics")));
        assertThat(free.find()).isTrue();
        return Double.parseDouble(free.group(1));
    }

    private Socket open(String text) throws IOException {
        Socket socket = intake.connect();
        sockets.add(socket);
        write(socket, text);
        return socket;
    }

    private static String header(int length) {
        return "POST /v1/logs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: "
                + length
                + "\r\n\r\n";
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void writeQuietly(Socket socket, byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            // The intake dropped this body.
        }
    }

    private static boolean isClosedAfter(Socket socket, String text) {
        try {
            write(socket, text);
            return false;
        } catch (IOException e) {
            return true;
        }
    }
}
