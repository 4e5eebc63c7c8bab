package io.agentanalytics.job.alerts.pattern;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.job.alerts.signal.Signal;
import io.agentanalytics.job.alerts.signal.SignalKind;
import io.agentanalytics.job.alerts.signal.Subject;
import io.agentanalytics.job.model.CountersHarness;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.junit.jupiter.api.Test;

class LateSignalsTest {
    @Test
    void lateSignalsAreCounted_andNotForwarded() throws Exception {
        AlertRule rule = AlertRule.standard(AlertType.RUNAWAY_AGENT);
        Signal late =
                new Signal(
                        SignalKind.OBSERVED,
                        7,
                        rule,
                        rule.severity(),
                        Subject.FLEET,
                        Evidence.of("x").build(),
                        false);
        try (var harness = new CountersHarness<>(new ProcessOperator<>(new LateSignals()))) {
            harness.open();
            harness.processElement(late, 7);
            harness.processElement(late, 7);

            assertThat(harness.count("signals_late")).isEqualTo(2);
            assertThat(harness.extractOutputValues()).isEmpty();
        }
    }
}
