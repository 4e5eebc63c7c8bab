package io.agentanalytics.intake.delivery;

/** Record that is refused because of its content or size; another attempt would fail as well. */
public final class RecordRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    public RecordRefusedException(String message) {
        super(message, null, false, false);
    }
}
