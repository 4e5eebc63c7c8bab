package io.agentanalytics.contract.alerts;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** Alerts, notifications and commands as JSON: snake case, RFC 3339 times. */
public final class AlertJson {
    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .disable(JsonParser.Feature.ALLOW_SINGLE_QUOTES)
                    .addModule(
                            new SimpleModule()
                                    .addSerializer(Instant.class, ToStringSerializer.instance)
                                    .addDeserializer(Instant.class, new TimeReader()))
                    .build();
    private static final Instant LAST_MOMENT = Instant.parse("9999-12-31T23:59:59Z");
    private static final int ID_CHARS = 128;
    private static final int TEXT_CHARS = 1024;

    private AlertJson() {}

    private static final class TimeReader extends FromStringDeserializer<Instant> {
        private static final long serialVersionUID = 1L;

        TimeReader() {
            super(Instant.class);
        }

        @Override
        protected Instant _deserialize(
                String value, com.fasterxml.jackson.databind.DeserializationContext context)
                throws IOException {
            try {
                return Instant.parse(value);
            } catch (DateTimeException e) {
                throw context.weirdStringException(value, Instant.class, "write RFC 3339");
            }
        }
    }

    public static JsonMapper mapper() {
        return MAPPER;
    }

    /** Any of this package's records as bytes. */
    public static byte[] encode(Object record) {
        try {
            return MAPPER.writeValueAsBytes(record);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    public static Alert alert(byte[] json) throws IOException {
        return MAPPER.readValue(json, Alert.class);
    }

    /**
     * Reads a command.
     *
     * @throws InvalidRuleException naming what is wrong with it
     */
    public static AlertCommand command(byte[] json) throws InvalidRuleException {
        AlertCommand command;
        try {
            command = MAPPER.readValue(json, AlertCommand.class);
        } catch (IOException e) {
            throw new InvalidRuleException("Not a command: " + shortened(e));
        }
        if (command == null) {
            throw new InvalidRuleException("Not a command: null.");
        }
        return checked(command);
    }

    /**
     * The command, if it can be followed.
     *
     * @throws InvalidRuleException naming what is wrong with it
     */
    public static AlertCommand checked(AlertCommand command) throws InvalidRuleException {
        text("id", command.id(), ID_CHARS);
        text("by", command.by(), ID_CHARS);
        if (command.comment() != null && command.comment().length() > TEXT_CHARS) {
            throw new InvalidRuleException(
                    "comment is longer than %d characters.".formatted(TEXT_CHARS));
        }
        if (command.until() != null
                && (command.until().isBefore(Instant.EPOCH)
                        || command.until().isAfter(LAST_MOMENT))) {
            throw new InvalidRuleException("until is not between 1970 and 9999.");
        }
        switch (String.valueOf(command.kind())) {
            case AlertCommand.ACKNOWLEDGE, AlertCommand.UNSILENCE -> {
                return command;
            }
            case AlertCommand.SILENCE -> {
                return silence(command);
            }
            default ->
                    throw new InvalidRuleException(
                            "kind is '%s'; allowed are acknowledge, silence and unsilence."
                                    .formatted(command.kind()));
        }
    }

    private static AlertCommand silence(AlertCommand command) throws InvalidRuleException {
        Map<String, String> match = command.match();
        if (match == null || match.isEmpty()) {
            throw new InvalidRuleException(
                    "match is empty; name at least one label, such as {\"agent_id\": \"...\"}.");
        }
        for (Map.Entry<String, String> label : new TreeMap<>(match).entrySet()) {
            if (!RuleCodec.SILENCE_LABELS.contains(label.getKey())) {
                throw new InvalidRuleException(
                        "match names '%s'; allowed are %s."
                                .formatted(
                                        label.getKey(),
                                        String.join(", ", RuleCodec.SILENCE_LABELS)));
            }
            text("match." + label.getKey(), label.getValue(), ID_CHARS);
        }
        if (command.until() == null) {
            throw new InvalidRuleException("until is missing: when does the silence end?");
        }
        return command;
    }

    private static void text(String field, String value, int most) throws InvalidRuleException {
        if (value == null || value.isBlank() || value.length() > most) {
            throw new InvalidRuleException(
                    "%s is %s; write a text of 1 to %d characters."
                            .formatted(
                                    field,
                                    value == null ? "missing" : "'" + cut(value) + "'",
                                    most));
        }
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw new InvalidRuleException("%s has a control character in it.".formatted(field));
        }
    }

    static String shortened(IOException e) {
        String message = e instanceof JsonProcessingException j ? j.getOriginalMessage() : "";
        return message.isEmpty() ? "it is not JSON of the documented form." : cut(message);
    }

    private static String cut(String text) {
        return text.length() <= 200 ? text : text.substring(0, 200) + "…";
    }

    static JsonNode tree(byte[] json) throws InvalidRuleException {
        try {
            return MAPPER.readTree(json);
        } catch (IOException e) {
            throw new InvalidRuleException("Not a rule: " + shortened(e));
        }
    }
}
