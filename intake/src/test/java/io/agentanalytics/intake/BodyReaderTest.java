package io.agentanalytics.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BodyReaderTest {
    private static final int SMALL_POOL = 64 << 10;
    private final BodyMemory memory = new BodyMemory(4L * SMALL_POOL, System::nanoTime);

    @Test
    void aBodyOfOnePart_waitsForMemory_andArrivesWhole() throws Exception {
        BodyMemory.Lease other = memory.lease(() -> {});
        assertThat(other.growTo(SMALL_POOL)).isTrue();
        other.keep(); // is being processed, so it cannot be evicted
        var ended = new AtomicInteger();
        HttpRequest request =
                HttpRequest.of(
                        HttpMethod.POST, "/v1/logs", MediaType.PROTOBUF, HttpData.ofUtf8("body"));
        request.whenComplete().thenRun(ended::incrementAndGet);
        CompletableFuture<BodyReader.Body> received =
                BodyReader.read(ServiceRequestContext.of(request), request, memory, 1 << 20);
        await().atMost(Duration.ofMinutes(1)).until(() -> ended.get() > 0);
        assertThat(received).isNotDone();

        other.close();

        try (BodyReader.Body body = received.get(1, TimeUnit.MINUTES)) {
            assertThat(new String(body.bytes(), 0, body.length(), StandardCharsets.UTF_8))
                    .isEqualTo("body");
        }
        assertThat(memory.free()).isEqualTo(4L * SMALL_POOL);
    }
}
