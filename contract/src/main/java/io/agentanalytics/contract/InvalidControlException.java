package io.agentanalytics.contract;

/**
 * A rule, command or policy that cannot be used; the message names the value and what is allowed.
 */
public final class InvalidControlException extends Exception {
    private static final long serialVersionUID = 1L;

    public InvalidControlException(String message) {
        super(message, null, false, false);
    }
}
