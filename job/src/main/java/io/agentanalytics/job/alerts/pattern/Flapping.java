package io.agentanalytics.job.alerts.pattern;

import io.agentanalytics.job.alerts.signal.Signal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.cep.nfa.aftermatch.AfterMatchSkipStrategy;
import org.apache.flink.cep.pattern.Pattern;

/** A condition came and went four times within an hour: one alert that says so. */
final class Flapping extends SignalPattern {
    private static final long serialVersionUID = 1L;
    private static final String COMES = "comes";
    private static final String GOES = "goes";

    @Override
    String uid() {
        return "flapping";
    }

    @Override
    boolean concerns(Signal signal) {
        return signal.kind() == Signal.Kind.RAISED || signal.kind() == Signal.Kind.CLEARED;
    }

    @Override
    Pattern<Signal, ?> pattern() {
        Pattern<Signal, ?> cycle =
                Pattern.<Signal>begin(COMES)
                        .where(kind(Signal.Kind.RAISED))
                        .followedBy(GOES)
                        .where(kind(Signal.Kind.CLEARED));
        return Pattern.begin(cycle, AfterMatchSkipStrategy.skipPastLastEvent())
                .times(4)
                .within(Duration.ofHours(1));
    }

    @Override
    Signal signal(Map<String, List<Signal>> match) {
        Signal last = last(stage(match, GOES));
        return last.as(Signal.Kind.FLAPPING, last.timeMillis());
    }
}
