package io.agentanalytics.contract.alerts;

/** A rule or command that cannot be used; the message names the value and what is allowed. */
public final class InvalidRuleException extends Exception {
    private static final long serialVersionUID = 1L;

    public InvalidRuleException(String message) {
        super(message, null, false, false);
    }
}
