package io.agentanalytics.job.alerts.pattern;

import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.job.alerts.signal.Signal;
import io.agentanalytics.job.alerts.signal.SignalKind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.cep.nfa.aftermatch.AfterMatchSkipStrategy;
import org.apache.flink.cep.pattern.Pattern;

/** A provider fails most requests of three consecutive ten-second panes. */
final class ProviderErrorBurst extends SignalPattern {
    private static final long serialVersionUID = 1L;
    private static final String PANES = "fails-most-requests";

    @Override
    String uid() {
        return "provider-error-burst";
    }

    @Override
    boolean concerns(Signal signal) {
        return isObservation(AlertType.PROVIDER_ERROR_BURST, signal);
    }

    @Override
    Pattern<Signal, ?> pattern() {
        // Only bad panes are observed, ten seconds apart: three fit into 25 s only if none is
        // missing.
        return Pattern.<Signal>begin(PANES, AfterMatchSkipStrategy.skipPastLastEvent())
                .where(kind(SignalKind.OBSERVED))
                .times(3)
                .consecutive()
                .within(Duration.ofSeconds(25));
    }

    @Override
    Signal signal(Map<String, List<Signal>> match) {
        Signal last = last(stage(match, PANES));
        return last.as(SignalKind.HAPPENED, last.timeMillis());
    }
}
