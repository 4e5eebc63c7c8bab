package io.agentanalytics.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.EventDecoder;
import io.agentanalytics.contract.EventEncoder;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskPhase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class FleetTest {
    private static final Instant BEGINNING = Instant.parse("2026-11-22T14:00:00Z");
    private static final Fault OUTAGE =
            new Fault(
                    FaultKind.PROVIDER_OUTAGE,
                    "openai",
                    BEGINNING.plusSeconds(300),
                    BEGINNING.plusSeconds(600));

    private static List<TaskEvent> events(long seed, Fault... faults) {
        Fleet fleet = new Fleet(seed, 12, BEGINNING, List.of(faults));
        List<TaskEvent> events = new ArrayList<>();
        for (TaskEvent e = fleet.next();
                e.timeMillis() < BEGINNING.plusSeconds(900).toEpochMilli();
                e = fleet.next()) {
            events.add(e);
        }
        return events;
    }

    private static double failureRate(List<TaskEvent> events, Predicate<TaskEvent> of) {
        List<TaskEvent> calls =
                events.stream().filter(e -> e.type() == EventType.LLM_CALL).filter(of).toList();
        assertThat(calls).hasSizeGreaterThan(50);
        return calls.stream().filter(e -> !e.errorType().isEmpty()).count() / (double) calls.size();
    }

    @Test
    void equalSeedsGiveEqualEvents() {
        assertThat(events(1)).isEqualTo(events(1)).isNotEqualTo(events(2));
    }

    @Test
    void eventsAreInOrderLegalAndReadable() throws Exception {
        Map<String, TaskPhase> phases = new HashMap<>();
        long before = 0;
        EventDecoder decoder = new EventDecoder();
        for (TaskEvent e : events(1, OUTAGE)) {
            assertThat(e.timeMillis()).isGreaterThanOrEqualTo(before);
            before = e.timeMillis();
            TaskPhase phase = phases.getOrDefault(e.taskId(), TaskPhase.UNKNOWN);
            assertThat(phase.allows(e.type())).as("%s while %s", e.type(), phase).isTrue();
            phases.put(e.taskId(), phase.after(e.type()));
            assertThat(decoder.decode(EventEncoder.encode(e))).isEqualTo(e);
        }
    }

    @Test
    void faultsHitTheirTargetWhileTheyLast() {
        List<TaskEvent> events = events(1, OUTAGE);
        long from = OUTAGE.from().toEpochMilli();
        long until = OUTAGE.until().toEpochMilli();
        Predicate<TaskEvent> openai = e -> e.provider().equals("openai");
        Predicate<TaskEvent> during =
                e ->
                        e.timeMillis() - e.durationMillis() >= from
                                && e.timeMillis() - e.durationMillis() < until;
        assertThat(failureRate(events, openai.and(during))).isGreaterThan(0.8);
        assertThat(failureRate(events, openai.and(during.negate()))).isLessThan(0.05);
        assertThat(failureRate(events, openai.negate())).isLessThan(0.05);
    }
}
