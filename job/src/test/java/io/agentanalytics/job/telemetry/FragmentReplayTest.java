package io.agentanalytics.job.telemetry;

import static io.agentanalytics.job.telemetry.FragmentAssemblerTest.activity;
import static io.agentanalytics.job.telemetry.FragmentAssemblerTest.agent;
import static io.agentanalytics.job.telemetry.FragmentAssemblerTest.call;
import static io.agentanalytics.job.telemetry.FragmentAssemblerTest.turn;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.Fragment;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.job.model.SourceRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** Replayed fragments produce the same events as when they arrived. */
class FragmentReplayTest {
    private static final Duration SILENCE = Duration.ofMinutes(15);
    private static final Duration LATENESS = Duration.ofHours(1);
    private static final Instant T = Instant.parse("2026-11-26T08:00:00Z");

    /** Number of records before the snapshot, among them some that still wait. */
    private static final int RESTORED_AFTER = 4;

    private static final long END = Duration.ofHours(12).toMillis();

    /**
     * A call that does not wait for its agent, a session that is silent long enough to be ended and
     * then continues, a turn, and a repeat.
     */
    private static final List<FragmentRecord> ARRIVALS =
            List.of(
                    at(1_000, call("c1", "agent").name("planner").isQuick(true).build()),
                    at(1_500, activity(EventType.TASK_STARTED, "session-1", T, "")),
                    at(9_000, agent("agent", "").name("planner").build()),
                    at(9_000, call("c2", "agent").build()),
                    at(20_000, turn(EventType.LLM_CALL, "turn", T).build()),
                    at(60_000, call("c1", "agent").name("planner").isQuick(true).build()),
                    at(1_800_000, activity(EventType.LLM_CALL, "session-1", T.plusSeconds(9), "")));

    private static FragmentRecord at(long append, Fragment fragment) {
        return new FragmentRecord(fragment, null, 0, append, append);
    }

    @Test
    void replayedEventsEqualThoseOfTheRunningJob_inOrder() throws Exception {
        List<TaskEvent> live = live();
        assertThat(live).hasSizeGreaterThan(5);

        assertThat(replayed()).containsExactlyElementsOf(live);
    }

    @Test
    void replayContinuesAfterARestore() throws Exception {
        List<TaskEvent> events = new ArrayList<>();
        OperatorSubtaskState snapshot;
        try (var harness = replay()) {
            harness.open();
            for (FragmentRecord record : ARRIVALS.subList(0, RESTORED_AFTER)) {
                harness.processElement(new StreamRecord<>(record));
            }
            harness.processWatermark(ARRIVALS.get(1).appendMillis());
            assertThat(harness.numKeyedStateEntries()).isPositive();
            events.addAll(events(harness));
            snapshot = harness.snapshot(1, 1);
        }
        try (var harness = replay()) {
            harness.initializeState(snapshot);
            harness.open();
            for (FragmentRecord record : ARRIVALS.subList(RESTORED_AFTER, ARRIVALS.size())) {
                harness.processElement(new StreamRecord<>(record));
            }
            harness.processWatermark(Watermark.MAX_WATERMARK);
            events.addAll(events(harness));
        }

        assertThat(events).containsExactlyElementsOf(live());
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, FragmentRecord, SourceRecord>
            replay() throws Exception {
        return harness(new FragmentReplay(SILENCE, LATENESS), Telemetry::replayKey);
    }

    private static List<TaskEvent> live() throws Exception {
        try (var harness =
                harness(new FragmentAssembler(SILENCE, LATENESS), FragmentAssembler::keyOf)) {
            harness.open();
            for (FragmentRecord record : ARRIVALS) {
                harness.setProcessingTime(record.appendMillis());
                harness.processElement(new StreamRecord<>(record));
            }
            harness.setProcessingTime(END);
            return events(harness);
        }
    }

    private static List<TaskEvent> replayed() throws Exception {
        try (var harness = replay()) {
            harness.open();
            for (FragmentRecord record : ARRIVALS) {
                harness.processElement(new StreamRecord<>(record));
            }
            harness.processWatermark(Watermark.MAX_WATERMARK);
            assertThat(harness.numKeyedStateEntries()).isZero();
            assertThat(harness.numEventTimeTimers()).isZero();
            return events(harness);
        }
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, FragmentRecord, SourceRecord>
            harness(FragmentAssembler function, KeySelector<FragmentRecord, String> key)
                    throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(function), key, Types.STRING);
    }

    private static List<TaskEvent> events(
            KeyedOneInputStreamOperatorTestHarness<String, FragmentRecord, SourceRecord> harness) {
        return harness.extractOutputValues().stream()
                .map(record -> Objects.requireNonNull(record.event()))
                .toList();
    }
}
