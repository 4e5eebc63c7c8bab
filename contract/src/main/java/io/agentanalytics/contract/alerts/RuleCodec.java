package io.agentanalytics.contract.alerts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentanalytics.contract.InvalidControlException;
import io.agentanalytics.contract.Json;
import io.agentanalytics.contract.Nearest;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * JSON codec for alert rules. Its checks reject typing errors that would otherwise silently disable
 * an alert.
 */
public final class RuleCodec {
    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9_.-]{0,63}");
    private static final double MAX_SECONDS = 604_800;
    private static final List<String> FIELDS =
            List.of(
                    "rule_id",
                    "type",
                    "version",
                    "enabled",
                    "shadow",
                    "severity",
                    AlertType.FOR,
                    AlertType.KEEP,
                    "match",
                    "params",
                    "title");
    static final List<String> SILENCE_LABELS =
            List.of("rule_id", "type", "agent_id", "agent_type", "provider", "severity");

    private RuleCodec() {}

    /** Returns the built-in rules: one per type, under the name of the type. */
    public static Map<String, AlertRule> standard() {
        Map<String, AlertRule> rules = new TreeMap<>();
        for (AlertType type : AlertType.values()) {
            rules.put(type.wireName(), AlertRule.standard(type));
        }
        return rules;
    }

    public static byte[] encode(AlertRule rule) {
        return Json.encode(toJson(rule));
    }

    /** Returns the rule with all its parameters, in the form that the API returns and accepts. */
    public static ObjectNode toJson(AlertRule rule) {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("rule_id", rule.ruleId());
        json.put("type", rule.type().wireName());
        json.put("version", rule.version());
        json.put("enabled", rule.enabled());
        json.put("shadow", rule.shadow());
        json.put("severity", rule.severity().wireName());
        json.put(AlertType.FOR, rule.forSeconds());
        json.put(AlertType.KEEP, rule.keepSeconds());
        ObjectNode match = json.putObject("match");
        new TreeMap<>(rule.match()).forEach(match::put);
        ObjectNode params = json.putObject("params");
        rule.values().forEach((name, v) -> params.set(name, Json.mapper().valueToTree(v)));
        json.put("title", rule.type().title());
        return json;
    }

    public static AlertRule decode(byte[] json) throws InvalidControlException {
        return decode(AlertJson.tree(json));
    }

    /**
     * Reads a rule; omitted fields have the defaults of its type.
     *
     * @throws InvalidControlException if the rule is invalid; the message names the value and the
     *     allowed values
     */
    public static AlertRule decode(JsonNode json) throws InvalidControlException {
        if (!json.isObject()) {
            throw new InvalidControlException(
                    "A rule is an object such as {\"rule_id\": \"cost_spike\"}.");
        }
        known("a rule", json, FIELDS);
        String id = text(json, "rule_id", null);
        if (!ID.matcher(id).matches()) {
            throw new InvalidControlException(
                    "rule_id is '%s'; write 1 to 64 of a-z, 0-9, '_', '.' and '-'."
                            .formatted(cut(id)));
        }
        AlertType type = type(id, text(json, "type", id));
        AlertRule standard = AlertRule.standard(type);
        AlertRule rule = read(json, id, type, standard);
        refuseIgnored(rule, standard);
        return rule;
    }

    private static AlertRule read(JsonNode json, String id, AlertType type, AlertRule standard)
            throws InvalidControlException {
        return AlertRuleBuilder.builder()
                .ruleId(id)
                .type(type)
                .version((long) number(json, "version", 0, 0, 1L << 53))
                .enabled(flag(json, "enabled", true))
                .shadow(flag(json, "shadow", false))
                .severity(severity(text(json, "severity", standard.severity().wireName())))
                .forSeconds(number(json, AlertType.FOR, standard.forSeconds(), 0, MAX_SECONDS))
                .keepSeconds(number(json, AlertType.KEEP, standard.keepSeconds(), 0, MAX_SECONDS))
                .match(match(type, json.path("match")))
                .params(params(type, json.path("params")))
                .sinceMillis(Long.MIN_VALUE)
                .texts(texts(type, json.path("params")))
                .build();
    }

    /** Rejects settings that the type ignores, unless they equal the default. */
    private static void refuseIgnored(AlertRule rule, AlertRule standard)
            throws InvalidControlException {
        AlertType type = rule.type();
        if (!type.waits() && rule.forSeconds() != standard.forSeconds()) {
            throw ignored(type, AlertType.FOR, "it fires as soon as its own numbers are met");
        }
        if (!type.takesSeverity() && rule.severity() != standard.severity()) {
            throw ignored(type, "severity", "each share of the budget has its own");
        }
        if (type == AlertType.COST_THRESHOLD) {
            BudgetPeriod.check(rule);
        }
    }

    private static InvalidControlException ignored(AlertType type, String field, String why) {
        return new InvalidControlException(
                "%s cannot be set for %s: %s. Leave it out."
                        .formatted(field, type.wireName(), why));
    }

    private static AlertType type(String id, String name) throws InvalidControlException {
        AlertType type = AlertType.ofWireName(name);
        AlertType ofId = AlertType.ofWireName(id);
        if (type == null) {
            throw new InvalidControlException(
                    "type is '%s'; allowed are %s."
                            .formatted(
                                    cut(name),
                                    names(Stream.of(AlertType.values()).map(AlertType::wireName))));
        }
        if (ofId != null && ofId != type) {
            throw new InvalidControlException(
                    "rule_id '%s' is the name of a type; a rule of type '%s' needs another."
                            .formatted(id, name));
        }
        return type;
    }

    private static Severity severity(String name) throws InvalidControlException {
        for (Severity severity : Severity.values()) {
            if (severity.wireName().equals(name)) {
                return severity;
            }
        }
        throw new InvalidControlException(
                "severity is '%s'; allowed are info, warning and critical.".formatted(cut(name)));
    }

    private static Map<String, String> match(AlertType type, JsonNode json)
            throws InvalidControlException {
        Map<String, String> match = new HashMap<>();
        if (json.isMissingNode()) {
            return match;
        }
        if (!json.isObject()) {
            throw new InvalidControlException(
                    "match is an object such as {\"provider\": \"openai\"}.");
        }
        matchable(type, json);
        for (Map.Entry<String, JsonNode> label : json.properties()) {
            String value = label.getValue().asText();
            if (!label.getValue().isTextual() || value.isBlank() || value.length() > 128) {
                throw new InvalidControlException(
                        "match.%s is %s; write a text of 1 to 128 characters."
                                .formatted(label.getKey(), cut(label.getValue().toString())));
            }
            match.put(label.getKey(), value);
        }
        return match;
    }

    private static void matchable(AlertType type, JsonNode json) throws InvalidControlException {
        List<String> labels = type.matchLabels();
        for (Map.Entry<String, JsonNode> label : json.properties()) {
            String name = label.getKey();
            if (!labels.contains(name)) {
                throw new InvalidControlException(
                        "%s cannot be limited by match.%s%s; %s."
                                .formatted(
                                        type.wireName(),
                                        cut(name),
                                        name.startsWith("tag") ? " (no rule knows tags)" : "",
                                        labels.isEmpty()
                                                ? "leave match empty, for it is about the whole"
                                                        + " fleet"
                                                : "did you mean '%s'? It can be by %s"
                                                        .formatted(
                                                                Nearest.of(name, labels),
                                                                names(labels.stream()))));
            }
        }
    }

    private static Map<String, String> texts(AlertType type, JsonNode json)
            throws InvalidControlException {
        Map<String, String> texts = new HashMap<>();
        for (AlertText t : type.texts()) {
            JsonNode value = json.path(t.wireName());
            if (value.isMissingNode()) {
                continue;
            }
            if (!value.isTextual()) {
                throw new InvalidControlException(
                        "params.%s is %s; write a text."
                                .formatted(t.wireName(), cut(value.toString())));
            }
            t.check(value.asText());
            if (!value.asText().equals(t.standard())) {
                texts.put(t.wireName(), value.asText());
            }
        }
        return texts;
    }

    private static Map<String, Double> params(AlertType type, JsonNode json)
            throws InvalidControlException {
        Map<String, Double> params = new HashMap<>();
        if (json.isMissingNode()) {
            return params;
        }
        if (!json.isObject()) {
            throw new InvalidControlException("params is an object such as {\"min_samples\": 30}.");
        }
        known(
                "params of " + type.wireName(),
                json,
                Stream.concat(
                                type.parameters().stream().map(AlertParameter::name),
                                type.texts().stream().map(AlertText::wireName))
                        .toList());
        for (AlertParameter p : type.parameters()) {
            double value = number("params.", json, p.name(), p.standard(), p.least(), p.most());
            if (value != p.standard()) {
                params.put(p.name(), value);
            }
        }
        return params;
    }

    private static void known(String what, JsonNode json, List<String> allowed)
            throws InvalidControlException {
        for (Map.Entry<String, JsonNode> field : json.properties()) {
            if (!allowed.contains(field.getKey())) {
                throw new InvalidControlException(
                        "%s has no '%s'; %s."
                                .formatted(
                                        what,
                                        cut(field.getKey()),
                                        allowed.isEmpty()
                                                ? "it has no numbers"
                                                : "did you mean '%s'? It has %s"
                                                        .formatted(
                                                                Nearest.of(field.getKey(), allowed),
                                                                names(allowed.stream()))));
            }
        }
    }

    private static String text(JsonNode json, String field, @Nullable String otherwise)
            throws InvalidControlException {
        JsonNode value = json.path(field);
        if (value.isMissingNode() && otherwise != null) {
            return otherwise;
        }
        if (!value.isTextual()) {
            throw new InvalidControlException(
                    "%s is %s; write a text."
                            .formatted(
                                    field,
                                    value.isMissingNode() ? "missing" : cut(value.toString())));
        }
        return value.asText();
    }

    private static boolean flag(JsonNode json, String field, boolean otherwise)
            throws InvalidControlException {
        JsonNode value = json.path(field);
        if (!value.isMissingNode() && !value.isBoolean()) {
            throw new InvalidControlException(
                    "%s is %s; write true or false.".formatted(field, cut(value.toString())));
        }
        return value.asBoolean(otherwise);
    }

    private static double number(
            JsonNode json, String field, double otherwise, double least, double most)
            throws InvalidControlException {
        return number("", json, field, otherwise, least, most);
    }

    private static double number(
            String prefix, JsonNode json, String field, double otherwise, double least, double most)
            throws InvalidControlException {
        JsonNode value = json.path(field);
        if (value.isMissingNode()) {
            return otherwise;
        }
        double number = value.isNumber() ? value.asDouble() : Double.NaN;
        if (!(number >= least && number <= most)) {
            throw new InvalidControlException(
                    "%s%s is %s; write a number from %s to %s."
                            .formatted(
                                    prefix,
                                    field,
                                    cut(value.toString()),
                                    plain(least),
                                    plain(most)));
        }
        return number;
    }

    static String plain(double number) {
        return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }

    private static String names(Stream<String> names) {
        return names.collect(Collectors.joining(", "));
    }

    static String cut(String text) {
        return text.length() <= 64 ? text : text.substring(0, 64) + "…";
    }
}
