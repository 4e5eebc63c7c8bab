package io.agentanalytics.intake.delivery;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.agentanalytics.sources.ClientKey;
import io.agentanalytics.sources.TelemetrySignal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** Records of one client since the start of this intake: counts by signal and outcome. */
final class ClientReport {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int MAX_OUTCOMES = 50;
    private final ClientKey key;
    private final Instant first;
    private final Map<TelemetrySignal, Received> signals = new EnumMap<>(TelemetrySignal.class);
    private Instant last;
    private String token = "";
    private String failures = "";

    private static final class Received {
        private Instant last = Instant.EPOCH;
        private final Map<String, Long> outcomes = new TreeMap<>();
    }

    ClientReport(ClientKey key, Instant first) {
        this.key = key;
        this.first = first;
        this.last = first;
    }

    /**
     * @param tokenName holder of the token of the request; empty for none
     */
    void add(TelemetrySignal signal, String outcome, long records, String tokenName, Instant now) {
        Received received = signals.computeIfAbsent(signal, s -> new Received());
        boolean isListed =
                received.outcomes.containsKey(outcome) || received.outcomes.size() < MAX_OUTCOMES;
        received.outcomes.merge(isListed ? outcome : "other", records, Long::sum);
        received.last = now;
        last = now;
        token = tokenName;
    }

    /**
     * @param of {@code attempts} or {@code calls}
     */
    void countsFailures(String of) {
        failures = of;
    }

    byte[] json(String instance) {
        var out = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("instance", instance);
            json.writeStringField("client", key.client());
            json.writeStringField("version", key.version());
            json.writeStringField("first", first.toString());
            json.writeStringField("last", last.toString());
            if (!token.isEmpty()) {
                json.writeStringField("token", token);
            }
            if (!failures.isEmpty()) {
                json.writeStringField("failures", failures);
            }
            json.writeObjectFieldStart("signals");
            for (Map.Entry<TelemetrySignal, Received> signal : signals.entrySet()) {
                write(json, signal.getKey(), signal.getValue());
            }
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }

    private static void write(JsonGenerator json, TelemetrySignal signal, Received received)
            throws IOException {
        json.writeObjectFieldStart(signal.wireName());
        json.writeStringField("last", received.last.toString());
        json.writeObjectFieldStart("outcomes");
        for (Map.Entry<String, Long> outcome : received.outcomes.entrySet()) {
            json.writeNumberField(outcome.getKey(), outcome.getValue());
        }
        json.writeEndObject();
        json.writeEndObject();
    }
}
