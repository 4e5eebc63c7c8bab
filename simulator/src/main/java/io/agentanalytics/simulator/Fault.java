package io.agentanalytics.simulator;

import java.time.Instant;

/**
 * Fault in a simulated fleet: the ground truth against which detectors are evaluated.
 *
 * @param target name of a provider or an agent
 * @param from start, inclusive
 * @param until end, exclusive
 */
public record Fault(FaultKind kind, String target, Instant from, Instant until) {

    boolean holds(FaultKind wanted, String name, long timeMillis) {
        return kind == wanted
                && target.equals(name)
                && timeMillis >= from.toEpochMilli()
                && timeMillis < until.toEpochMilli();
    }
}
