package io.agentanalytics.job.model;

import org.apache.flink.api.common.typeinfo.TypeInfo;

/** Change of the statistics of a scope at an event time (epoch ms). */
@TypeInfo(TallyDeltaSerializer.TypeFactory.class)
public record TallyDelta(Scope scope, long timeMillis, Tally tally) {}
