package io.agentanalytics.benchmarks.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.benchmarks.soak.SoakTraffic.ClockStep;
import io.agentanalytics.contract.EventDecoder;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.InvalidEventException;
import io.agentanalytics.contract.TaskEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SoakTrafficTest {
    private static final Instant START = Instant.parse("2026-11-26T10:00:00Z");
    private static final int RATE = 300;
    private static final long RECORDS = 20L * SoakTraffic.BLOCK;
    private static final Set<EventType> ENDS =
            Set.of(EventType.TASK_COMPLETED, EventType.TASK_FAILED, EventType.TASK_CANCELLED);

    private final EventDecoder decoder = new EventDecoder();

    private static SoakTraffic traffic(ClockStep... steps) {
        return new SoakTraffic(7, START, RATE, List.of(steps));
    }

    @Test
    void aRecordIsAFunctionOfSeedAndIndex() {
        SoakTraffic read = traffic();
        read.at(12);
        assertThat(read.at(5_000).value()).isEqualTo(traffic().at(5_000).value());
        assertThat(new SoakTraffic(8, START, RATE, List.of()).at(5_000).value())
                .isNotEqualTo(read.at(5_000).value());
    }

    @Test
    void aboutFivePercentAreInvalid_forEveryReason() {
        Map<String, Long> codes = new TreeMap<>();
        LongStream.range(0, RECORDS)
                .mapToObj(traffic()::at)
                .filter(record -> record.code() != null)
                .forEach(record -> codes.merge(record.code(), 1L, Long::sum));
        assertThat(codes.values().stream().mapToLong(n -> n).sum())
                .isBetween(RECORDS * 4 / 100, RECORDS * 6 / 100);
        assertThat(codes).hasSize(15);
    }

    @Test
    void everyOtherRecordIsValid_andABlockContainsWholeTasks() throws InvalidEventException {
        for (long block = 0; block < RECORDS; block += SoakTraffic.BLOCK) {
            Set<String> open = new HashSet<>();
            Set<String> ended = new HashSet<>();
            for (long index = block; index < block + SoakTraffic.BLOCK; index++) {
                SoakRecord record = traffic().at(index);
                if (record.code() == null) {
                    TaskEvent event = decoder.decode(record.value());
                    assertThat(event.taskId()).isEqualTo(record.key());
                    open.add(event.taskId());
                    if (ENDS.contains(event.type())) {
                        ended.add(event.taskId());
                    }
                }
            }
            assertThat(ended).isEqualTo(open).noneMatch(task -> !task.startsWith("soak-"));
        }
    }

    @Test
    void someRecordsAreRepeated() {
        long distinct =
                LongStream.range(0, SoakTraffic.BLOCK)
                        .mapToObj(i -> new String(traffic().at(i).value(), StandardCharsets.UTF_8))
                        .distinct()
                        .count();
        assertThat(distinct).isLessThan(SoakTraffic.BLOCK * 97 / 100);
    }

    @Test
    void aClockStepMovesTheEventsOfOneHost() {
        SoakTraffic moved = traffic(new ClockStep(1_000, 2_000, 600_000));
        long ahead =
                LongStream.range(0, SoakTraffic.BLOCK)
                        .filter(
                                i ->
                                        moved.at(i).timeMillis()
                                                == traffic().at(i).timeMillis() + 600_000)
                        .count();
        assertThat(ahead).isBetween(100L, 150L);
        assertThat(moved.at(2_400).value()).isEqualTo(traffic().at(2_400).value());
    }
}
