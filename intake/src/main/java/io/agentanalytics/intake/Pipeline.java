package io.agentanalytics.intake;

import com.linecorp.armeria.common.RequestHeaders;
import io.agentanalytics.intake.BodyReader.Body;
import io.agentanalytics.intake.IntakeTokens.Holder;
import io.agentanalytics.intake.delivery.ClientReporter;
import io.agentanalytics.intake.delivery.Delivery;
import io.agentanalytics.sources.MalformedBodyException;
import io.agentanalytics.sources.Mapped;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Processes received bodies: decompresses, maps, delivers and counts them. */
final class Pipeline {
    private final Lanes lanes;
    private final Delivery delivery;
    private final ClientReporter reports;
    private final IntakeMetrics metrics;
    private final int maxBytes;

    /** Received body, with the dialect that reads it. */
    record ReceivedBody(Dialect dialect, RequestHeaders headers, Holder holder, Body body) {}

    Pipeline(
            Lanes lanes,
            Delivery delivery,
            ClientReporter reports,
            IntakeMetrics metrics,
            int maxBytes) {
        this.lanes = lanes;
        this.delivery = delivery;
        this.reports = reports;
        this.metrics = metrics;
        this.maxBytes = maxBytes;
    }

    /** Returns the limit of a body, before and after decompression. */
    int maxBytes() {
        return maxBytes;
    }

    /** Returns the contents of the body, once no crash can lose its records. */
    CompletableFuture<Mapped> process(ReceivedBody request) {
        return start(request).whenComplete((mapped, e) -> request.body().close());
    }

    private CompletableFuture<Mapped> start(ReceivedBody request) {
        Lanes.BodyWork<Mapped> large = () -> deliver(request, map(request, maxBytes));
        if (request.body().length() > BodyMemory.SMALL_BYTES) {
            return lanes.large(large);
        }
        int smallBytes = Math.min(maxBytes, BodyMemory.SMALL_BYTES);
        // A body that is small only in compressed form is processed again in the other lane.
        return lanes.small(() -> deliver(request, map(request, smallBytes)))
                .exceptionallyCompose(
                        e ->
                                isTooLarge(e) && smallBytes < maxBytes
                                        ? lanes.large(large)
                                        : CompletableFuture.failedFuture(e));
    }

    private static boolean isTooLarge(Throwable e) {
        Throwable cause = e instanceof CompletionException ? e.getCause() : e;
        return cause instanceof Refusal refusal && refusal.status() == 413;
    }

    private static Mapped map(ReceivedBody request, int maxBytes)
            throws Refusal, MalformedBodyException {
        byte[] message = request.dialect().message(request.headers(), request.body(), maxBytes);
        return request.dialect().map(request.headers(), message, request.holder().caller());
    }

    private CompletableFuture<Mapped> deliver(ReceivedBody request, Mapped mapped) {
        request.holder().spend(mapped.received());
        long start = System.nanoTime();
        return delivery.write(mapped.records())
                .thenApply(
                        confirmed -> {
                            metrics.delivered(Duration.ofNanos(System.nanoTime() - start));
                            metrics.received(mapped);
                            reports.add(mapped, request.holder().caller().name());
                            return mapped;
                        });
    }
}
