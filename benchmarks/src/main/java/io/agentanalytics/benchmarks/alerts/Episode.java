package io.agentanalytics.benchmarks.alerts;

/**
 * An alert that fired, whoever raised it: the rule's type, the agent or provider (the other is -1),
 * when (seconds of the day), and whether it was critical at some time.
 */
record Episode(String type, int agent, int provider, double firedAt, boolean inhibited) {}
