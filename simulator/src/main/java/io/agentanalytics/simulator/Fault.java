package io.agentanalytics.simulator;

import java.time.Instant;

/**
 * Something that goes wrong in a simulated fleet: the ground truth that detectors are held against.
 *
 * @param target a provider's or an agent's name
 * @param from from when, inclusive
 * @param until until when, exclusive
 */
public record Fault(Kind kind, String target, Instant from, Instant until) {

    /** What goes wrong. */
    public enum Kind {
        /** Almost every call to the provider fails. */
        PROVIDER_OUTAGE,
        /** The provider takes six times as long. */
        PROVIDER_SLOW,
        /** A third of the calls to the provider is refused with 429. */
        PROVIDER_RATE_LIMIT,
        /** Most tasks of the agent fail by its own doing. */
        AGENT_FAILING,
        /** The same, only where it asks the provider: target {@code agent@provider}. */
        AGENT_MISFIT,
        /** The agent's prompts are not cached any more and three times as long. */
        AGENT_COSTLY
    }

    boolean holds(Kind wanted, String name, long timeMillis) {
        return kind == wanted
                && target.equals(name)
                && timeMillis >= from.toEpochMilli()
                && timeMillis < until.toEpochMilli();
    }
}
