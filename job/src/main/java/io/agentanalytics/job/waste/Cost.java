package io.agentanalytics.job.waste;

import io.agentanalytics.contract.TimelineCall;
import java.util.List;

/**
 * Cost of calls of models.
 *
 * @param nanos sum of the known costs, in nano-dollars
 * @param unpriced number of calls without a known cost
 */
public record Cost(long calls, long nanos, long unpriced) {
    static final Cost NONE = new Cost(0, 0, 0);

    static Cost of(TimelineCall call) {
        boolean isKnown = call.costNanos() >= 0;
        return new Cost(1, isKnown ? call.costNanos() : 0, isKnown ? 0 : 1);
    }

    static Cost of(List<TimelineCall> calls) {
        return calls.stream().map(Cost::of).reduce(NONE, Cost::plus);
    }

    Cost plus(Cost other) {
        return new Cost(calls + other.calls, nanos + other.nanos, unpriced + other.unpriced);
    }
}
