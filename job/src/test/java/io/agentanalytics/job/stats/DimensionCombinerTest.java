package io.agentanalytics.job.stats;

import static io.agentanalytics.contract.Figure.REQUESTS;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.job.model.Dimension;
import io.agentanalytics.job.model.Scope;
import io.agentanalytics.job.model.Tags;
import io.agentanalytics.job.model.Tally;
import io.agentanalytics.job.model.TallyDelta;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DimensionCombinerTest {
    private static final long BEGINNING = Instant.parse("2026-11-22T14:00:00Z").toEpochMilli();

    private OneInputStreamOperatorTestHarness<TallyDelta, TallyDelta> harness;

    private void open(String dimensions, int maxValues) throws Exception {
        harness =
                new OneInputStreamOperatorTestHarness<>(
                        new DimensionCombiner(Dimension.parse(dimensions), maxValues),
                        TypeInformation.of(TallyDelta.class)
                                .createSerializer(
                                        new org.apache.flink.api.common.serialization
                                                .SerializerConfigImpl()));
        harness.open();
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    private void send(long second, Map<String, String> tags) throws Exception {
        Tally tally = new Tally().add(REQUESTS, 1).asOneChange();
        Scope cell = Scope.cell("shared", "worker", "openai", "gpt-5");
        long time = BEGINNING + second * 1000;
        Tags own = Tags.of(tags, List.of("env", "team", "user"));
        harness.processElement(new StreamRecord<>(new TallyDelta(cell, time, tally, own), time));
    }

    private void watermark(long second) throws Exception {
        harness.processWatermark(new Watermark(BEGINNING + second * 1000));
    }

    /** Requests by dimension, value and minute, as emitted since the last call. */
    private Map<String, Long> emitted() {
        Map<String, Long> emitted = new TreeMap<>();
        for (Object record : harness.getOutput()) {
            if (record instanceof StreamRecord<?> r && r.getValue() instanceof TallyDelta change) {
                Scope s = change.scope();
                assertThat(s.provider() + s.model()).isEqualTo("openaigpt-5");
                String key =
                        "%s=%s%s %d"
                                .formatted(
                                        s.dimension(),
                                        s.value(),
                                        s.dimension().contains("+") ? "+" + s.crossedValue() : "",
                                        (change.timeMillis() - BEGINNING) / 60_000);
                assertThat(emitted.put(key, change.tally().get(REQUESTS))).isNull();
                assertThat(change.tally().seen()).isEqualTo(change.tally().get(REQUESTS));
            }
        }
        harness.getOutput().clear();
        return emitted;
    }

    @Test
    void eachChangeCountsOnceInEachDimension() throws Exception {
        open("team,team+env", 10);
        send(1, Map.of("team", "core", "env", "prod"));
        send(2, Map.of("team", "core"));
        send(61, Map.of());
        watermark(130);
        assertThat(emitted())
                .isEqualTo(
                        new TreeMap<>(
                                Map.of(
                                        "agent_type=worker 0", 2L,
                                        "agent_type=worker 1", 1L,
                                        "team=core 0", 2L,
                                        "team= 1", 1L,
                                        "team+env=core+prod 0", 1L,
                                        "team+env=core+ 0", 1L,
                                        "team+env=+ 1", 1L)));
    }

    @Test
    void holdsChangesOnlyUntilAWindowEnds() throws Exception {
        open("team", 10);
        watermark(0);
        send(1, Map.of("team", "core"));
        watermark(30);
        send(2, Map.of("team", "core"));
        assertThat(emitted()).isEmpty();
        harness.processWatermark(new Watermark(BEGINNING + 59_999));
        assertThat(emitted()).containsEntry("team=core 0", 2L);
        List<Object> order = new ArrayList<>();
        send(62, Map.of());
        watermark(120);
        order.addAll(harness.getOutput());
        assertThat(order.get(order.size() - 1)).isInstanceOf(Watermark.class);
        assertThat(order).hasSize(3);
    }

    @Test
    void aCheckpointNeedsNoState() throws Exception {
        open("team", 10);
        send(1, Map.of("team", "core"));
        harness.prepareSnapshotPreBarrier(1);
        assertThat(emitted()).containsEntry("team=core 0", 1L);
        assertThat(harness.snapshot(1, 1).getManagedOperatorState()).isEmpty();
    }

    @Test
    void flushesEverySecondOfTheClock_andAtTheEnd() throws Exception {
        open("team", 10);
        send(1, Map.of());
        harness.setProcessingTime(1001);
        assertThat(emitted()).containsEntry("team= 0", 1L);
        send(2, Map.of());
        harness.processWatermark(Watermark.MAX_WATERMARK);
        assertThat(emitted()).containsEntry("team= 0", 1L);
    }

    @Test
    void valuesBeyondTheLimitOfAnHour_areCountedTogether() throws Exception {
        open("user,user+team", 2);
        for (int user = 0; user < 5; user++) {
            send(user, Map.of("user", "u" + user, "team", "core"));
        }
        send(6, Map.of());
        send(7, Map.of("user", "u0", "team", "core"));
        send(3600, Map.of("user", "u4", "team", "core"));
        watermark(3660);
        assertThat(emitted())
                .containsEntry("user=u0 0", 2L)
                .containsEntry("user=u1 0", 1L)
                .containsEntry("user=__overflow__ 0", 3L)
                .containsEntry("user= 0", 1L)
                .containsEntry("user=u4 60", 1L)
                .containsEntry("user+team=__overflow__+__overflow__ 0", 3L)
                .containsEntry("user+team=+ 0", 1L);
    }
}
