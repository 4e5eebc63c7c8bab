package io.agentanalytics.sources;

/**
 * Key under which records of a client are counted.
 *
 * @param outcome {@link #COUNTED}, or the reason why a record was dropped
 */
public record TallyKey(ClientKey client, TelemetrySignal signal, String outcome) {
    public static final String COUNTED = "counted";

    /** Another signal of the same client reports the same calls. */
    public static final String DUPLICATE_SIGNAL = "ignored_duplicate_signal";

    /** The record describes nothing that is counted, such as a span of an HTTP request. */
    public static final String NOT_USED = "not_used";

    /** The record should have been counted, but a value is missing or invalid. */
    public static final String REJECTED = "rejected";
}
