package io.agentanalytics.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentanalytics.api.http.SampleEvents;
import io.agentanalytics.api.options.ApiOptions;
import io.agentanalytics.api.options.Tokens;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Broken and hostile requests, sent through a socket to the server as it runs. */
@Timeout(300)
@ResourceLock("threads of the server")
class HostileHttpTest {
    private static final String API = "/api/analytics/";
    private static final String TOKEN = "a-token-of-some-length";

    @TempDir static Path directory;
    private static ApiFixture fixture;

    @BeforeAll
    static void start() throws Exception {
        fixture = ApiFixture.start(directory, tasks -> new SampleEvents.Sent(tasks, 3 * tasks));
    }

    @AfterAll
    static void stop() throws IOException {
        fixture.close();
    }

    private static String raw(String request) throws IOException {
        return raw(fixture.api.port(), request);
    }

    /** Returns the server's answer to these bytes until it closes the connection. */
    private static String raw(int port, String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(5000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String request(String line, String... headers) {
        return line
                + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + String.join("", List.of(headers).stream().map(h -> h + "\r\n").toList())
                + "\r\n";
    }

    private static void assertProblem(String answer, int status, String code) throws IOException {
        assertThat(answer).startsWith("HTTP/1.1 " + status);
        assertThat(answer).containsIgnoringCase("content-type: application/problem+json");
        JsonNode body = ApiFixture.JSON.readTree(answer.substring(answer.indexOf("\r\n\r\n")));
        assertThat(body.path("code").asText()).as(answer).isEqualTo(code);
        assertThat(body.path("detail").asText()).isNotBlank();
        assertThat(answer).doesNotContain("Exception").doesNotContain("\tat ");
    }

    private static String post(String body, String... headers) throws IOException {
        List<String> all = new ArrayList<>(List.of(headers));
        all.add("Content-Length: " + body.length());
        return raw(request("POST " + API + "test-data", all.toArray(String[]::new)) + body);
    }

    @ParameterizedTest
    @CsvSource({
        "text/plain, unsupported_media_type",
        "application/x-www-form-urlencoded, unsupported_media_type",
        "'', unsupported_media_type"
    })
    void row25_contentTypes(String type, String code) throws IOException {
        String header = type.isEmpty() ? "X-None: 1" : "Content-Type: " + type;
        assertProblem(post("{\"tasks\":1}", header), 415, code);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain; charset", "x/y; charset=binary", "a/b;charset=utf-16"})
    void row25_charsets_neverHideParameters(String type) throws IOException {
        String answer = raw(request("GET " + API + "agents?limit=0", "Content-Type: " + type));
        assertProblem(answer, 415, "unsupported_charset");
    }

    @Test
    void row25_contentEncoding() throws IOException {
        String answer = post("{}", "Content-Type: application/json", "Content-Encoding: br");
        assertProblem(answer, 415, "unsupported_encoding");
    }

    @ParameterizedTest
    @CsvSource({
        "{\"tasks\":0}, bad_tasks",
        "{\"tasks\":1e99}, bad_tasks",
        "{\"tasks\":\"3\"}, bad_tasks",
        "{\"task\":3}, unknown_field",
        "[], malformed_json",
        "{} {}, malformed_json",
        "{, malformed_json"
    })
    void badBodies(String body, String code) throws IOException {
        assertProblem(post(body, "Content-Type: application/json"), 400, code);
    }

    @Test
    void sampleEvents_areSent() throws Exception {
        assertThat(post("{\"tasks\":7}", "Content-Type: application/json; charset=utf-8"))
                .startsWith("HTTP/1.1 202")
                .contains("{\"tasks\":7,\"events\":21}");
        HttpResponse<String> documented = fixture.get(API + "test-data");
        assertThat(documented.statusCode()).isEqualTo(202);
        assertThat(documented.headers().firstValue("Warning").orElseThrow()).contains("POST");
    }

    @Test
    void row28_tooLargeBodies_withLengthAndChunked() throws IOException {
        String json = "Content-Type: application/json";
        String big = "x".repeat(70_000);
        assertProblem(
                raw(request("POST " + API + "test-data", json, "Content-Length: 70000")),
                413,
                "too_large");
        String chunked =
                request("POST " + API + "test-data", json, "Transfer-Encoding: chunked")
                        + Integer.toHexString(big.length())
                        + "\r\n"
                        + big
                        + "\r\n";
        assertProblem(raw(chunked), 413, "too_large");
    }

    @ParameterizedTest
    @CsvSource({
        "limit=0, bad_limit, 0",
        "limit=-1, bad_limit, -1",
        "limit=abc, bad_limit, abc",
        "limit=1000000000, bad_limit, 1000000000",
        "from=now&to=now, bad_range, not before",
        "from=now-40d, range_too_long, at most 30",
        "from=0, bad_time, '''0'''",
        "to=2090-01-01T00:00:00Z, bad_time, after 1970 and before",
        "from=now-99999999d, bad_time, now-99999999d",
        "to=now-800000d, bad_time, now-800000d",
        "where=last_seen>%2B300000-01-01T00:00:00Z, bad_where, +300000",
        "where=last_seen>-5000-01-01T00:00:00Z, bad_where, -5000",
        "step=7, bad_step, 7",
        "step=-60, bad_step, -60",
        "tz=Mars, unknown_parameter, tz",
        "sort=beauty, bad_sort, beauty",
        "where=beauty>1, bad_where, beauty",
        "where=cost_usd>cheap, bad_where, cheap",
        "where=cost_usd, bad_where, cost_usd",
        "'where=calls>1,calls>1,calls>1,calls>1,calls>1,calls>1,calls>1,calls>1,calls>1,calls>1,"
                + "calls>1,calls>1,calls>1,calls>1,calls>1,calls>1,calls>1,calls>1,calls>1,"
                + "calls>1,calls>1', bad_where, 'where has 21 conditions; write at most 20.'",
        "where=last_seen>yesterday, bad_where, yesterday",
        "where=cost_usd>1e999999999, bad_where, 1e999999999",
        "tag=team, bad_tag, team",
        "filter=%20, empty_parameter, filter"
    })
    void row30_badParameters(String query, String code, String named) throws IOException {
        String answer = raw(request("GET " + API + "agents?" + query));
        assertProblem(answer, 400, code);
        assertThat(answer).contains(named);
    }

    @ParameterizedTest
    @CsvSource({
        "from=now-1h&from=now-2h, repeated_parameter",
        "filter=%zz, bad_encoding",
        "filter=%ff, bad_encoding",
        "filter=%c0%af, bad_encoding",
        "filter=%00, bad_encoding",
        "filter=a%0d%0ab, bad_encoding",
        "filter=%e, bad_encoding",
        "filter=%+1, bad_encoding"
    })
    void row31_encodingAndRepetition(String query, String code) throws IOException {
        assertProblem(raw(request("GET " + API + "agents?" + query)), 400, code);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "agents?cursor=Zm9yZ2Vk",
                "agents?cursor=%21%21",
                "agents/a/tasks?cursor=MXwyMDoyMDI2LTAxLTAxVDAwOjAwOjAwWgA",
                "agents/a/tasks?cursor=MXw5OTk6eA",
                "agents/a/tasks?cursor=MXwtMTp4",
                "agents/a/tasks?cursor=MXwzOmFiY3Q",
                "agents/a/tasks?sort=cost_usd&cursor=MXwzOmFiY3Q"
            })
    void row32_forgedCursors(String path) throws IOException {
        assertProblem(raw(request("GET " + API + path)), 400, "invalid_cursor");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/analytics-dashboard/../../etc/passwd",
                "/analytics-dashboard/%2e%2e/%2e%2e/etc/passwd",
                "/analytics-dashboard/..;/..;/etc/passwd",
                "/analytics-dashboard/..%5c..%5cetc%5cpasswd",
                "/analytics-dashboard/\\..\\etc\\passwd",
                "/analytics-dashboard/index.html%00.js",
                "/analytics-dashboard/%c0%ae%c0%ae/etc/passwd",
                "/analytics-dashboard/%2fetc/passwd",
                "/analytics-dashboard//etc/passwd",
                "/analytics-dashboard/../openapi.yaml"
            })
    void row33_pathsOutside(String path) throws IOException {
        String answer = raw(request("GET " + path));
        assertThat(answer).matches("(?s)HTTP/1.1 40[04].*");
        assertThat(answer).contains("application/problem+json").doesNotContain("root:");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n"
                        + "Content-Length: 2\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b\r\n\r\n",
                "GET / HTTP/1.1\nHost: localhost\n\n",
                "GET / HTTP/1.1\r\nHost : localhost\r\n\r\n",
                "GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
                "\u0016\u0003\u0001\u0000\r\n\r\n"
            })
    void row34_brokenHttp(String request) throws IOException {
        String answer = raw(request);
        assertThat(answer).matches("(?s)HTTP/1.1 (400|505).*").contains("application/problem+json");
        assertThat(answer).doesNotContain("<html");
    }

