package io.agentanalytics.contract;

import java.util.Map;

/** Headers of the records of the topic {@code dead-letters}. */
public final class DeadLetterHeaders {
    /** Reason, by the {@link RejectCode#wireName() name} of its code. */
    public static final String CODE = "code";

    public static final String DETAIL = "detail";
    public static final String TOPIC = "topic";

    /**
     * Place of the refused record; dead letters of the intake have none, and those of events that
     * the job made from spans have negative numbers.
     */
    public static final String PARTITION = "partition";

    public static final String OFFSET = "offset";

    /** Time of the refused record; only the job writes it. */
    public static final String APPEND_TIME = "append_time_ms";

    private DeadLetterHeaders() {}

    /** Returns the headers of a dead letter that does not name a record. */
    public static Map<String, String> of(RejectCode code, String detail, String topic) {
        return Map.of(CODE, code.wireName(), DETAIL, detail, TOPIC, topic);
    }
}
