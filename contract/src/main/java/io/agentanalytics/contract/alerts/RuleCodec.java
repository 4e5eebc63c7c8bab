package io.agentanalytics.contract.alerts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentanalytics.contract.InvalidControlException;
import io.agentanalytics.contract.Json;
import io.agentanalytics.contract.JsonFields;
import io.agentanalytics.contract.Nearest;
import io.agentanalytics.contract.Providers;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * JSON codec for alert rules. Its checks reject typing errors that would otherwise silently disable
 * an alert.
 */
public final class RuleCodec {
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
                    "enforce",
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
        if (RuleFields.enforces(rule.type())) {
            json.put("enforce", rule.enforce());
        }
        json.put("title", rule.type().title());
        return json;
    }

    public static AlertRule decode(byte[] json) throws InvalidControlException {
        try {
            return decode(Json.mapper().readTree(json));
        } catch (IOException e) {
            throw new InvalidControlException("Not a rule: " + Json.shortened(e));
        }
    }

    /**
     * Reads a rule; omitted fields have the defaults of its type.
     *
     * @throws InvalidControlException if the rule is invalid; the message names the value and the
     *     allowed values
     */
    public static AlertRule decode(JsonNode json) throws InvalidControlException {
        JsonFields fields =
                JsonFields.of(json, "A rule is an object such as {\"rule_id\": \"cost_spike\"}.")
                        .only("A rule has no", FIELDS);
        String id = JsonFields.checkedId("rule_id", fields.required("rule_id", "write a text"));
        AlertType type = type(id, fields);
        AlertRule standard = AlertRule.standard(type);
        AlertRule rule = read(fields, id, type, standard);
        refuseIgnored(rule, standard);
        return rule;
    }

    private static AlertRule read(JsonFields fields, String id, AlertType type, AlertRule standard)
            throws InvalidControlException {
        JsonFields params = fields.object("params", "{\"min_samples\": 30}");
        JsonFields match = fields.object("match", "{\"provider\": \"openai\"}");
        String severity = standard.severity().wireName();
        return AlertRuleBuilder.builder()
                .ruleId(id)
                .type(type)
                .version((long) fields.number("version", 0, 0, 1L << 53))
                .enabled(fields.flag("enabled", true))
                .shadow(fields.flag("shadow", false))
                .severity(fields.oneOf("severity", severity, Severity.values()))
                .forSeconds(fields.number(AlertType.FOR, standard.forSeconds(), 0, MAX_SECONDS))
                .keepSeconds(fields.number(AlertType.KEEP, standard.keepSeconds(), 0, MAX_SECONDS))
                .match(match == null ? Map.of() : match(type, match))
                .params(params == null ? Map.of() : params(type, params))
                .sinceMillis(Long.MIN_VALUE)
                .texts(params == null ? Map.of() : texts(type, params))
                .enforce(fields.flag("enforce", false))
                .build();
    }

    /** Rejects settings that the type ignores, unless they equal the default. */
    private static void refuseIgnored(AlertRule rule, AlertRule standard)
            throws InvalidControlException {
        AlertType type = rule.type();
        if (!RuleFields.waits(type) && rule.forSeconds() != standard.forSeconds()) {
            throw ignored(type, AlertType.FOR, "it fires as soon as its own numbers are met");
        }
        if (!RuleFields.takesSeverity(type) && rule.severity() != standard.severity()) {
            throw ignored(type, "severity", "each share of the budget has its own");
        }
        if (rule.enforce() && !RuleFields.enforces(type)) {
            throw ignored(type, "enforce", "only an alert of type runaway_tree stops work");
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

    private static AlertType type(String id, JsonFields fields) throws InvalidControlException {
        AlertType type = fields.oneOf("type", id, AlertType.values());
        AlertType ofId = AlertType.ofWireName(id);
        if (ofId != null && ofId != type) {
            throw new InvalidControlException(
                    "rule_id '%s' is the name of a type; a rule of type '%s' needs another."
                            .formatted(id, type.wireName()));
        }
        return type;
    }

    private static Map<String, String> match(AlertType type, JsonFields labels)
            throws InvalidControlException {
        Map<String, String> match = new HashMap<>();
        for (String label : labels.keys()) {
            if (!RuleFields.labels(type).contains(label)) {
                throw unmatchable(type, label);
            }
            String name = Objects.requireNonNull(labels.name(label));
            match.put(label, label.equals("provider") ? Providers.canonical(name) : name);
        }
        return match;
    }

    private static InvalidControlException unmatchable(AlertType type, String label) {
        List<String> labels = RuleFields.labels(type);
        return new InvalidControlException(
                "%s cannot be limited by match.%s%s; %s."
                        .formatted(
                                type.wireName(),
                                Json.cut(label),
                                label.startsWith("tag") ? " (no rule knows tags)" : "",
                                labels.isEmpty()
                                        ? "leave match empty, because this rule applies to the"
                                                + " whole fleet"
                                        : "did you mean '%s'? It can be by %s"
                                                .formatted(
                                                        Nearest.of(label, labels),
                                                        String.join(", ", labels))));
    }

    private static Map<String, String> texts(AlertType type, JsonFields params)
            throws InvalidControlException {
        Map<String, String> texts = new HashMap<>();
        for (AlertText t : RuleFields.texts(type)) {
            String value = params.text(t.wireName());
            if (value != null) {
                t.check(value);
                if (!value.equals(t.standard())) {
                    texts.put(t.wireName(), value);
                }
            }
        }
        return texts;
    }

    private static Map<String, Double> params(AlertType type, JsonFields params)
            throws InvalidControlException {
        List<String> names =
                Stream.concat(
                                type.parameters().stream().map(AlertParameter::name),
                                RuleFields.texts(type).stream().map(AlertText::wireName))
                        .toList();
        if (names.isEmpty() && !params.keys().isEmpty()) {
            throw new InvalidControlException(
                    "%s has no parameters; remove '%s'."
                            .formatted(type.wireName(), Json.cut(params.keys().get(0))));
        }
        params.only("params of %s has no".formatted(type.wireName()), names);
        Map<String, Double> values = new HashMap<>();
        for (AlertParameter p : type.parameters()) {
            double value = params.number(p.name(), p.standard(), p.least(), p.most());
            if (value != p.standard()) {
                values.put(p.name(), value);
            }
        }
        return values;
    }
}