    @Test
    void hugeHeaders_are431() throws IOException {
        assertProblem(
                raw(request("GET /", "X-Long: " + "x".repeat(20_000))), 431, "headers_too_large");
    }

    @ParameterizedTest
    @ValueSource(strings = {"DELETE", "PUT", "PATCH", "TRACE", "FOO", "POST"})
    void row35_methods(String method) throws IOException {
        String answer = raw(request(method + " " + API + "overview", "Content-Length: 0"));
        assertProblem(answer, 405, "method_not_allowed");
        assertThat(answer).containsPattern("(?i)allow: .*GET");
    }

    /** Others are answered at once; slow clients are cut off. The load is measured elsewhere. */
    @Test
    void row36_slowBodiesAndHeaders() throws Exception {
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 300; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), fixture.api.port());
                slow.add(socket);
                String head =
                        i % 2 == 0
                                ? request(
                                        "POST " + API + "test-data",
                                        "Content-Type: application/json",
                                        "Content-Length: 1000")
                                : "GET / HTTP/1.1\r\nHost: local";
                socket.getOutputStream().write((head + "{").getBytes(StandardCharsets.US_ASCII));
            }
            for (int i = 0; i < 20; i++) {
                HttpResponse<String> answer =
                        ApiFixture.CLIENT.send(
                                HttpRequest.newBuilder(fixture.uri(API + "overview"))
                                        .timeout(Duration.ofSeconds(8)) // they are cut off after 10
                                        .build(),
                                HttpResponse.BodyHandlers.ofString());
                assertThat(answer.statusCode()).isEqualTo(200);
            }
            await().atMost(Duration.ofMinutes(3))
                    .pollInterval(Duration.ofMillis(500))
                    .until(() -> slow.stream().allMatch(HostileHttpTest::isCutOff));
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    /** Keeps sending: only the server ends this. */
    private static boolean isCutOff(Socket socket) {
        try {
            socket.getOutputStream().write('x');
            socket.setSoTimeout(1);
            InputStream in = socket.getInputStream();
            while (true) {
                if (in.read() < 0) {
                    return true;
                }
            }
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** Two exports run at once: a third is served once those whose readers sleep are cut off. */
    @Test
    void row36_slowReaders_areCutOff() throws Exception {
        fixture.sql(
                """
                INSERT INTO store.task_execution_timeline (task_id, ended_at, agent_id, agent_type,
                    root_task_id, outcome, calls, calls_failed,
                    cost_reported, cost_priced, requests_unpriced, verdict_until, retracted, epoch,
                    seen)
                SELECT 'slow-' || n, '2026-11-21T12:00:00Z', 'slow', 't', repeat('r', 100),
                    'succeeded', 0, 0, 0, 0, 0,
                    '2026-11-21T13:00:00Z', false, 0, 1 FROM generate_series(1, 60000) AS n
                """);
        String path = API + "export?from=2026-11-21T11:00:00Z&to=2026-11-21T13:00:00Z";
        List<Socket> sleeping = new ArrayList<>();
        try {
            for (int i = 0; i < 2; i++) {
                sleeping.add(sleepingReader(path));
            }
            assertProblem(raw(request("GET " + path)), 503, "too_many_exports");
            await().atMost(Duration.ofMinutes(3))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> fixture.get(path).body().lines().count() == 60_001);
        } finally {
            for (Socket socket : sleeping) {
                socket.close();
            }
            fixture.sql("DELETE FROM store.task_execution_timeline WHERE agent_id = 'slow'");
        }
    }

    /** A client that reads the status of an answer and then nothing more. */
    private static Socket sleepingReader(String path) {
        return await().atMost(Duration.ofMinutes(3))
                .until(
                        () -> {
                            Socket socket = new Socket();
                            socket.setReceiveBufferSize(4096);
                            socket.connect(
                                    new java.net.InetSocketAddress(
                                            InetAddress.getLoopbackAddress(), fixture.api.port()));
                            socket.getOutputStream()
                                    .write(
                                            request("GET " + path)
                                                    .getBytes(StandardCharsets.US_ASCII));
                            byte[] head = socket.getInputStream().readNBytes(12);
                            if (new String(head, StandardCharsets.US_ASCII)
                                    .equals("HTTP/1.1 200")) {
                                return socket;
                            }
                            // On a busy machine the first query may exceed its time limit.
                            socket.close();
                            return null;
                        },
                        java.util.Objects::nonNull);
    }

    @Test
    void row37_idleStreams() throws Exception {
        List<Socket> streams = new ArrayList<>();
        try {
            for (int i = 0; i < 7; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), fixture.api.port());
                streams.add(socket);
                socket.getOutputStream()
                        .write(
                                "GET /api/analytics/stream HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                        .getBytes(StandardCharsets.US_ASCII));
                byte[] head = socket.getInputStream().readNBytes(12);
                assertThat(new String(head, StandardCharsets.US_ASCII))
                        .isEqualTo(i < 6 ? "HTTP/1.1 200" : "HTTP/1.1 503");
            }
            String refused = raw(request("GET " + API + "stream"));
            assertProblem(refused, 503, "too_many_streams");
            assertThat(refused).containsIgnoringCase("retry-after: ");
        } finally {
            for (Socket socket : streams) {
                socket.close();
            }
        }
        // A closed stream makes room for another.
        await().atMost(Duration.ofMinutes(3))
                .until(() -> fixture.get("/metrics").body().contains("http_server_streams 0.0"));
    }

    @Test
    void row38_forwardedFor_onlyFromATrustedProxy() throws Exception {
        try (QueryApi trusting =
                        QueryApi.start(fixture.open(TOKEN, "127.0.0.1"), ApiFixture.CLOCK, null);
                QueryApi plain = QueryApi.start(fixture.open(TOKEN), ApiFixture.CLOCK, null)) {
            assertThat(streamsOfSevenClients(trusting.port())).isEqualTo(7);
            assertThat(streamsOfSevenClients(plain.port())).isEqualTo(6);
        }
    }

    /** Number of streams served to one peer that claims to be seven. */
    private static int streamsOfSevenClients(int port) throws IOException {
        List<Socket> sockets = new ArrayList<>();
        int served = 0;
        for (int i = 0; i < 7; i++) {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
            sockets.add(socket);
            String request =
                    ("GET /api/analytics/stream HTTP/1.1\r\nHost: localhost\r\n"
                                    + "Authorization: Bearer %s\r\nX-Forwarded-For: 203.0.113.9, "
                                    + "203.0.113.%d\r\n\r\n")
                            .formatted(TOKEN, i);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String head =
                    new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
            served += head.endsWith("200") ? 1 : 0;
        }
        for (Socket socket : sockets) {
            socket.close();
        }
        return served;
    }

    @ParameterizedTest
    @CsvSource({
        "Origin: http://evil.example, text/plain",
        "Origin: null, application/x-www-form-urlencoded",
        "Sec-Fetch-Site: cross-site, application/json",
        "Origin: http://localhost.evil.example, application/json"
    })
    void row39_otherOrigins(String header, String type) throws IOException {
        assertProblem(post("{}", header, "Content-Type: " + type), 403, "cross_origin");
    }

    @Test
    void row39_anImageOfAnotherSite_sendsNoSampleEvents() throws IOException {
        String image = raw(request("GET " + API + "test-data", "Sec-Fetch-Site: cross-site"));
        assertProblem(image, 403, "cross_origin");
    }

    @Test
    void row39_ownOrigin_mayPost() throws IOException {
        assertThat(post("{}", "Origin: http://localhost", "Content-Type: application/json"))
                .startsWith("HTTP/1.1 202");
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "evil.example:8081", "127.0.0.1.evil.example", "[::2]"})
    void row39_otherHosts(String host) throws IOException {
        String answer =
                raw(
                        "GET /api/analytics/health HTTP/1.1\r\nConnection: close\r\nHost: "
                                + host
                                + "\r\n\r\n");
        assertProblem(answer, 421, "unknown_host");
    }

    /** Probes and scrapers know a pod by its address; no page can be served under an address. */
    @ParameterizedTest
    @CsvSource({
        "/health/live, 10.1.2.3:8081, 200",
        "/health/ready, [fd00::12], 200",
        "/metrics, 10.1.2.3, 200",
        "/metrics, evil.example, 421",
        "/health/live, 10.1.2.3.evil.example, 421",
        "/api/analytics/health, 10.1.2.3, 421",
        "/api/analytics/overview, 10.1.2.3:8081, 421",
        "/analytics-dashboard/, 10.1.2.3, 421"
    })
    void row39_addresses_mayProbe(String path, String host, int status) throws IOException {
        String answer =
                raw("GET " + path + " HTTP/1.1\r\nConnection: close\r\nHost: " + host + "\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 " + status);
    }

    @Test
    void row40_tokensHaveNames() {
        Tokens tokens =
                Tokens.parse(
                        """
                        0123456789abcdef read,write on-call
                        fedcba9876543210 read
                        """,
                        "tokens");
        assertThat(tokens.holderOf("0123456789abcdef").name()).isEqualTo("on-call");
        assertThat(tokens.holderOf("fedcba9876543210").name()).matches("token-[0-9a-f]{8}");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tokens.parse("0123456789abcdef read <b>", "tokens"))
                .withMessageContaining("'<b>' is not a name");
    }

    @Test
    void row40_tokensAndScopes() throws Exception {
        String tokens =
                "# who\n"
                        + TOKEN
                        + "-reads read\n"
                        + TOKEN
                        + "-scrapes metrics\n"
                        + TOKEN
                        + "-writes write\n";
        try (QueryApi guarded = QueryApi.start(fixture.open(tokens), ApiFixture.CLOCK, null)) {
            int port = guarded.port();
            HttpResponse<String> none = ApiFixture.get(port, API + "health");
            assertThat(none.statusCode()).isEqualTo(401);
            assertThat(none.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
            assertThat(status(port, API + "health", "wrong")).isEqualTo(401);
            assertThat(status(port, API + "health", TOKEN + "-reads")).isEqualTo(200);
            assertThat(status(port, API + "health", TOKEN + "-scrapes")).isEqualTo(403);
            assertThat(status(port, "/metrics", TOKEN + "-reads")).isEqualTo(403);
            assertThat(status(port, "/metrics", TOKEN + "-scrapes")).isEqualTo(200);
            assertThat(status(port, API + "test-data", TOKEN + "-reads")).isEqualTo(403);
            assertThat(status(port, API + "test-data", TOKEN + "-writes")).isEqualTo(404);
            assertThat(status(port, API + "test-data/", TOKEN + "-reads")).isEqualTo(403);
            assertThat(status(port, "/metrics/", TOKEN + "-reads")).isEqualTo(403);
            assertThat(status(port, API + "agents/test-data", TOKEN + "-reads")).isEqualTo(404);
            assertThat(status(port, API + "nowhere", "wrong")).isEqualTo(404);
            assertThat(status(port, "/%61pi/analytics/health", "wrong")).isEqualTo(404);
            // The page has no figures; it asks for the token itself.
            assertThat(ApiFixture.get(port, "/analytics-dashboard/").statusCode()).isEqualTo(200);
            assertThat(ApiFixture.get(port, "/health/live").statusCode()).isEqualTo(200);
        }
    }

    private static int status(int port, String path, String token) throws Exception {
        return ApiFixture.get(port, path, "Authorization", "Bearer " + token).statusCode();
    }

    @ParameterizedTest
    @ValueSource(strings = {"short", "long-enough-token everything", "a b c", "# nothing"})
    void row40_badTokenFiles_nameTheLineAndNotTheToken(String file) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tokens.parse(file, "tokens"))
                .withMessageContaining("tokens")
                .withMessageNotContaining("long-enough-token");
    }

    @Test
    void row40_otherAddresses_demandTokens() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                ApiOptions.of(
                                        java.util.Map.of("AGENT_ANALYTICS_API_HOST", "0.0.0.0")))
                .withMessageContaining("AGENT_ANALYTICS_TOKEN_FILE");
    }

    @Test
    void row41_formulas_areQuoted_numbersAreNot() throws Exception {
        for (String id : List.of("=1+1", "+cmd", "-cmd", "@sum", "\tx", "a,\"b\"")) {
            fixture.cell(id, 60, "2026-11-22T14:10:00Z", true, 1, 1, "-0.5");
            fixture.cell(id, 300, "2026-11-22T14:10:00Z", true, 1, 1, "-0.5");
        }
        String csv = fixture.get(API + "export?table=agents&from=now-1h").body();
        assertThat(csv.lines().skip(1).map(line -> line.split(",(tester|unknown),", 2)[0]))
                .containsExactlyInAnyOrder(
                        "a", "'=1+1", "'+cmd", "'-cmd", "'@sum", "'\tx", "\"a,\"\"b\"\"\"");
        assertThat(csv).contains(",-0.5,").doesNotContain("'-0.5");
        fixture.sql("DELETE FROM store.agent_window WHERE agent_id <> 'a'");
    }

    @Test
    void row42_postgresAway_oldAnswersSaySo_newOnesAre503() throws Exception {
        try (var postgres =
                        ApiFixture.postgresOf(
                                directory.resolveSibling("away-" + directory.getFileName()));
                QueryApi api =
                        QueryApi.start(
                                ApiOptions.loopback(
                                        0, postgres.getJdbcUrl("postgres", "postgres"), "postgres"),
                                ApiFixture.CLOCK,
                                null)) {
            HttpResponse<String> old = ApiFixture.get(api.port(), API + "health");
            assertThat(old.statusCode()).isEqualTo(503);
            assertThat(ApiFixture.json(old).path("code").asText()).isEqualTo("schema_outdated");
            assertThat(ApiFixture.json(old).path("detail").asText()).contains("migrate");

            io.agentanalytics.api.database.Migrations.migrate(postgres.getPostgresDatabase());
            assertThat(ApiFixture.get(api.port(), API + "overview").statusCode()).isEqualTo(200);
            postgres.close();
            await().atMost(Duration.ofMinutes(3))
                    .until(
                            () ->
                                    !ApiFixture.json(ApiFixture.get(api.port(), API + "overview"))
                                            .path("stale")
                                            .isMissingNode());
            HttpResponse<String> stale = ApiFixture.get(api.port(), API + "overview");
            assertThat(stale.statusCode()).isEqualTo(200);
            assertThat(stale.headers().firstValue("Warning").orElseThrow()).startsWith("110");
            assertThat(ApiFixture.json(stale).path("stale").path("reason").asText())
                    .isEqualTo("database_unavailable");
            HttpResponse<String> unknown = ApiFixture.get(api.port(), API + "agents");
            assertThat(unknown.statusCode()).isEqualTo(503);
            assertThat(unknown.headers().firstValue("Retry-After")).isPresent();
        }
    }

    @Test
    void row42_slowPostgres_isGivenUp() throws Exception {
        try (var connection = fixture.postgres.getPostgresDatabase().getConnection()) {
            connection.setAutoCommit(false);
            connection.createStatement().execute("LOCK TABLE store.progress");
            HttpResponse<String> answer =
                    fixture.get(API + "agents?from=now-3h", "Cache-Control", "no-cache");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(ApiFixture.json(answer).path("code").asText())
                    .isEqualTo("database_unavailable");
            connection.rollback();
        }
    }

    /**
     * Longer than two seconds, the former limit: a first answer is slow while many rows are being
     * written.
     */
    @Test
    void slowFirstAnswer_isWaitedFor_andReadyMeansWarm() throws Exception {
        try (var connection = fixture.postgres.getPostgresDatabase().getConnection()) {
            connection.setAutoCommit(false);
            connection.createStatement().execute("LOCK TABLE store.progress");
            try (QueryApi cold =
                    QueryApi.start(
                            ApiFixture.options(fixture.postgres, 0), ApiFixture.CLOCK, null)) {
                assertThat(ApiFixture.get(cold.port(), "/health/ready").statusCode())
                        .isEqualTo(503);
                long begun = System.nanoTime();
                var slow =
                        ApiFixture.CLIENT.sendAsync(
                                HttpRequest.newBuilder(
                                                URI.create(
                                                        "http://127.0.0.1:%d%soverview"
                                                                .formatted(cold.port(), API)))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString());
                await().until(() -> System.nanoTime() - begun > 3_000_000_000L);
                connection.rollback();
                assertThat(slow.join().statusCode()).isEqualTo(200);
                await().atMost(Duration.ofMinutes(1))
                        .until(
                                () ->
                                        ApiFixture.get(cold.port(), "/health/ready").statusCode()
                                                == 200);
            }
        }
    }

    /** A frozen server does not apply its time-outs, and its connections stay open. */
    @Test
    void row42_frozenPostgres_isGivenUp() throws Exception {
        Path data = directory.resolveSibling("frozen-" + directory.getFileName());
        try (var postgres = ApiFixture.postgresOf(data);
                QueryApi api =
                        QueryApi.start(
                                ApiOptions.loopback(
                                        0, postgres.getJdbcUrl("postgres", "postgres"), "postgres"),
                                ApiFixture.CLOCK,
                                null)) {
            io.agentanalytics.api.database.Migrations.migrate(postgres.getPostgresDatabase());
            assertThat(ApiFixture.get(api.port(), API + "overview").statusCode()).isEqualTo(200);
            long pid =
                    Long.parseLong(
                            java.nio.file.Files.readAllLines(data.resolve("postmaster.pid"))
                                    .get(0)
                                    .strip());
            // The server first, or it could start a process that is not on the list.
            signal("-STOP", List.of(Long.toString(pid)));
            List<String> pids = new ArrayList<>(List.of(Long.toString(pid)));
            ProcessHandle.of(pid)
                    .orElseThrow()
                    .descendants()
                    .forEach(p -> pids.add(Long.toString(p.pid())));
            signal("-STOP", pids);
            try {
                long begun = System.nanoTime();
                HttpResponse<String> unknown = ApiFixture.get(api.port(), API + "agents");
                assertThat(unknown.statusCode()).isEqualTo(503);
                HttpResponse<String> old =
                        ApiFixture.get(api.port(), API + "overview", "Cache-Control", "no-cache");
                assertThat(old.statusCode()).isEqualTo(200);
                assertThat(ApiFixture.json(old).has("stale")).isTrue();
                assertThat(Duration.ofNanos(System.nanoTime() - begun))
                        .isLessThan(Duration.ofSeconds(60));
            } finally {
                signal("-CONT", pids);
            }
            await().atMost(Duration.ofMinutes(3))
                    .until(
                            () ->
                                    !ApiFixture.json(ApiFixture.get(api.port(), API + "overview"))
                                            .has("stale"));
        }
    }

    private static void signal(String signal, List<String> pids) throws Exception {
        List<String> command = new ArrayList<>(List.of("kill", signal));
        command.addAll(pids);
        assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
    }

    @Test
    void row42_readOnlyPostgres_isEnough() throws Exception {
        fixture.sql("ALTER DATABASE postgres SET default_transaction_read_only = on");
        try (QueryApi reader =
                QueryApi.start(ApiFixture.options(fixture.postgres, 0), ApiFixture.CLOCK, null)) {
            assertThat(ApiFixture.get(reader.port(), API + "overview").statusCode()).isEqualTo(200);
        } finally {
            try (var connection = fixture.postgres.getPostgresDatabase().getConnection();
                    var statement = connection.createStatement()) {
                statement.execute("SET default_transaction_read_only = off");
                statement.execute("ALTER DATABASE postgres RESET default_transaction_read_only");
            }
        }
    }
}
