package io.agentanalytics.contract;

/** An event that breaks the contract; the message names the value and what is allowed. */
public final class InvalidEventException extends Exception {
    private static final long serialVersionUID = 1L;
    private final RejectCode code;

    public InvalidEventException(RejectCode code, String detail) {
        // A flood of bad input must not pay for stack traces that nobody reads.
        super(detail, null, false, false);
        this.code = code;
    }

    public RejectCode code() {
        return code;
    }
}
