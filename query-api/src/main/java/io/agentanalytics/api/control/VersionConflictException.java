package io.agentanalytics.api.control;

/** Thrown if a change is not based on the newest version of a setting. */
public final class VersionConflictException extends Exception {
    private static final long serialVersionUID = 1L;

    VersionConflictException(String message) {
        super(message);
    }
}
