package io.agentanalytics.intake;

import static io.agentanalytics.intake.TestIntake.gzip;
import static io.agentanalytics.intake.TestIntake.text;
import static io.agentanalytics.intake.TestIntake.type;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentanalytics.intake.delivery.FileLog;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OtlpHttpTest {
    private static final String PROTOBUF = "application/x-protobuf";
    private static final String TYPE = "Content-Type";
    private static final String CODING = "Content-Encoding";
    @TempDir static Path directory;
    private static TestIntake intake;

    @BeforeAll
    static void start() throws Exception {
        intake = TestIntake.start(TestIntake.options(directory).maxBodyBytes(1 << 20).build());
    }

    @AfterAll
    static void stop() throws Exception {
        intake.close();
    }

    @Test
    void writesTheRecordsOfARequest_beforeItsAnswer() throws Exception {
        var response = intake.post("/v1/logs", calls(3), TYPE, PROTOBUF);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(type(response)).isEqualTo(PROTOBUF);
        assertThat(ExportLogsServiceResponse.parseFrom(response.body()))
                .isEqualTo(ExportLogsServiceResponse.getDefaultInstance());
        assertThat(String.join("\n", intake.log.lines())).contains("cc/api_request/req-2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/traces", "/v1/logs", "/v1/metrics"})
    void answersAnEmptyRequest_inItsContentType(String path) throws Exception {
        var protobuf = intake.post(path, new byte[0], TYPE, PROTOBUF);
        assertThat(protobuf.statusCode()).isEqualTo(200);
        assertThat(protobuf.body()).isEmpty();
        var json = intake.post(path, "{}", TYPE, "application/json; charset=UTF-8");
        assertThat(json.statusCode()).isEqualTo(200);
        assertThat(type(json)).startsWith("application/json");
        assertThat(text(json)).isEqualTo("{}");
    }

    @Test
    void decodesGzipAndDeflate() throws Exception {
        byte[] body = calls(1);
        for (String coding : new String[] {"gzip", "x-gzip", "GZIP"}) {
            assertStatus(200, intake.post("/v1/logs", gzip(body), TYPE, PROTOBUF, CODING, coding));
        }
        for (boolean raw : new boolean[] {true, false}) {
            assertStatus(
                    200,
                    intake.post("/v1/logs", deflate(body, raw), TYPE, PROTOBUF, CODING, "deflate"));
        }
        assertThat(intake.log.lines()).hasSizeGreaterThanOrEqualTo(5);
    }

    @Test
    void acceptsChunkedBodies() throws Exception {
        HttpRequest request =
                intake.request("/v1/logs")
                        .header(TYPE, PROTOBUF)
                        .POST(
                                HttpRequest.BodyPublishers.ofInputStream(
                                        () -> new ByteArrayInputStream(calls(100))))
                        .build();
        assertStatus(200, intake.send(request));
    }

    @Test
    void acceptsHttp2() throws Exception {
        HttpClient http2 = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
        HttpRequest request =
                intake.request("/v1/logs")
                        .header(TYPE, PROTOBUF)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(calls(100)))
                        .build();
        for (int i = 0; i < 3; i++) { // the first is an upgrade
            var response = http2.send(request, HttpResponse.BodyHandlers.ofByteArray());
            assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertStatus(200, response);
        }
    }

    @Test
    void refusesOtherContentTypesAndEncodings() throws Exception {
        byte[] body = calls(1);
        int before = intake.log.lines().size();
        assertStatus(415, intake.post("/v1/logs", body));
        assertStatus(415, intake.post("/v1/logs", body, TYPE, "text/plain"));
        assertStatus(415, intake.post("/v1/logs", body, TYPE, "nonsense"));
        assertStatus(415, intake.post("/v1/logs", "{}", TYPE, "application/json; charset=utf-16"));
        assertStatus(415, intake.post("/v1/logs", "{}", TYPE, "application/json; charset=no"));
        assertStatus(415, intake.post("/events", "{}", TYPE, PROTOBUF));
        var encoded = intake.post("/v1/logs", body, TYPE, PROTOBUF, CODING, "br");
        assertStatus(415, encoded);
        assertThat(type(encoded)).isEqualTo(PROTOBUF);
        assertThat(intake.log.lines()).hasSize(before);
    }

    @Test
    void reportsErrorsInTheContentTypeOfTheRequest() throws Exception {
        var protobuf = intake.post("/v1/logs", new byte[] {0x0a, 0x7f}, TYPE, PROTOBUF);
        assertStatus(400, protobuf);
        assertThat(type(protobuf)).isEqualTo(PROTOBUF);
        com.google.rpc.Status status = com.google.rpc.Status.parseFrom(protobuf.body());
        assertThat(status.getCode()).isEqualTo(com.google.rpc.Code.INVALID_ARGUMENT_VALUE);
        assertThat(status.getMessage()).isNotEmpty();

        var json = intake.post("/v1/logs", "{\"resourceLogs\":[", TYPE, "application/json");
        assertStatus(400, json);
        assertThat(type(json)).startsWith("application/json");
        assertThat(text(json)).startsWith("{\"code\":3,\"message\":\"");

        assertStatus(400, intake.post("/v1/logs", calls(1), TYPE, PROTOBUF, CODING, "gzip"));
    }

    @Test
    void refusesLargeBodies_beforeAndAfterDecompression() throws Exception {
        int limit = 1 << 20;
        assertStatus(413, intake.post("/v1/logs", new byte[limit + 1], TYPE, PROTOBUF));
        assertStatus(
                413,
                intake.post("/v1/logs", gzip(new byte[limit + 1]), TYPE, PROTOBUF, CODING, "gzip"));
        HttpRequest chunked =
                intake.request("/v1/logs")
                        .header(TYPE, PROTOBUF)
                        .POST(
                                HttpRequest.BodyPublishers.ofInputStream(
                                        () -> new ByteArrayInputStream(new byte[2 * limit])))
                        .build();
        assertStatus(413, intake.send(chunked));
        byte[] large = Telemetry.calls(2_000).toByteArray();
        assertThat(large.length).isBetween(BodyMemory.SMALL_BYTES, limit);
        assertStatus(200, intake.post("/v1/logs", large, TYPE, PROTOBUF));
        assertStatus(200, intake.post("/v1/logs", gzip(large), TYPE, PROTOBUF, CODING, "gzip"));
    }

    @Test
    void answersUnknownPathsAndMethods_withProblems() throws Exception {
        var unknown = intake.post("/v1/nothing", "{}", TYPE, "application/json");
        assertStatus(404, unknown);
        assertThat(type(unknown)).isEqualTo("application/problem+json");
        assertThat(text(unknown))
                .contains(
                        "\"code\":\"not_found\"",
                        "\"status\":404",
                        "There is no path '/v1/nothing'; telemetry goes to /v1/traces, ");
        assertDetail(405, "GET is not supported at /events; use POST.", intake.get("/events"));
        assertStatus(405, intake.get("/v1/traces"));
        assertDetail(
                405,
                "POST is not supported at /health; use GET.",
                intake.post("/health", "{}", TYPE, "application/json"));
        assertDetail(
                415,
                "The content type 'text/plain' is not accepted at /v1/logs; send"
                        + " application/json or application/x-protobuf, in UTF-8.",
                intake.post("/v1/logs", "{}", TYPE, "text/plain"));
        assertDetail(
                415,
                "A request without a content type is not accepted at /events; ",
                intake.post("/events", "{}"));
        assertDetail(
                415,
                "The encoding 'zstd' is not supported; send gzip, deflate or none.",
                intake.post("/events", "{}", TYPE, "application/json", CODING, "zstd"));
        String path = "/" + "p".repeat(2_000);
        assertThat(text(intake.get(path))).contains("ppp...';").hasSizeLessThan(500);
        assertStatus(400, intake.post("/events", "{", TYPE, "application/json"));
    }

    private static void assertDetail(int status, String detail, HttpResponse<byte[]> response) {
        assertStatus(status, response);
        assertThat(text(response)).contains(detail);
    }

    @Test
    void answersAHookOfCursorWithAnEmptyObject() throws Exception {
        String hook =
                "{\"hook_event_name\":\"stop\",\"conversation_id\":\"c\",\"generation_id\":\"g\","
                        + "\"status\":\"completed\",\"input_tokens\":9}";
        var response = intake.post("/hooks/cursor", hook, TYPE, "application/json");
        assertStatus(200, response);
        assertThat(text(response)).isEqualTo("{}");
        assertThat(isLogged("task-events ")).isTrue();
    }

    @Test
    void answersAHookWithAnEmptyObject() throws Exception {
        String hook = "{\"hook_event_name\":\"Stop\",\"session_id\":\"s\",\"prompt_id\":\"p\"}";
        var response = intake.post("/hooks/claude-code", hook, TYPE, "application/json");
        assertStatus(200, response);
        assertThat(text(response)).isEqualTo("{}");
    }

    @Test
    void reportsRejectedEvents() throws Exception {
        var response = intake.post("/events", "[{\"type\":\"no\"}]", TYPE, "application/json");
        assertStatus(200, response);
        assertThat(text(response)).contains("\"accepted\":0", "\"index\":0", "\"code\":");
        assertThat(isLogged("dead-letters ")).isTrue();
    }

    @Test
    void reportsItsStateAndMetrics() throws Exception {
        assertStatus(200, intake.post("/v1/logs", calls(2), TYPE, PROTOBUF));
        assertThat(text(intake.get("/health"))).contains("up");
        assertThat(text(intake.get("/ready"))).contains("direct");
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(
                        () ->
                                assertThat(text(intake.get("/metrics")))
                                        .contains(
                                                "intake_requests_seconds_count{path=\"/v1/logs\"",
                                                "client=\"claude-code\"",
                                                "version=\"2.1.332\"",
                                                "intake_spool_bytes 0.0",
                                                "intake_delivery_seconds_count "));
    }

    @Test
    void acceptsRecords_whileTheLogIsAway() throws Exception {
        int before = intake.log.lines().size();
        intake.log.become(FileLog.State.AWAY);
        assertStatus(200, intake.post("/v1/logs", calls(2), TYPE, PROTOBUF));
        assertThat(text(intake.get("/ready"))).contains("spooled");
        assertThat(intake.log.lines()).hasSize(before);
        intake.log.become(FileLog.State.PRESENT);
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(
                        () ->
                                assertThat(intake.log.lines())
                                        .hasSizeGreaterThanOrEqualTo(before + 2));
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(text(intake.get("/ready"))).contains("direct"));
    }

    @Test
    void reportsItsClients() throws Exception {
        assertStatus(200, intake.post("/v1/logs", calls(2), TYPE, PROTOBUF));
        await().atMost(Duration.ofMinutes(1))
                .until(() -> isLogged("clients test|claude-code|2.1.332 {"));
        assertThat(failures("claude-code|2.1.332")).isEqualTo("calls");
        String event =
                "{\"schema_version\":1,\"event_id\":\"e\",\"type\":\"llm_call\",\"time\":\"%s\","
                                .formatted(Instant.now())
                        + "\"task_id\":\"t\",\"agent_id\":\"a\",\"agent_type\":\"reviewer\","
                        + "\"provider\":\"openai\",\"model\":\"gpt-5\"}";
        assertStatus(200, intake.post("/events", event, TYPE, "application/json"));
        await().atMost(Duration.ofMinutes(1)).until(() -> isLogged("clients test|reviewer| {"));
        assertThat(failures("reviewer")).isEqualTo("attempts");
    }

    /** Returns what the failures of a client count, according to its newest report. */
    private static String failures(String client) {
        return intake.log.lines().stream()
                .filter(line -> line.startsWith("clients test|" + client))
                .reduce((older, newer) -> newer)
                .orElseThrow()
                .replaceAll(".*\"failures\":\"(\\w+)\".*", "$1");
    }

    private static boolean isLogged(String start) {
        return intake.log.lines().stream().anyMatch(line -> line.startsWith(start));
    }

    private static byte[] calls(int count) {
        return Telemetry.calls(count).toByteArray();
    }

    private static byte[] deflate(byte[] bytes, boolean raw) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, raw);
        try (var deflate = new DeflaterOutputStream(out, deflater)) {
            deflate.write(bytes);
        }
        deflater.end();
        return out.toByteArray();
    }

    private static void assertStatus(int status, HttpResponse<byte[]> response) {
        assertThat(response.statusCode()).as(text(response)).isEqualTo(status);
    }
}
