package io.agentanalytics.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads and validates the fields of a JSON or YAML object. Readers return null for an absent field;
 * a field that is {@code null} is an error, since a forgotten value must not become a default.
 * Messages name the field, its value and the remedy.
 *
 * @param path prefix of field names in messages, such as {@code params.}
 */
public record JsonFields(JsonNode json, String path) {
    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9_.-]{0,63}");
    private static final int NAME_CHARS = 128;
    private static final String A_NAME =
            "a text of 1 to %d printable characters".formatted(NAME_CHARS);
    private static final int MAX_NAMES = 100;

    /**
     * Returns the fields of an object.
     *
     * @throws InvalidControlException with the given message if it is not an object
     */
    public static JsonFields of(JsonNode json, String message) throws InvalidControlException {
        if (!json.isObject()) {
            throw new InvalidControlException(message);
        }
        return new JsonFields(json, "");
    }

    /**
     * Rejects fields with other names, and suggests the nearest one.
     *
     * @param unknown start of the message, such as {@code A rule has no}
     */
    public JsonFields only(String unknown, Collection<String> allowed)
            throws InvalidControlException {
        for (String field : keys()) {
            if (!allowed.contains(field)) {
                throw new InvalidControlException(
                        "%s '%s'; %s."
                                .formatted(unknown, Json.cut(field), suggestion(field, allowed)));
            }
        }
        return this;
    }

    /** Describes which names are allowed, the nearest one first. */
    public static String suggestion(String name, Collection<String> allowed) {
        return allowed.isEmpty()
                ? "leave it out"
                : "did you mean '%s'? Allowed are %s"
                        .formatted(Nearest.of(name, allowed), String.join(", ", allowed));
    }

    /** Returns the names of the fields. */
    public List<String> keys() {
        return json.properties().stream().map(Map.Entry::getKey).toList();
    }

    public @Nullable String text(String field) throws InvalidControlException {
        JsonNode value = json.path(field);
        check(field, value.isTextual(), "a text");
        return value.textValue();
    }

    public String text(String field, String otherwise) throws InvalidControlException {
        return Objects.requireNonNullElse(text(field), otherwise);
    }

    /** Reads a text that must not be absent. */
    public String required(String field, String remedy) throws InvalidControlException {
        String text = text(field);
        if (text == null) {
            throw new InvalidControlException(
                    "%s%s is missing; %s.".formatted(path, field, remedy));
        }
        return text;
    }

    /** Reads a text that is not blank and has at most 128 characters, none of them a control. */
    public @Nullable String name(String field) throws InvalidControlException {
        JsonNode value = json.path(field);
        check(field, isName(value), A_NAME);
        return value.textValue();
    }

    public @Nullable List<String> names(String field) throws InvalidControlException {
        JsonNode value = json.path(field);
        List<String> names = new ArrayList<>();
        value.forEach(name -> names.add(isName(name) ? name.textValue() : ""));
        boolean good = value.isArray() && names.size() <= MAX_NAMES && !names.contains("");
        check(field, good, "a list of at most %d names".formatted(MAX_NAMES));
        return value.isMissingNode() ? null : names;
    }

    private static boolean isName(JsonNode value) {
        return value.isTextual() && isName(value.textValue());
    }

    private static boolean isName(@Nullable String text) {
        return text != null
                && !text.isBlank()
                && text.length() <= NAME_CHARS
                && text.chars().noneMatch(Character::isISOControl);
    }

    /** Validates a name that was read elsewhere, as {@link #name} does. */
    public static void checkName(String field, @Nullable String text)
            throws InvalidControlException {
        if (!isName(text)) {
            throw new InvalidControlException(
                    "%s is %s; write %s."
                            .formatted(
                                    field,
                                    text == null ? "missing" : "'" + Json.cut(text) + "'",
                                    A_NAME));
        }
    }

    /**
     * Returns the id of a control, if it is valid.
     *
     * @throws InvalidControlException if it is not
     */
    public static String checkedId(String field, String id) throws InvalidControlException {
        if (!ID.matcher(id).matches()) {
            throw new InvalidControlException(
                    "%s is '%s'; write 1 to 64 of a-z, 0-9, '_', '.' and '-'."
                            .formatted(field, Json.cut(id)));
        }
        return id;
    }

    /** Reads a constant by its name in lower case; an absent field has the name given. */
    public <E extends Enum<E>> E oneOf(String field, String otherwise, E[] allowed)
            throws InvalidControlException {
        String name = text(field, otherwise);
        for (E constant : allowed) {
            if (lower(constant).equals(name)) {
                return constant;
            }
        }
        String names =
                Arrays.stream(allowed).map(JsonFields::lower).collect(Collectors.joining(", "));
        throw new InvalidControlException(
                "%s%s is '%s'; allowed are %s.".formatted(path, field, Json.cut(name), names));
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    public boolean flag(String field, boolean otherwise) throws InvalidControlException {
        check(field, json.path(field).isBoolean(), "true or false");
        return json.path(field).asBoolean(otherwise);
    }

    public double number(String field, double otherwise, double least, double most)
            throws InvalidControlException {
        return Objects.requireNonNullElse(number(field, least, most), otherwise);
    }

    public @Nullable Double number(String field, double least, double most)
            throws InvalidControlException {
        JsonNode value = json.path(field);
        double number = value.doubleValue();
        check(
                field,
                value.isNumber() && number >= least && number <= most,
                "a number from %s to %s".formatted(plain(least), plain(most)));
        return value.isMissingNode() ? null : number;
    }

    /** Reads an object; its fields are named after this one in messages. */
    public @Nullable JsonFields object(String field, String example)
            throws InvalidControlException {
        JsonNode value = json.path(field);
        check(
                field,
                value.isObject() && value.size() <= MAX_NAMES,
                "an object of at most %d fields, such as %s".formatted(MAX_NAMES, example));
        return value.isMissingNode() ? null : new JsonFields(value, path + field + ".");
    }

    private void check(String field, boolean good, String wanted) throws InvalidControlException {
        if (!good && json.has(field)) {
            throw new InvalidControlException(
                    "%s%s is %s; write %s."
                            .formatted(path, field, Json.cut(json.get(field).toString()), wanted));
        }
    }

    /** Formats a number without an exponent and without trailing zeros. */
    public static String plain(double number) {
        return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }
}
