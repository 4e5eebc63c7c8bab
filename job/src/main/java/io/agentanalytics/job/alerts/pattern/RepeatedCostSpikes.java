package io.agentanalytics.job.alerts.pattern;

import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.job.alerts.signal.Signal;
import io.agentanalytics.job.alerts.signal.SignalKind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.cep.nfa.aftermatch.AfterMatchSkipStrategy;
import org.apache.flink.cep.pattern.Pattern;

/** Three tasks of one agent within half an hour that each cost far more than usual. */
final class RepeatedCostSpikes extends SignalPattern {
    private static final long serialVersionUID = 1L;
    private static final String SPIKES = "costs-more-than-usual";

    @Override
    String uid() {
        return "repeated-cost-spikes";
    }

    @Override
    boolean concerns(Signal signal) {
        return isObservation(AlertType.REPEATED_COST_SPIKES, signal);
    }

    @Override
    Pattern<Signal, ?> pattern() {
        return Pattern.<Signal>begin(SPIKES, AfterMatchSkipStrategy.skipPastLastEvent())
                .where(kind(SignalKind.OBSERVED))
                .times(3)
                .within(Duration.ofMinutes(30));
    }

    @Override
    Signal signal(Map<String, List<Signal>> match) {
        List<Signal> spikes = stage(match, SPIKES);
        Signal last = last(spikes);
        return last.as(SignalKind.HAPPENED, last.timeMillis())
                .with(together(spikes, last.evidence().value()));
    }
}
