package io.agentanalytics.contract.alerts;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentanalytics.contract.InvalidControlException;
import io.agentanalytics.contract.Json;
import io.agentanalytics.contract.JsonFields;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** Reads alerts and alert commands from JSON. */
public final class AlertJson {
    private static final Instant LAST_MOMENT = Instant.parse("9999-12-31T23:59:59Z");
    private static final int TEXT_CHARS = 1024;

    private AlertJson() {}

    public static Alert alert(byte[] json) throws IOException {
        return Json.mapper().readValue(json, Alert.class);
    }

    /**
     * Reads a command.
     *
     * @throws InvalidControlException if the command is invalid; the message names the error
     */
    public static AlertCommand command(byte[] json) throws InvalidControlException {
        try {
            JsonNode tree = Json.mapper().readTree(json);
            JsonFields.of(tree, "Not a command: write a JSON object.")
                    .oneOf("kind", "", AlertCommandKind.values());
            return checked(Json.mapper().treeToValue(tree, AlertCommand.class));
        } catch (IOException e) {
            throw new InvalidControlException("Not a command: " + Json.shortened(e));
        }
    }

    /**
     * Validates a command and returns it.
     *
     * @throws InvalidControlException if the command is invalid; the message names the error
     */
    public static AlertCommand checked(AlertCommand command) throws InvalidControlException {
        JsonFields.checkName("id", command.id());
        JsonFields.checkName("by", command.by());
        if (command.comment() != null && command.comment().length() > TEXT_CHARS) {
            throw new InvalidControlException(
                    "comment is longer than %d characters.".formatted(TEXT_CHARS));
        }
        if (command.until() != null
                && (command.until().isBefore(Instant.EPOCH)
                        || command.until().isAfter(LAST_MOMENT))) {
            throw new InvalidControlException("until is not between 1970 and 9999.");
        }
        return command.kind() == AlertCommandKind.SILENCE ? silence(command) : command;
    }

    private static AlertCommand silence(AlertCommand command) throws InvalidControlException {
        Map<String, String> match = command.match();
        if (match == null || match.isEmpty()) {
            throw new InvalidControlException(
                    "match is empty; name at least one label, such as {\"agent_id\": \"...\"}.");
        }
        for (Map.Entry<String, String> label : new TreeMap<>(match).entrySet()) {
            if (!RuleCodec.SILENCE_LABELS.contains(label.getKey())) {
                throw new InvalidControlException(
                        "match names '%s'; allowed are %s."
                                .formatted(
                                        label.getKey(),
                                        String.join(", ", RuleCodec.SILENCE_LABELS)));
            }
            JsonFields.checkName("match." + label.getKey(), label.getValue());
        }
        if (command.until() == null) {
            throw new InvalidControlException(
                    "until is missing; write the end of the silence as RFC 3339.");
        }
        return command;
    }
}
