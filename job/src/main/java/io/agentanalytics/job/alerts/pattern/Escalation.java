package io.agentanalytics.job.alerts.pattern;

import io.agentanalytics.contract.alerts.Severity;
import io.agentanalytics.job.alerts.signal.Signal;
import io.agentanalytics.job.alerts.signal.SignalKind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.cep.nfa.aftermatch.AfterMatchSkipStrategy;
import org.apache.flink.cep.pattern.Pattern;

/** A raised condition worsens before it has cleared: the alert becomes critical. */
final class Escalation extends SignalPattern {
    private static final long serialVersionUID = 1L;
    private static final String RAISED = "is-raised";
    private static final String OVER = "is-over";
    private static final String WORSE = "gets-worse";

    @Override
    String uid() {
        return "escalation";
    }

    @Override
    boolean concerns(Signal signal) {
        return switch (signal.kind()) {
            case RAISED, CLEARED, WORSENED -> true;
            default -> false;
        };
    }

    @Override
    Pattern<Signal, ?> pattern() {
        return Pattern.<Signal>begin(RAISED, AfterMatchSkipStrategy.skipPastLastEvent())
                .where(kind(SignalKind.RAISED))
                .notFollowedBy(OVER)
                .where(kind(SignalKind.CLEARED))
                .followedBy(WORSE)
                .where(kind(SignalKind.WORSENED))
                .within(Duration.ofDays(7));
    }

    @Override
    Signal signal(Map<String, List<Signal>> match) {
        Signal worse = last(stage(match, WORSE));
        return worse.as(SignalKind.ESCALATED, worse.timeMillis()).at(Severity.CRITICAL);
    }
}
