package io.agentanalytics.contract;

import java.util.Locale;

/** What was odd about an event that was accepted all the same. */
public enum EventNote {
    /** A field that this version does not know; ignored. */
    UNKNOWN_FIELD,
    /** More than nine decimals of a dollar; rounded half-even. */
    ROUNDED,
    /**
     * A part above its whole. Cached tokens above input, or reasoning above output, are counted as
     * reported beside it; hour-long cache writes above all cache writes are taken as reported.
     */
    INCONSISTENT_TOKENS,
    /** A secret was taken out of a text. */
    REDACTED,
    /** An error message was longer than is kept. */
    TRUNCATED;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
