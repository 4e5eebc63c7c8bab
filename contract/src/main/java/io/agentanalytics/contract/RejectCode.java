package io.agentanalytics.contract;

import java.util.Locale;

/** Reason for rejecting a record. Names are stable: operators count and alert on them. */
public enum RejectCode {
    MALFORMED_JSON,
    TOO_LARGE,
    TOO_COMPLEX,
    MISSING_FIELD,
    UNKNOWN_TYPE,
    UNSUPPORTED_VERSION,
    NUMBER_OUT_OF_RANGE,
    WRONG_TYPE,
    OUT_OF_RANGE,
    BAD_TIME,
    FUTURE_TIME,
    TOO_OLD,
    TOO_LATE,
    TOO_LONG,
    CONTROL_CHARACTER,
    BAD_UNICODE,
    INVALID_RULE,
    INVALID_COMMAND,
    INVALID_POLICY,
    INVALID_BUDGET,
    /** A record of the intake that Kafka rejected. */
    RECORD_REFUSED,
    /** Not an event: a row of the job that Postgres rejected. */
    ROW_REFUSED,
    /** A defect of the mapping; also the metric of codes that this version does not know. */
    OTHER;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
