package io.agentanalytics.contract.alerts;

/** Parameter of an alert type: default value, valid range and description. */
public record AlertParameter(
        RuleParameter parameter, double standard, double least, double most, String description) {
    public String name() {
        return parameter.wireName();
    }
}
