package io.agentanalytics.intake.delivery;

import java.io.IOException;

/** Batch that the spool cannot store, because its limit or that of the disk is reached. */
public final class SpoolFullException extends IOException {
    private static final long serialVersionUID = 1L;

    SpoolFullException(String message) {
        super(message);
    }

    SpoolFullException(String message, Throwable cause) {
        super(message, cause);
    }
}
