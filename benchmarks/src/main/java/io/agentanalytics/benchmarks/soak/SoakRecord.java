package io.agentanalytics.benchmarks.soak;

import org.jspecify.annotations.Nullable;

/**
 * Record of the traffic.
 *
 * @param code error code with which the job must reject the record; null if it is valid
 * @param timeMillis time of the event
 */
@SuppressWarnings("ArrayRecordComponent") // nothing compares records
record SoakRecord(String key, byte[] value, @Nullable String code, long timeMillis) {}
