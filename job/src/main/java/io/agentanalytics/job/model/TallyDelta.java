package io.agentanalytics.job.model;

/** Change of the statistics of a scope at an event time (epoch ms). */
public record TallyDelta(Scope scope, long timeMillis, Tally tally) {}
