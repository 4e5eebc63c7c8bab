package io.agentanalytics.benchmarks.alerts;

/**
 * Alert that fired, from any source. The record contains the rule type, the agent or the provider
 * (the other is -1), and the time in seconds of the day.
 */
record Episode(String type, int agent, int provider, double firedAt) {}
