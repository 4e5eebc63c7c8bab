package io.agentanalytics.contract.alerts;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.Serializable;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * An alert rule: an alert type with parameter values. Several rules may share a type, such as an
 * active rule and a stricter one in shadow mode.
 *
 * @param ruleId name of the rule; a built-in rule has the name of its type
 * @param version 0 for a built-in rule, otherwise incremented by each change
 * @param enabled true if the rule is evaluated
 * @param shadow true if the rule is evaluated and shown, but sends no notifications
 * @param match exact label values ({@link RuleFields#labels}) to which the rule is limited; empty
 *     for no limit
 * @param params parameters that differ from the defaults
 * @param sinceMillis time (epoch ms) from which the rule applies: the append time of its record;
 *     {@link Long#MIN_VALUE} for always
 * @param removed true if the rule is deleted, or reset to the built-in rule
 * @param texts text settings that differ from the defaults
 * @param enforce true if a critical alert stops the work that it is about
 */
@RecordBuilder
public record AlertRule(
        String ruleId,
        AlertType type,
        long version,
        boolean enabled,
        boolean shadow,
        Severity severity,
        double forSeconds,
        double keepSeconds,
        Map<String, String> match,
        Map<String, Double> params,
        long sinceMillis,
        boolean removed,
        Map<String, String> texts,
        boolean enforce)
        implements Serializable {

    public AlertRule {
        match = match == null ? Map.of() : match;
        params = params == null ? Map.of() : params;
        texts = texts == null ? Map.of() : texts;
    }

    /** Returns the built-in rule of a type. */
    public static AlertRule standard(AlertType type) {
        return AlertRuleBuilder.builder()
                .ruleId(type.wireName())
                .type(type)
                .enabled(true)
                .severity(type.severity())
                .forSeconds(type.forSeconds())
                .keepSeconds(type.keepSeconds())
                .sinceMillis(Long.MIN_VALUE)
                .build();
    }

    /** Returns a parameter of the rule; its type must declare the parameter. */
    public double get(RuleParameter parameter) {
        String name = parameter.wireName();
        Double own = params.get(name);
        return own != null ? own : Objects.requireNonNull(type.parameter(name)).standard();
    }

    /** Returns the value of a parameter in seconds, converted to milliseconds. */
    public long millis(RuleParameter parameter) {
        return Math.round(get(parameter) * 1000);
    }

    public long forMillis() {
        return Math.round(forSeconds * 1000);
    }

    public long keepMillis() {
        return Math.round(keepSeconds * 1000);
    }

    /** Returns a text setting of the rule. */
    public String text(AlertText name) {
        return texts.getOrDefault(name.wireName(), name.standard());
    }

    /** Returns all parameters and text settings of the rule, including defaults. */
    public Map<String, Object> values() {
        Map<String, Object> values = new TreeMap<>();
        type.parameters().forEach(p -> values.put(p.name(), get(p.parameter())));
        RuleFields.texts(type).forEach(t -> values.put(t.wireName(), text(t)));
        return values;
    }

    /** Returns this rule with the time (epoch ms) from which it applies. */
    public AlertRule since(long millis) {
        return AlertRuleBuilder.builder(this).sinceMillis(millis).build();
    }

    /** Returns this rule with another version. */
    public AlertRule ofVersion(long number) {
        return AlertRuleBuilder.builder(this).version(number).build();
    }

    /** Returns this rule with alerts that resolve as soon as their condition ends. */
    public AlertRule endingAtOnce() {
        return AlertRuleBuilder.builder(this).keepSeconds(0).build();
    }

    /** Returns the record that deletes a rule. */
    public static AlertRule removed(String ruleId) {
        AlertType type = AlertType.ofWireName(ruleId);
        AlertRule any = standard(type == null ? AlertType.HIGH_ERROR_RATE : type);
        return AlertRuleBuilder.builder()
                .ruleId(ruleId)
                .type(any.type)
                .severity(any.severity)
                .sinceMillis(Long.MIN_VALUE)
                .removed(true)
                .build();
    }

    /** Returns true if the rule applies to a subject; empty texts are unknown and match nothing. */
    public boolean matches(String agentId, String agentType, String provider) {
        return matches(agentId, agentType, provider, "");
    }

    /** Returns true if the rule applies to calls with these labels. */
    public boolean matches(String agentId, String agentType, String provider, String model) {
        return match.isEmpty()
                || (wants("agent_id", agentId)
                        && wants("agent_type", agentType)
                        && wants("provider", provider)
                        && wants("model", model));
    }

    private boolean wants(String label, String value) {
        String wanted = match.get(label);
        return wanted == null || wanted.equals(value);
    }
}
