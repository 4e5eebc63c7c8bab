package io.agentanalytics.contract;

import java.util.Locale;

/** What was odd about an event that was accepted all the same. */
public enum EventNote {
    /** A field that this version does not know; ignored. */
    UNKNOWN_FIELD,
    /** More than nine decimals of a dollar; rounded half-even. */
    ROUNDED,
    /** Cached above input, hour-long cache writes above all, or reasoning above output. */
    INCONSISTENT_TOKENS,
    /** A secret was taken out of a text. */
    REDACTED,
    /** An error message was longer than is kept. */
    TRUNCATED;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
