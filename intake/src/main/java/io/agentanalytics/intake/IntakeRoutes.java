package io.agentanalytics.intake;

import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import io.agentanalytics.sources.Sources;
import io.agentanalytics.sources.TelemetrySignal;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Paths that accept records, with the content types of each. */
final class IntakeRoutes {
    private static final String JSON = "application/json";
    private static final List<String> JSON_LINES =
            List.of(JSON, "application/x-ndjson", "application/ndjson", "application/jsonl");
    private final Map<String, Route> routes = new HashMap<>();

    /**
     * Path that accepts records.
     *
     * @param dialects dialect of each content type, in lower case and without parameters
     * @param fallback dialect that refuses other content types
     */
    record Route(String path, Map<String, Dialect> dialects, Dialect fallback) {
        /** Returns the dialect of a content type; null if it is not accepted. */
        @Nullable Dialect dialect(@Nullable MediaType type) {
            if (type == null || !isUtf8(type)) {
                return null;
            }
            return dialects.get((type.type() + "/" + type.subtype()).toLowerCase(Locale.ROOT));
        }

        private static boolean isUtf8(MediaType type) {
            try {
                Charset charset = type.charset(StandardCharsets.UTF_8);
                return charset.equals(StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                return false; // a charset that this machine does not know
            }
        }
    }

    IntakeRoutes(Sources sources, BudgetGate budgets) {
        otlp(sources, TelemetrySignal.TRACES, "trace.v1.TraceService");
        otlp(sources, TelemetrySignal.LOGS, "logs.v1.LogsService");
        otlp(sources, TelemetrySignal.METRICS, "metrics.v1.MetricsService");
        own(
                "/hooks/claude-code",
                List.of(JSON),
                new HookDialect(
                        (h, hook, from) -> sources.claudeHook(hook, baggage(h), from), budgets));
        own(
                "/hooks/cursor",
                List.of(JSON),
                new HookDialect(
                        (h, hook, from) -> sources.cursorHook(hook, baggage(h), from), budgets));
        own(
                "/litellm",
                JSON_LINES,
                new JsonDialect((h, body, from) -> sources.liteLlm(body, from)));
        own("/events", JSON_LINES, new JsonDialect((h, body, from) -> sources.events(body, from)));
    }

    private static String baggage(RequestHeaders headers) {
        return headers.get("baggage", "");
    }

    private void otlp(Sources sources, TelemetrySignal signal, String service) {
        Dialect json = new OtlpHttp(sources, signal, true);
        Dialect protobuf = new OtlpHttp(sources, signal, false);
        String path = "/v1/" + signal.wireName();
        Map<String, Dialect> http = Map.of(JSON, json, "application/x-protobuf", protobuf);
        routes.put(path, new Route(path, http, json));

        Dialect call = new OtlpGrpc(sources, signal);
        String method = "/opentelemetry.proto.collector." + service + "/Export";
        Map<String, Dialect> grpc =
                Map.of("application/grpc", call, "application/grpc+proto", call);
        routes.put(method, new Route(method, grpc, call));
    }

    private void own(String path, List<String> types, Dialect dialect) {
        Map<String, Dialect> dialects = new HashMap<>();
        types.forEach(type -> dialects.put(type, dialect));
        routes.put(path, new Route(path, dialects, dialect));
    }

    /** Returns the route of a path; null if there is none. */
    @Nullable Route at(String path) {
        return routes.get(path);
    }
}
