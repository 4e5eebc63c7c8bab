package io.agentanalytics.contract.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RunbookTest {
    @ParameterizedTest
    @EnumSource
    void everyTypeHasItsOwnSteps_whichAreSentences(AlertType type) {
        assertThat(Runbook.steps(type))
                .isNotEqualTo(Runbook.steps("of a newer version"))
                .allMatch(step -> step.matches("[A-Z][^\n]*\\."));
    }

    @Test
    void anUnknownTypeHasAStep() {
        assertThat(Runbook.steps("of a newer version")).hasSize(1);
    }
}
