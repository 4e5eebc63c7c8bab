package io.agentanalytics.intake;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import io.agentanalytics.intake.delivery.Delivery;
import java.util.Set;

/** Pages about the intake itself: {@code /health}, {@code /ready} and {@code /metrics}. */
final class StatusPages {
    static final Set<String> PATHS = Set.of("/health", "/ready", "/metrics");
    private static final MediaType PROMETHEUS =
            MediaType.parse("text/plain; version=0.0.4; charset=utf-8");
    private final IntakeGuard guard;
    private final Delivery delivery;
    private final IntakeMetrics metrics;

    StatusPages(IntakeGuard guard, Delivery delivery, IntakeMetrics metrics) {
        this.guard = guard;
        this.delivery = delivery;
        this.metrics = metrics;
    }

    /**
     * @throws Refusal if the method is not GET or HEAD, or if the host or the token is not accepted
     */
    HttpResponse page(RequestHeaders headers, String path) throws Refusal {
        guard.checkReader(headers);
        if (headers.method() != HttpMethod.GET && headers.method() != HttpMethod.HEAD) {
            throw Refusal.badMethod(headers.method(), path, HttpMethod.GET);
        }
        return switch (path) {
            case "/metrics" -> {
                guard.holder(headers);
                yield HttpResponse.of(HttpStatus.OK, PROMETHEUS, metrics.scrape());
            }
            case "/ready" -> ready();
            default -> HttpResponse.of(HttpStatus.OK, MediaType.JSON, "{\"status\":\"up\"}");
        };
    }

    private HttpResponse ready() throws Refusal {
        if (!delivery.isReady()) {
            throw Refusal.spoolFull();
        }
        String kafka = delivery.isDirect() ? "direct" : "spooled";
        return HttpResponse.of(
                HttpStatus.OK,
                MediaType.JSON,
                "{\"status\":\"ready\",\"kafka\":\"" + kafka + "\"}");
    }
}
