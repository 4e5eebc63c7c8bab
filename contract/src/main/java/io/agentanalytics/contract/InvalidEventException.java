package io.agentanalytics.contract;

/**
 * Thrown for an event that violates the contract; the message names the value and the allowed
 * values.
 */
public final class InvalidEventException extends Exception {
    private static final long serialVersionUID = 1L;
    private final RejectCode code;

    public InvalidEventException(RejectCode code, String detail) {
        // No stack trace: it is expensive in a flood of invalid input, and nobody reads it.
        super(detail, null, false, false);
        this.code = code;
    }

    public RejectCode code() {
        return code;
    }
}
