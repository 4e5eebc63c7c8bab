package io.agentanalytics.contract;

import static io.agentanalytics.contract.RejectCode.*;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Set;

/** Reads and validates the value of one field. */
record FieldReader(String field, JsonParser json, Set<EventNote> notes) {
    private static final int ID_CHARS = 128;
    private static final int MESSAGE_CHARS = 1024;
    private static final BigDecimal MAX_COST = BigDecimal.valueOf(10_000);
    private static final BigDecimal MAX_WHOLE = BigDecimal.valueOf(Long.MAX_VALUE);

    String id() throws IOException, InvalidEventException {
        return EventText.identifier(field, text(), ID_CHARS);
    }

    String tag() throws IOException, InvalidEventException {
        return redacted(EventText.tag(field, text()));
    }

    /**
     * Reads an error message. Line breaks are replaced and long messages are truncated rather than
     * rejected.
     */
    String message() throws IOException, InvalidEventException {
        String raw = text().replace('\n', ' ').replace('\r', ' ').replace('\t', ' ');
        String message = redacted(EventText.checked(field, raw, Integer.MAX_VALUE, TOO_LONG));
        if (message.length() <= MESSAGE_CHARS) {
            return message;
        }
        notes.add(EventNote.TRUNCATED);
        int end = MESSAGE_CHARS - 1;
        return message.substring(
                        0, Character.isHighSurrogate(message.charAt(end - 1)) ? end - 1 : end)
                + "…";
    }

    private String redacted(String text) {
        String clean = Redaction.redact(text);
        if (!clean.equals(text)) {
            notes.add(EventNote.REDACTED);
        }
        return clean;
    }

    boolean isBlank() throws IOException {
        return json.currentToken() == JsonToken.VALUE_STRING && json.getText().isBlank();
    }

    EventType type() throws IOException, InvalidEventException {
        String name = text();
        EventType type = EventType.ofWireName(name);
        if (type == null) {
            throw new InvalidEventException(
                    UNKNOWN_TYPE, "type '%s' is unknown.".formatted(shortened(name)));
        }
        return type;
    }

    long time() throws IOException, InvalidEventException {
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw new InvalidEventException(
                    BAD_TIME,
                    "%s %s is not RFC 3339; write seconds since 1970 as 2026-11-22T14:02:10Z."
                            .formatted(field, shortened(json.getText())));
        }
        String text = json.getText();
        long usual = UtcTime.parse(text);
        if (usual != UtcTime.OTHER) {
            return usual;
        }
        try {
            OffsetDateTime time = OffsetDateTime.parse(text);
            if (time.getYear() >= 2000 && time.getYear() <= 9999) {
                return time.toInstant().toEpochMilli();
            }
        } catch (DateTimeException e) {
            // Falls through to the common error for invalid times.
        }
        throw new InvalidEventException(
                BAD_TIME,
                "%s '%s' is not RFC 3339 between 2000 and 9999, such as 2026-11-22T14:02:10Z."
                        .formatted(field, shortened(text)));
    }

    void version() throws IOException, InvalidEventException {
        long version = number();
        if (version < 1 || version > TaskEvent.SCHEMA_VERSION) {
            throw new InvalidEventException(
                    UNSUPPORTED_VERSION,
                    "schema_version %d is not known here; %d is the newest."
                            .formatted(version, TaskEvent.SCHEMA_VERSION));
        }
    }

    long number() throws IOException, InvalidEventException {
        long value =
                switch (json.currentToken()) {
                    case VALUE_NUMBER_INT -> json.getLongValue();
                    case VALUE_NUMBER_FLOAT -> wholeNumber();
                    default -> throw wrongType("an integer");
                };
        if (value < 0) {
            throw new InvalidEventException(
                    OUT_OF_RANGE, "%s is %d, it cannot be negative.".formatted(field, value));
        }
        return value;
    }

    /** Accepts {@code 1200.0} and {@code 1.2e3} as integers, as JSON Schema does. */
    private long wholeNumber() throws IOException, InvalidEventException {
        BigDecimal value = decimal(json.getText());
        if (value.stripTrailingZeros().scale() > 0) {
            throw wrongType("an integer");
        }
        if (value.abs().compareTo(MAX_WHOLE) > 0) {
            throw new InvalidEventException(
                    NUMBER_OUT_OF_RANGE, "%s is %s.".formatted(field, shortened(json.getText())));
        }
        return value.longValueExact();
    }

    int smallNumber() throws IOException, InvalidEventException {
        return (int) Math.min(number(), Integer.MAX_VALUE);
    }

    boolean bool() throws IOException, InvalidEventException {
        if (!json.currentToken().isBoolean()) {
            throw wrongType("true or false");
        }
        return json.getBooleanValue();
    }

    long nanoDollars() throws IOException, InvalidEventException {
        if (!json.currentToken().isNumeric()) {
            throw wrongType("a number");
        }
        BigDecimal usd = decimal(json.getText());
        if (usd.signum() < 0 || usd.compareTo(MAX_COST) > 0) {
            throw new InvalidEventException(
                    OUT_OF_RANGE,
                    "cost_usd is %s; it must be between 0 and 10000."
                            .formatted(shortened(json.getText())));
        }
        BigDecimal nanos = usd.movePointRight(9).setScale(0, RoundingMode.HALF_EVEN);
        if (nanos.compareTo(usd.movePointRight(9)) != 0) {
            notes.add(EventNote.ROUNDED);
        }
        return nanos.longValueExact();
    }

    /**
     * Parses a decimal. Rejects huge exponents, which would make later arithmetic arbitrarily slow.
     */
    private BigDecimal decimal(String text) throws InvalidEventException {
        BigDecimal value;
        try {
            value = new BigDecimal(text);
        } catch (NumberFormatException e) {
            value = null;
        }
        if (value == null || value.precision() - (long) value.scale() > 30 || value.scale() > 400) {
            throw new InvalidEventException(
                    NUMBER_OUT_OF_RANGE, "%s is %s.".formatted(field, shortened(text)));
        }
        return value;
    }

    private String text() throws IOException, InvalidEventException {
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw wrongType("a text");
        }
        return json.getText();
    }

    private InvalidEventException wrongType(String wanted) throws IOException {
        return new InvalidEventException(
                WRONG_TYPE,
                "%s is %s, not %s.".formatted(field, shortened(json.getText()), wanted));
    }

    private static String shortened(String text) {
        return TextFormat.shortened(text, 40);
    }
}
