package io.agentanalytics.contract;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Records that one instance of the intake received from one version of a client since the instance
 * started. Records of a compacted topic carry it.
 *
 * @param token name of the token's holder; null if the client sent none
 * @param failures {@code attempts} or {@code calls}; null until a call was received
 * @param signals by name: traces, logs, metrics, hook, litellm or events
 */
@RecordBuilder
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ClientReport(
        String instance,
        String client,
        String version,
        Instant first,
        Instant last,
        @Nullable String token,
        @Nullable String failures,
        Map<String, SignalReport> signals) {

    /**
     * Records of one signal.
     *
     * @param outcomes number of records by outcome: {@code counted}, or the reason for dropping
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record SignalReport(Instant last, Map<String, Long> outcomes) {}

    /** Encodes the report as a record of the topic. */
    public byte[] encode() {
        try {
            return Json.mapper().writeValueAsBytes(this);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /**
     * Decodes a record of the topic.
     *
     * @throws IOException if it is no report, or a field is missing
     */
    public static ClientReport decode(byte[] json) throws IOException {
        ClientReport report = Json.mapper().readValue(json, ClientReport.class);
        boolean complete =
                isThere(report.instance, report.client, report.version)
                        && isThere(report.first, report.last, report.signals)
                        && report.signals.values().stream()
                                .allMatch(s -> isThere(s, s.last, s.outcomes));
        if (!complete) {
            throw new IOException("A field is missing.");
        }
        return report;
    }

    // A record from outside may leave out what the type declares as present.
    private static boolean isThere(@Nullable Object... fields) {
        for (Object field : fields) {
            if (field == null) {
                return false;
            }
        }
        return true;
    }
}
