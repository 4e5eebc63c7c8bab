package io.agentanalytics.benchmarks.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * A short run of the fault harness: nothing differs after three faults. Run by {@code scripts/test
 * -Dsoak=true}: its recovery times on a loaded machine are not measured yet.
 */
@EnabledIfSystemProperty(named = "soak", matches = "true")
class SoakTest {
    @Test
    void taskManagerKilled_brokerKilled_connectionsReset_changeNothing() throws Exception {
        System.setProperty("agent-analytics.root", "..");
        Soak soak = new Soak();
        soak.minutes = 1;
        soak.every = 14;
        soak.rate = 200;
        soak.kinds =
                List.of(
                        SoakFaultKind.TASKMANAGER_KILLED,
                        SoakFaultKind.BROKER_KILLED,
                        SoakFaultKind.CONNECTIONS_RESET);
        assertThat(soak.call()).isZero();
    }
}
