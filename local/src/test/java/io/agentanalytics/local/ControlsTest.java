package io.agentanalytics.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.agentanalytics.api.Controls;
import io.agentanalytics.contract.alerts.AlertRule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes of rules at the same time, through Kafka. */
class ControlsTest {
    private static final int CLIENTS = 8;

    @Test
    void ofTwoChangesOfAVersionOneIsRefused(@TempDir Path directory) throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(directory, Ports.free());
                Controls controls =
                        Controls.start(Map.of("bootstrap.servers", kafka.bootstrap()))) {
            AlertRule first = controls.put(controls.rules().get("cost_spike"), "ann");
            for (int round = 0; round < 5; round++) {
                AlertRule now = controls.rules().get("cost_spike");
                assertThat(accepted(controls, now))
                        .as("changes of version %d", now.version())
                        .isEqualTo(1);
            }
            assertThat(controls.rules().get("cost_spike").version()).isEqualTo(first.version() + 5);
            assertThatExceptionOfType(Controls.VersionConflictException.class)
                    .isThrownBy(() -> controls.put(List.of(first), "ann"))
                    .withMessageContaining("Rule 'cost_spike' is at version");
        }
    }

    private static int accepted(Controls controls, AlertRule rule) throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Callable<Boolean>> changes = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                changes.add(() -> isAccepted(controls, rule));
            }
            int accepted = 0;
            for (Future<Boolean> change : clients.invokeAll(changes)) {
                accepted += change.get() ? 1 : 0;
            }
            return accepted;
        } finally {
            clients.shutdownNow();
        }
    }

    private static boolean isAccepted(Controls controls, AlertRule rule) throws Exception {
        try {
            controls.put(List.of(rule), "ben");
            return true;
        } catch (Controls.VersionConflictException e) {
            return false;
        }
    }
}
