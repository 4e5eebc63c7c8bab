package io.agentanalytics.job.weights;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AccessBlockTest {
    private static final double RESET = 18_000;
    private final AccessBlock block = new AccessBlock();

    @BeforeEach
    void twoAgentsWork() {
        block.succeeded("a", 0, 1);
        block.succeeded("b", 0, 2);
    }

    @Test
    void theNamedEndOfOneAgentsQuota_appliesToThisAgentOnly() {
        assertThat(block.refused("a", false, 3, 4, RESET)).isTrue();
        assertThat(block.isOpen(60)).as("it may be the quota of all").isTrue();
        assertThat(block.isOpen(65)).isFalse();
        block.succeeded("b", 65, 66);
        assertThat(block.refused("a", false, 4000, 4001, RESET)).as("until the end").isFalse();
        assertThat(block.refused("a", false, RESET + 1, RESET + 2, -1)).as("after it").isTrue();
    }

    @Test
    void theNamedEndOfACommonQuota_appliesToAll() {
        block.refused("a", false, 3, 4, RESET);
        block.refused("b", false, 3, 5, RESET);
        assertThat(block.isOpen(RESET - 1)).isTrue();
        assertThat(block.isOpen(RESET + 1)).isFalse();
    }

    @Test
    void withoutAnotherAgent_theNamedEndApplies() {
        AccessBlock alone = new AccessBlock();
        alone.succeeded("a", 0, 1);
        alone.refused("a", false, 3, 4, RESET);
        assertThat(alone.isOpen(RESET - 1)).isTrue();
    }
}
