package io.agentanalytics.intake.delivery;

import java.io.IOException;

/**
 * Thrown if the spool cannot store a batch: its limit is reached, or the disk cannot be written.
 */
public final class SpoolFullException extends IOException {
    private static final long serialVersionUID = 1L;

    SpoolFullException(String message) {
        super(message);
    }

    SpoolFullException(String message, Throwable cause) {
        super(message, cause);
    }
}
