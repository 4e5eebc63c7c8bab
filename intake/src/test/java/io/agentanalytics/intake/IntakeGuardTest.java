package io.agentanalytics.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentanalytics.intake.delivery.FileLog;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IntakeGuardTest {
    private static final String TOKEN = "0123456789abcdef";
    private static final String SLOW_TOKEN = "fedcba9876543210";
    @TempDir static Path directory;
    private static TestIntake open;
    private static TestIntake closed;

    @BeforeAll
    static void start() throws Exception {
        open =
                TestIntake.start(
                        TestIntake.options(directory.resolve("open"))
                                .allowedHosts(Set.of("intake"))
                                .build());
        IntakeTokens tokens =
                IntakeTokens.parse(TOKEN + " laptop\n" + SLOW_TOKEN + " slow rate=1", "file");
        closed =
                TestIntake.start(
                        TestIntake.options(directory.resolve("closed")).tokens(tokens).build());
    }

    @AfterAll
    static void stop() throws Exception {
        open.close();
        closed.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:1", "127.0.0.1", "[::1]:80", "intake", "intake:4318"})
    void servesItsOwnHosts(String host) throws Exception {
        assertThat(open.raw(request(host, ""))).isEqualTo("HTTP/1.1 200 OK");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"evil.example", "127.0.0.1.evil.example", "10.0.0.1", "localhost.", "x"})
    void refusesOtherHosts(String host) throws Exception {
        assertThat(open.raw(request(host, ""))).startsWith("HTTP/1.1 421 ");
    }

    @Test
    void answersProbes_byAddress() throws Exception {
        String health = "GET /health HTTP/1.1\r\nHost: %s\r\n\r\n";
        assertThat(open.raw(health.formatted("10.0.0.1:4318"))).isEqualTo("HTTP/1.1 200 OK");
        assertThat(open.raw(health.formatted("evil.example"))).startsWith("HTTP/1.1 421 ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Origin: https://evil.example",
                "Origin: null",
                "Origin: http://localhost:3000",
                "Origin: http://127.0.0.1:1\r\nOrigin: http://evil.example",
                "Sec-Fetch-Site: cross-site",
                "Sec-Fetch-Site: same-site",
            })
    void refusesPagesOfOtherOrigins(String header) throws Exception {
        int before = open.log.lines().size();
        for (String type : new String[] {"application/json", "text/plain"}) {
            String request =
                    request("127.0.0.1:1", header + "\r\n").replace("application/json", type);
            assertThat(open.raw(request)).startsWith("HTTP/1.1 403 ");
        }
        assertThat(open.log.lines()).hasSize(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Origin: http://127.0.0.1:1", "Sec-Fetch-Site: none"})
    void acceptsItsOwnOrigin(String header) throws Exception {
        String request = request("127.0.0.1:1", header + "\r\n");
        assertThat(open.raw(request)).isEqualTo("HTTP/1.1 200 OK");
    }

    @Test
    void namesTheHostAndTheOriginOfARefusal() throws Exception {
        var page = open.post("/events", "[]", "Origin", "https://evil.example");
        assertThat(TestIntake.text(page)).contains("A page of the origin 'https://evil.example' ");
        String probe = "GET /health HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
        try (Socket socket = open.connect()) {
            socket.getOutputStream().write(probe.getBytes(StandardCharsets.UTF_8));
            String answer =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).contains("does not serve the host 'evil.example'; add it to");
        }
    }

    @Test
    void namesTheLimitOfHeaders() throws Exception {
        var response = open.get("/health", "X-Long", "x".repeat(20_000));
        assertThat(response.statusCode()).isEqualTo(431);
        assertThat(TestIntake.text(response)).contains("exceed 16384 bytes; send shorter ones");
    }

    @Test
    void grantsNothingToAPreflight() throws Exception {
        var options =
                open.request("/events")
                        .method("OPTIONS", java.net.http.HttpRequest.BodyPublishers.noBody())
                        .header("Origin", "https://evil.example")
                        .header("Access-Control-Request-Method", "POST")
                        .build();
        var response = open.send(options);
        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(response.headers().map().keySet())
                .noneMatch(name -> name.startsWith("access-control"));
    }

    @Test
    void requiresAToken() throws Exception {
        String[] json = {"Content-Type", "application/json"};
        var none = closed.post("/v1/logs", "{}", json);
        assertThat(none.statusCode()).isEqualTo(401);
        assertThat(none.headers().firstValue("www-authenticate")).contains("Bearer");
        assertThat(TestIntake.text(none))
                .startsWith("{\"code\":16,")
                .contains("has no token; send a token of this intake");
        assertThat(post("/v1/logs", "Bearer wrong-wrong-wrong-wrong")).isEqualTo(401);
        assertThat(post("/v1/logs", "Basic " + TOKEN)).isEqualTo(401);
        assertThat(post("/v1/logs", "Bearer " + TOKEN)).isEqualTo(200);
        assertThat(post("/events", "bearer " + TOKEN)).isEqualTo(400);
        assertThat(closed.get("/health").statusCode()).isEqualTo(200);
        assertThat(closed.get("/metrics").statusCode()).isEqualTo(401);
    }

    private static int post(String path, String authorization) throws Exception {
        return closed.post(
                        path,
                        path.equals("/events") ? "{" : "{}",
                        "Content-Type",
                        "application/json",
                        "Authorization",
                        authorization)
                .statusCode();
    }

    @Test
    void limitsTheRecordsOfAToken() throws Exception {
        String[] headers = {
            "Content-Type", "application/x-protobuf", "Authorization", "Bearer " + SLOW_TOKEN
        };
        byte[] body = Telemetry.calls(50).toByteArray();
        assertThat(closed.post("/v1/logs", body, headers).statusCode()).isEqualTo(200);
        var refused = closed.post("/v1/logs", body, headers);
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(TestIntake.text(refused)).contains("limit of 1 records per second; ");
        assertThat(Integer.parseInt(refused.headers().firstValue("retry-after").orElseThrow()))
                .isBetween(1, 50);
    }

    @Test
    void doesNotStart_openToTheNetworkWithoutTokens() {
        IntakeOptions options = TestIntake.options(directory).host("0.0.0.0").build();
        assertThatThrownBy(() -> Intake.start(options, Clock.systemUTC()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("anyone could send records");
    }

    @Test
    void doesNotStart_onATakenPort() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            IntakeOptions options =
                    TestIntake.options(directory)
                            .grpcPort(taken.getLocalPort())
                            .kafka(Map.of("bootstrap.servers", "127.0.0.1:1"))
                            .build();
            assertThatThrownBy(() -> Intake.start(options, Clock.systemUTC()))
                    .hasMessageContaining(
                            "port %d of 127.0.0.1 (Address already in use); choose a free port"
                                    .formatted(taken.getLocalPort()));
        }
    }

    @Test
    void isNotReady_whenTheSpoolIsFull() throws Exception {
        Path own = directory.resolve("full");
        try (TestIntake intake =
                TestIntake.start(TestIntake.options(own).spoolBytes(20_000).build())) {
            intake.log.become(FileLog.State.AWAY);
            String[] headers = {"Content-Type", "application/x-protobuf"};
            byte[] body = Telemetry.calls(20).toByteArray();
            int status = 200;
            for (int i = 0; i < 20 && status == 200; i++) {
                status = intake.post("/v1/logs", body, headers).statusCode();
            }
            var refused = intake.post("/v1/logs", body, headers);
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("retry-after")).contains("1");
        }
    }

    private static String request(String host, String headers) {
        return "POST /v1/logs HTTP/1.1\r\nHost: %s\r\n%sContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
                .formatted(host, headers);
    }
}
