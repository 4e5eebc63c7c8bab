package io.agentanalytics.benchmarks.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SoakFaultTest {
    private static final Set<SoakFaultKind> ALL = EnumSet.allOf(SoakFaultKind.class);

    @Test
    void theSameSeedGivesTheSameSchedule() {
        assertThat(SoakFault.schedule(4, 600, 30, ALL))
                .isEqualTo(SoakFault.schedule(4, 600, 30, ALL));
        assertThat(SoakFault.schedule(4, 600, 30, ALL))
                .isNotEqualTo(SoakFault.schedule(5, 600, 30, ALL));
    }

    @Test
    void everyKindOccursOnceBeforeAnyOccursAgain() {
        List<SoakFault> faults = SoakFault.schedule(4, 20 + 30 * ALL.size(), 30, ALL);
        assertThat(faults).extracting(SoakFault::kind).containsExactlyInAnyOrderElementsOf(ALL);
    }
}
