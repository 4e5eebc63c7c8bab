package io.agentanalytics.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * Recorded telemetry of real clients, with the bill of the provider they called. The times are
 * shifted to a recent hour: the job refuses events that are older than its retention.
 */
final class RecordedClients {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path ROOT =
            Path.of(
                    System.getProperty(
                            "agent-analytics.recordings",
                            "../sources/src/test/resources/recordings"));
    private static final Instant RECORDED = Instant.parse("2026-11-25T20:00:00Z");
    private static final Pattern BODY =
            Pattern.compile("\\d+-(traces|logs|metrics|other)\\.(pb|json)(\\.gz)?");
    private static final Pattern JSON_TIME =
            Pattern.compile("(imeUnixNano\"\\s*:\\s*\"?)(\\d{19})");

    /** Recorded request body. */
    record Body(String path, String type, byte[] bytes) {}

    private RecordedClients() {}

    /** Returns the bodies of each recording, in the order in which they came. */
    static List<List<Body>> bodies(Instant now) throws IOException {
        long shift = Duration.between(RECORDED, now).toNanos();
        List<List<Body>> all = new ArrayList<>();
        for (Path recording : recordings()) {
            List<Body> bodies = new ArrayList<>();
            for (Path file : files(recording)) {
                bodies.add(body(file, shift));
            }
            all.add(bodies);
        }
        return all;
    }

    private static List<Path> recordings() throws IOException {
        try (Stream<Path> folders = Files.list(ROOT)) {
            return folders.filter(f -> Files.exists(f.resolve("expected.json"))).sorted().toList();
        }
    }

    private static List<Path> files(Path recording) throws IOException {
        try (Stream<Path> files = Files.list(recording)) {
            return files.filter(f -> BODY.matcher(f.getFileName().toString()).matches())
                    .sorted()
                    .toList();
        }
    }

    private static Body body(Path file, long shift) throws IOException {
        Matcher name = BODY.matcher(file.getFileName().toString());
        if (!name.matches()) {
            throw new IllegalArgumentException(file.toString());
        }
        byte[] bytes = Files.readAllBytes(file);
        if (name.group(3) != null) {
            bytes = new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes();
        }
        String signal = name.group(1);
        String path = signal.equals("other") ? "/hooks/claude-code" : "/v1/" + signal;
        return name.group(2).equals("json")
                ? new Body(path, "application/json", shiftedJson(bytes, shift))
                : new Body(path, "application/x-protobuf", shifted(signal, bytes, shift));
    }

    private static byte[] shiftedJson(byte[] body, long shift) {
        String text = new String(body, StandardCharsets.UTF_8);
        return JSON_TIME
                .matcher(text)
                .replaceAll(time -> time.group(1) + (nanos(time) + shift))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static long nanos(MatchResult time) {
        return Long.parseLong(time.group(2));
    }

    private static byte[] shifted(String signal, byte[] body, long shift) throws IOException {
        Message.Builder request =
                switch (signal) {
                    case "traces" -> ExportTraceServiceRequest.newBuilder();
                    case "logs" -> ExportLogsServiceRequest.newBuilder();
                    default -> ExportMetricsServiceRequest.newBuilder();
                };
        request.mergeFrom(body);
        shift(request, shift);
        return request.build().toByteArray();
    }

    private static void shift(Message.Builder message, long shift) {
        for (FieldDescriptor field : List.copyOf(message.getAllFields().keySet())) {
            if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                if (field.isRepeated()) {
                    for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
                        shift(message.getRepeatedFieldBuilder(field, i), shift);
                    }
                } else {
                    shift(message.getFieldBuilder(field), shift);
                }
            } else if (field.getName().endsWith("time_unix_nano")
                    && (long) message.getField(field) > 0) {
                message.setField(field, (long) message.getField(field) + shift);
            }
        }
    }

    /** Returns the sums of all recordings that a product must show, by column of the windows. */
    static Map<String, BigDecimal> expected() throws IOException {
        Map<String, BigDecimal> sums = new TreeMap<>();
        for (Path recording : recordings()) {
            JsonNode shown =
                    JSON.readTree(recording.resolve("expected.json").toFile())
                            .get("a_product_must_show");
            if (!shown.isObject()) {
                continue; // the client sends nothing
            }
            add(sums, "requests", shown.get("calls"));
            shown.get("failures").forEach(count -> add(sums, "requests_failed", count));
            for (String kind :
                    List.of("input", "cached_input", "cache_write", "output", "reasoning")) {
                add(sums, "request_" + kind + "_tokens", shown.get(kind + "_tokens"));
            }
            add(sums, "request_cost_reported", shown.get("cost_usd_reported"));
            add(sums, "tasks_succeeded", shown.get("tasks_completed"));
            add(sums, "tasks_failed", shown.get("tasks_failed"));
            add(sums, "tasks_cancelled", shown.get("tasks_cancelled"));
        }
        return sums;
    }

    private static void add(Map<String, BigDecimal> sums, String column, JsonNode value) {
        sums.merge(
                column,
                value.isNumber() ? value.decimalValue() : BigDecimal.ZERO,
                (a, b) -> a.add(b).stripTrailingZeros());
    }
}
