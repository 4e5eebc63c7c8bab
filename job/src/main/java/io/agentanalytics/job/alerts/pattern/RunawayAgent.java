package io.agentanalytics.job.alerts.pattern;

import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.job.alerts.signal.Signal;
import io.agentanalytics.job.alerts.signal.SignalKind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.cep.nfa.aftermatch.AfterMatchSkipStrategy;
import org.apache.flink.cep.pattern.Pattern;

/** Five consecutive failures in one task line within ten minutes: a client retries repeatedly. */
final class RunawayAgent extends SignalPattern {
    private static final long serialVersionUID = 1L;
    private static final String FAILURES = "keeps-failing";
    private static final int IN_A_ROW = 5;

    @Override
    String uid() {
        return "runaway-agent";
    }

    @Override
    boolean concerns(Signal signal) {
        return isObservation(AlertType.RUNAWAY_AGENT, signal);
    }

    @Override
    Pattern<Signal, ?> pattern() {
        return Pattern.<Signal>begin(FAILURES, AfterMatchSkipStrategy.skipPastLastEvent())
                .where(kind(SignalKind.OBSERVED))
                .times(IN_A_ROW)
                .consecutive()
                .within(Duration.ofMinutes(10));
    }

    @Override
    Signal signal(Map<String, List<Signal>> match) {
        List<Signal> failures = stage(match, FAILURES);
        Signal last = last(failures);
        return last.as(SignalKind.HAPPENED, last.timeMillis())
                .with(together(failures, (double) failures.size()));
    }
}
