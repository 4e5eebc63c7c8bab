package io.agentanalytics.contract;

/**
 * Thrown for an invalid rule, command or policy; the message names the value and the allowed
 * values.
 */
public final class InvalidControlException extends Exception {
    private static final long serialVersionUID = 1L;

    public InvalidControlException(String message) {
        super(message, null, false, false);
    }
}
