package io.agentanalytics.job.model;

/** A change of the statistics of a scope at one moment of event time (epoch ms). */
public record TallyDelta(Scope scope, long timeMillis, Tally tally) {}
