package io.agentanalytics.contract.alerts;

/**
 * A number of a rule: its name (with the unit at its end), the documented value, the values that
 * make sense, and what it does.
 */
public record AlertParameter(
        String name, double standard, double least, double most, String description) {}
