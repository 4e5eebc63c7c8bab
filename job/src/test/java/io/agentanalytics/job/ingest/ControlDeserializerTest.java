package io.agentanalytics.job.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.Json;
import io.agentanalytics.contract.Topics;
import io.agentanalytics.contract.alerts.Alert;
import io.agentanalytics.contract.alerts.AlertBasis;
import io.agentanalytics.contract.alerts.AlertBuilder;
import io.agentanalytics.contract.alerts.AlertChange;
import io.agentanalytics.contract.alerts.AlertScope;
import io.agentanalytics.contract.alerts.AlertState;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.contract.alerts.Severity;
import io.agentanalytics.job.model.Control;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class ControlDeserializerTest {
    private static List<Control> read(byte[] value) {
        List<Control> out = new ArrayList<>();
        new ControlDeserializer()
                .deserialize(
                        new ConsumerRecord<>(Topics.ALERTS, 0, 0, new byte[0], value),
                        new ListCollector<>(out));
        return out;
    }

    private static Alert alert(AlertBasis basis) {
        return AlertBuilder.builder()
                .alertId("f1-1")
                .fingerprint("f1")
                .revision(1)
                .change(AlertChange.FIRES)
                .ruleId("no_data")
                .type(AlertType.NO_DATA)
                .severity(Severity.WARNING)
                .state(AlertState.FIRING)
                .scope(AlertScope.AGENT)
                .subject("planner")
                .title("planner is silent")
                .description("Silent for 700 s.")
                .startsAt(Instant.EPOCH)
                .updatedAt(Instant.EPOCH)
                .basis(basis)
                .evidence(Evidence.NONE)
                .build();
    }

    @Test
    void ofPublishedAlerts_onlyThoseInProcessingTimeAreNeeded() {
        Alert alert = alert(AlertBasis.CLOCK);

        assertThat(read(Json.encode(alert))).extracting(Control::published).containsExactly(alert);
        assertThat(read(Json.encode(alert(AlertBasis.EVENT)))).isEmpty();
        Alert other = AlertBuilder.builder(alert).alertId("f1").build();
        Alert incomplete = AlertBuilder.builder(alert).evidence(null).build();
        assertThat(read(Json.encode(other))).isEmpty();
        assertThat(read(Json.encode(incomplete))).isEmpty();
        assertThat(read(null)).as("removed").isEmpty();
        assertThat(read("{\"alert_id\": 1".getBytes(StandardCharsets.UTF_8))).isEmpty();
    }
}
