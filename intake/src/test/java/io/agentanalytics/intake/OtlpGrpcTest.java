package io.agentanalytics.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.rpc.RetryInfo;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.client.grpc.GrpcClientBuilder;
import com.linecorp.armeria.client.grpc.GrpcClients;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.SessionProtocol;
import io.agentanalytics.intake.delivery.FileLog;
import io.grpc.Codec;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.LogsServiceGrpc.LogsServiceBlockingStub;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.MetricsServiceGrpc.MetricsServiceBlockingStub;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc.TraceServiceBlockingStub;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OtlpGrpcTest {
    private static final String TOKEN = "0123456789abcdef";
    private static final String SLOW_TOKEN = "fedcba9876543210";
    private static final String EXPORT =
            "/opentelemetry.proto.collector.logs.v1.LogsService/Export";
    @TempDir Path directory;
    private TestIntake intake;

    @BeforeEach
    void start() throws Exception {
        IntakeTokens tokens =
                IntakeTokens.parse(TOKEN + " laptop\n" + SLOW_TOKEN + " slow rate=1", "file");
        intake =
                TestIntake.start(
                        TestIntake.options(directory)
                                .tokens(tokens)
                                .maxBodyBytes(1 << 20)
                                .spoolBytes(100_000)
                                .build());
    }

    @AfterEach
    void stop() throws Exception {
        intake.close();
    }

    @Test
    void acceptsAllSignals() {
        assertThat(logs().export(Telemetry.calls(3)).hasPartialSuccess()).isFalse();
        assertThat(String.join("\n", intake.log.lines())).contains("cc/api_request/req-2");
        var traces = client().build(TraceServiceBlockingStub.class);
        assertThat(traces.export(Telemetry.spans(3)).hasPartialSuccess()).isFalse();
        var metrics = client().build(MetricsServiceBlockingStub.class);
        var none = ExportMetricsServiceRequest.getDefaultInstance();
        assertThat(metrics.export(none).hasPartialSuccess()).isFalse();
    }

    @Test
    void acceptsGzip() {
        var gzip = client().compressor(new Codec.Gzip()).build(LogsServiceBlockingStub.class);
        gzip.export(Telemetry.calls(100));
        assertThat(String.join("\n", intake.log.lines())).contains("cc/api_request/req-99");
    }

    @Test
    void requiresAToken() {
        var client = GrpcClients.newClient(uri(), LogsServiceBlockingStub.class);
        assertThat(failure(client, 1).getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    }

    @Test
    void refusesPagesOfOtherOrigins() {
        var client =
                client().addHeader("origin", "https://evil.example")
                        .build(LogsServiceBlockingStub.class);
        assertThat(failure(client, 1).getStatus().getCode())
                .isEqualTo(Status.Code.PERMISSION_DENIED);
    }

    @Test
    void refusesLargeMessages_withoutARetry() {
        StatusRuntimeException failure = failure(logs(), 5_000);
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(StatusProto.fromThrowable(failure).getDetailsCount()).isZero();
    }

    @Test
    void reportsTheRetryDelay_whenATokenExceedsItsRate() throws Exception {
        var slow = client(SLOW_TOKEN).build(LogsServiceBlockingStub.class);
        slow.export(Telemetry.calls(100));
        StatusRuntimeException failure = failure(slow, 1);
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        RetryInfo retry = StatusProto.fromThrowable(failure).getDetails(0).unpack(RetryInfo.class);
        assertThat(retry.getRetryDelay().getSeconds()).isPositive();
    }

    @Test
    void isUnavailable_onlyWhenTheSpoolIsFull() {
        intake.log.become(FileLog.State.AWAY);
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(
                        () ->
                                assertThat(failure(logs(), 50).getStatus().getCode())
                                        .isEqualTo(Status.Code.UNAVAILABLE));
    }

    @Test
    void refusesBrokenCalls() {
        assertThat(call(EXPORT, new byte[] {0, 0, 0}).headers().get("grpc-status")).isEqualTo("3");
        assertThat(call(EXPORT, new byte[] {0, 0, 0, 0, 9, 1}).headers().get("grpc-status"))
                .isEqualTo("3");
        byte[] wrong = {0, 0, 0, 0, 2, 0x0a, 0x7f};
        AggregatedHttpResponse malformed = call(EXPORT, wrong);
        assertThat(malformed.status().code()).isEqualTo(200);
        assertThat(malformed.headers().get("grpc-status")).isEqualTo("3");
        assertThat(malformed.headers().get("grpc-message")).isNotEmpty();
        assertThat(call("/some.Service/Method", wrong).headers().get("grpc-status"))
                .isEqualTo("12");
    }

    private AggregatedHttpResponse call(String method, byte[] body) {
        RequestHeaders headers =
                RequestHeaders.builder(HttpMethod.POST, method)
                        .add("content-type", "application/grpc")
                        .add("authorization", "Bearer " + TOKEN)
                        .build();
        return WebClient.of("h2c://127.0.0.1:" + intake.intake.grpcPort())
                .execute(headers, HttpData.wrap(body))
                .aggregate()
                .join();
    }

    private static StatusRuntimeException failure(LogsServiceBlockingStub client, int calls) {
        ExportLogsServiceRequest request = Telemetry.calls(calls);
        StatusRuntimeException[] failure = new StatusRuntimeException[1];
        assertThatThrownBy(() -> client.export(request))
                .isInstanceOfSatisfying(StatusRuntimeException.class, e -> failure[0] = e);
        return failure[0];
    }

    private LogsServiceBlockingStub logs() {
        return client().build(LogsServiceBlockingStub.class);
    }

    private GrpcClientBuilder client() {
        return client(TOKEN);
    }

    private GrpcClientBuilder client(String token) {
        return GrpcClients.builder(uri()).addHeader("authorization", "Bearer " + token);
    }

    private String uri() {
        return "gproto+"
                + SessionProtocol.H2C.uriText()
                + "://127.0.0.1:"
                + intake.intake.grpcPort();
    }
}
