package io.agentanalytics.benchmarks.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** The checks find each kind of difference. */
class CheckTest {
    private static final String TEN = "2026-11-26T10:00:00Z";
    private static final String ELEVEN = "2026-11-26T11:00:00Z";

    @Test
    void alerts_inOrder_andRepeatedWithTheSameContent() throws Exception {
        assertThat(
                        alerts(
                                alert("a", 1, "fires", "firing", TEN),
                                alert("a", 1, "fires", "firing", TEN),
                                alert("a", 2, "resolves", "resolved", ELEVEN)))
                .isEmpty();
    }

    @Test
    void alerts_theNewestContentOfARevisionIsValid_andTransitionsAfterItAreNot() throws Exception {
        AlertCheck check =
                check(
                        alert("a", 1, "fires", "firing", TEN),
                        alert("a", 2, "resolves", "resolved", ELEVEN),
                        alert("a", 1, "fires", "firing", ELEVEN));
        assertThat(check.differences()).isEmpty();
        assertThat(check.replaced()).isEqualTo(2);
        assertThat(check.transitionsByAlert()).containsEntry("a", "revision 1, firing: firing");
    }

    @Test
    void alerts_missingRevision_andTransitionAfterTheResolution() throws Exception {
        assertThat(alerts(alert("a", 2, "resolves", "resolved", TEN)))
                .singleElement()
                .asString()
                .contains("revisions [2]");
        assertThat(
                        alerts(
                                alert("a", 1, "fires", "firing", TEN),
                                alert("a", 2, "resolves", "resolved", TEN),
                                alert("a", 3, "resolves", "resolved", TEN)))
                .singleElement()
                .asString()
                .contains("was resolved, but revision 3 follows");
    }

    @Test
    void alerts_overlappingEpisodes() throws Exception {
        assertThat(
                        alerts(
                                alert("a", 1, "fires", "firing", TEN),
                                alert("b", 1, "fires", "firing", TEN)))
                .singleElement()
                .asString()
                .contains("lasts until null");
    }

    @Test
    void weights_anOutdatedVersionIsIgnored_ifANewerOneFollows() throws Exception {
        WeightCheck check = new WeightCheck(List.of(weights(2), weights(1), weights(3)));
        assertThat(check.differences()).isEmpty();
        assertThat(check.outdated()).isEqualTo(1);
    }

    @Test
    void weights_aVersionTwice_orAnOutdatedOneAtTheEnd() throws Exception {
        assertThat(new WeightCheck(List.of(weights(2), weights(2))).differences()).hasSize(1);
        assertThat(new WeightCheck(List.of(weights(2), weights(1))).differences()).hasSize(1);
    }

    @Test
    void rows_differentMissingAndUnexpected() {
        assertThat(
                        SoakCheck.different(
                                Map.of("a", "1", "b", "2", "c", "3"),
                                Map.of("a", "1", "b", "9", "d", "4")))
                .hasSize(3);
    }

    private static List<String> alerts(String... published) throws Exception {
        return check(published).differences();
    }

    private static AlertCheck check(String... published) throws Exception {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (String alert : published) {
            records.add(record("alert", alert));
        }
        return new AlertCheck(records);
    }

    private static String alert(
            String id, long revision, String change, String state, String time) {
        return """
               {"alert_id":"%s","fingerprint":"f","revision":%d,"change":"%s","state":"%s",
                "type":"high_error_rate","severity":"warning","scope":"agent","subject":"s",
                "starts_at":"%s","updated_at":"%s"%s,"basis":"event"}
               """
                .formatted(
                        id,
                        revision,
                        change,
                        state,
                        TEN,
                        time,
                        state.equals("resolved") ? ",\"ends_at\":\"" + time + "\"" : "");
    }

    private static ConsumerRecord<byte[], byte[]> weights(long version) {
        return record(
                "global",
                """
                {"scope":"global","version":%d,"produced_at":"%s","valid_until":"%s",
                 "mode":"live","weights":{"p":1.0},"unnamed":0.0,"providers":{}}
                """
                        .formatted(version, TEN, ELEVEN));
    }

    private static ConsumerRecord<byte[], byte[]> record(String key, String value) {
        return new ConsumerRecord<>(
                "topic",
                0,
                0,
                key.getBytes(StandardCharsets.UTF_8),
                value.getBytes(StandardCharsets.UTF_8));
    }
}
