package io.agentanalytics.sources;

/** Body that cannot be parsed. The message names the error, never content of the body. */
public final class MalformedBodyException extends Exception {
    private static final long serialVersionUID = 1L;

    public MalformedBodyException(String message) {
        super(message, null, false, false);
    }
}
