package io.agentanalytics.local.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentanalytics.contract.ClientNames;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Findings about the clients of the intake, from the answer of the API. */
final class ClientFindings {
    private static final String CHECK = "clients";
    private static final Duration SILENT = Duration.ofDays(1);

    /** A client that is silent for longer is taken as one that is no longer used. */
    private static final Duration GONE = Duration.ofDays(7);

    private ClientFindings() {}

    static List<Finding> of(JsonNode answer, Instant now) {
        List<Finding> findings = new ArrayList<>();
        if (!answer.path("complete").asBoolean()) {
            findings.add(
                    Finding.warning(
                            CHECK,
                            "the API cannot read the topic clients",
                            "start Kafka, and run agent-analytics topics"));
        } else if (answer.path("clients").isEmpty()) {
            // Not a warning: events may be published to Kafka by other means.
            findings.add(
                    new Finding(
                            Finding.Grade.OK,
                            CHECK,
                            "none has ever sent to the intake",
                            "agent-analytics connect CLIENT shows what to set"));
        }
        newest(answer).forEach((client, last) -> silent(findings, client, last, now));
        for (JsonNode client : answer.path("clients")) {
            dropped(findings, client);
        }
        doubled(findings, answer);
        if (findings.isEmpty()) {
            findings.add(
                    Finding.ok(CHECK, newest(answer).size() + " send, and their records count"));
        }
        return findings;
    }

    /** Returns the time of the last record by client; old versions are silent after an update. */
    private static Map<String, Instant> newest(JsonNode answer) {
        Map<String, Instant> newest = new LinkedHashMap<>();
        for (JsonNode client : answer.path("clients")) {
            newest.merge(
                    client.path("client").asText(),
                    Instant.parse(client.path("last").asText()),
                    (a, b) -> a.isAfter(b) ? a : b);
        }
        return newest;
    }

    private static void silent(List<Finding> findings, String client, Instant last, Instant now) {
        Duration age = Duration.between(last, now);
        if (age.compareTo(SILENT) > 0 && age.compareTo(GONE) < 0) {
            findings.add(
                    Finding.warning(
                            CHECK,
                            "%s has sent nothing for %d h".formatted(client, age.toHours()),
                            "if it still runs, try agent-analytics connect CLIENT --check"));
        }
    }

    private static void dropped(List<Finding> findings, JsonNode client) {
        if (client.path("counted").asLong() > 0 || client.path("received").asLong() == 0) {
            return;
        }
        List<String> reasons = new ArrayList<>();
        client.path("dropped").fieldNames().forEachRemaining(r -> reasons.add(r.replace('_', ' ')));
        List<String> settings = client.path("missing").findValuesAsText("setting");
        findings.add(
                Finding.warning(
                        CHECK,
                        "no record of %s %s counts: %s"
                                .formatted(
                                        client.path("client").asText(),
                                        client.path("version").asText(),
                                        String.join(", ", reasons)),
                        settings.isEmpty()
                                ? "the topic dead-letters has the names of what was rejected"
                                : "set " + String.join("; ", settings)));
    }

    private static void doubled(List<Finding> findings, JsonNode answer) {
        for (JsonNode client : answer.path("clients")) {
            String hint = client.path("hint").asText("");
            if (client.path("client").asText().equals(ClientNames.LITELLM) && !hint.isEmpty()) {
                findings.add(Finding.warning(CHECK, hint, "see the view Clients"));
                return;
            }
        }
    }
}
