package io.agentanalytics.benchmarks.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FaultTest {
    private static final Set<FaultKind> ALL = EnumSet.allOf(FaultKind.class);

    @Test
    void theSameSeedGivesTheSameSchedule() {
        assertThat(Fault.schedule(4, 600, 30, ALL)).isEqualTo(Fault.schedule(4, 600, 30, ALL));
        assertThat(Fault.schedule(4, 600, 30, ALL)).isNotEqualTo(Fault.schedule(5, 600, 30, ALL));
    }

    @Test
    void everyKindOccursOnceBeforeAnyOccursAgain() {
        List<Fault> faults = Fault.schedule(4, 20 + 30 * ALL.size(), 30, ALL);
        assertThat(faults).extracting(Fault::kind).containsExactlyInAnyOrderElementsOf(ALL);
    }
}
