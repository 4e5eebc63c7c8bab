package io.agentanalytics.contract.alerts;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.Serializable;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A rule: an alert type with numbers. Several rules may be of one type, such as one in force and a
 * stricter one in the shadow.
 *
 * @param ruleId its name; the type's own name for the rules that ship
 * @param version 0 for what ships, else counted up by each change
 * @param enabled whether it is evaluated at all
 * @param shadow whether it is evaluated and shown, but notifies nobody
 * @param match exact values of the labels of its type ({@link AlertType#matchLabels()}) to which it
 *     is limited; empty for all
 * @param params numbers that differ from the documented ones
 * @param sinceMillis from when it applies: its record's append time, epoch ms; {@link
 *     Long#MIN_VALUE} for always
 * @param removed whether the rule is taken back, or back to what ships
 * @param texts names that differ from the documented ones
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
        Map<String, String> texts)
        implements Serializable {

    public AlertRule {
        match = match == null ? Map.of() : match;
        params = params == null ? Map.of() : params;
        texts = texts == null ? Map.of() : texts;
    }

    /** The rule of a type as it ships. */
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

    /** A number of the rule; its type must declare the parameter. */
    public double get(RuleParameter parameter) {
        String name = parameter.wireName();
        Double own = params.get(name);
        return own != null ? own : Objects.requireNonNull(type.parameter(name)).standard();
    }

    /** A number of seconds, in milliseconds. */
    public long millis(RuleParameter parameter) {
        return Math.round(get(parameter) * 1000);
    }

    public long forMillis() {
        return Math.round(forSeconds * 1000);
    }

    public long keepMillis() {
        return Math.round(keepSeconds * 1000);
    }

    /** A name of the rule. */
    public String text(AlertText name) {
        return texts.getOrDefault(name.wireName(), name.standard());
    }

    /** All numbers and names of the rule, the documented ones among them. */
    public Map<String, Object> values() {
        Map<String, Object> values = new TreeMap<>();
        type.parameters().forEach(p -> values.put(p.name(), get(p.parameter())));
        type.texts().forEach(t -> values.put(t.wireName(), text(t)));
        return values;
    }

    /** The same rule as it applies from a moment on. */
    public AlertRule since(long millis) {
        return AlertRuleBuilder.builder(this).sinceMillis(millis).build();
    }

    /** The same rule with another version. */
    public AlertRule ofVersion(long number) {
        return AlertRuleBuilder.builder(this).version(number).build();
    }

    /** The same rule, with alerts that are over as soon as their condition is. */
    public AlertRule endingAtOnce() {
        return AlertRuleBuilder.builder(this).keepSeconds(0).build();
    }

    /** The record that takes a rule back. */
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

    /** Whether the rule is for such a subject; empty texts are unknown and match nothing. */
    public boolean matches(String agentId, String agentType, String provider) {
        return matches(agentId, agentType, provider, "");
    }

    /** Whether the rule is for such calls. */
    public boolean matches(String agentId, String agentType, String provider, String model) {
        return match.isEmpty()
                || wants("agent_id", agentId)
                        && wants("agent_type", agentType)
                        && wants("provider", provider)
                        && wants("model", model);
    }

    private boolean wants(String label, String value) {
        String wanted = match.get(label);
        return wanted == null || wanted.equals(value);
    }
}
