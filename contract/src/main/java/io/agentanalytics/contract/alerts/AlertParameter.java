package io.agentanalytics.contract.alerts;

/** A parameter of an alert type: its documented value, the values that make sense, its meaning. */
public record AlertParameter(
        RuleParameter parameter, double standard, double least, double most, String description) {
    public String name() {
        return parameter.wireName();
    }
}
