package io.agentanalytics.contract.alerts;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentanalytics.contract.InvalidControlException;
import io.agentanalytics.contract.Json;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** Reads alerts and alert commands from JSON. */
public final class AlertJson {
    private static final Instant LAST_MOMENT = Instant.parse("9999-12-31T23:59:59Z");
    private static final int ID_CHARS = 128;
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
            if (!tree.isObject()) {
                throw new InvalidControlException("Not a command: write a JSON object.");
            }
            checkKind(tree.path("kind").asText());
            return checked(Json.mapper().treeToValue(tree, AlertCommand.class));
        } catch (IOException e) {
            throw new InvalidControlException("Not a command: " + Json.shortened(e));
        }
    }

    private static void checkKind(String kind) throws InvalidControlException {
        if (Arrays.stream(AlertCommandKind.values()).noneMatch(k -> k.wireName().equals(kind))) {
            throw new InvalidControlException(
                    "kind is '%s'; allowed are acknowledge, silence and unsilence."
                            .formatted(Json.cut(kind)));
        }
    }

    /**
     * Validates a command and returns it.
     *
     * @throws InvalidControlException if the command is invalid; the message names the error
     */
    public static AlertCommand checked(AlertCommand command) throws InvalidControlException {
        text("id", command.id(), ID_CHARS);
        text("by", command.by(), ID_CHARS);
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
            text("match." + label.getKey(), label.getValue(), ID_CHARS);
        }
        if (command.until() == null) {
            throw new InvalidControlException("until is missing: when does the silence end?");
        }
        return command;
    }

    private static void text(String field, String value, int most) throws InvalidControlException {
        if (value == null || value.isBlank() || value.length() > most) {
            throw new InvalidControlException(
                    "%s is %s; write a text of 1 to %d characters."
                            .formatted(
                                    field,
                                    value == null ? "missing" : "'" + Json.cut(value) + "'",
                                    most));
        }
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw new InvalidControlException("%s has a control character in it.".formatted(field));
        }
    }

    static JsonNode tree(byte[] json) throws InvalidControlException {
        try {
            return Json.mapper().readTree(json);
        } catch (IOException e) {
            throw new InvalidControlException("Not a rule: " + Json.shortened(e));
        }
    }
}
