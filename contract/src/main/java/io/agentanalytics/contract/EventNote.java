package io.agentanalytics.contract;

import java.util.Locale;

/** What was odd about an event that was accepted all the same. */
public enum EventNote {
    /** A field that this version does not know; ignored. */
    UNKNOWN_FIELD,
    /** More than nine decimals of a dollar; rounded half-even. */
    ROUNDED,
    /** Cached tokens above input, or reasoning above output: counted as reported beside it. */
    INCONSISTENT_TOKENS,
    /** A secret was taken out of a text. */
    REDACTED,
    /** An error message was longer than is kept. */
    TRUNCATED;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
