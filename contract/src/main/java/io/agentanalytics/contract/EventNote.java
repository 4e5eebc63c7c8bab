package io.agentanalytics.contract;

import java.util.Locale;

/** Anomaly in an event that was accepted. */
public enum EventNote {
    /** Field that is unknown to this version; ignored. */
    UNKNOWN_FIELD,
    /** Amount with more than nine decimal places of a dollar; rounded half-even. */
    ROUNDED,
    /**
     * Part that exceeds its whole. Cached tokens above input, or reasoning tokens above output, are
     * treated as reported separately and added to it; one-hour cache writes above all cache writes
     * are accepted as reported.
     */
    INCONSISTENT_TOKENS,
    /** A secret was redacted from a text. */
    REDACTED,
    /** An error message exceeded the maximum length and was truncated. */
    TRUNCATED;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
