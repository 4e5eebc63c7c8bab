package io.agentanalytics.contract.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AlertMeaningTest {
    @ParameterizedTest
    @EnumSource
    void everyTypeHasAWord_andOnlyProvidersAreExcluded(AlertType type) {
        AlertMeaning meaning = AlertMeaning.of(type, "");
        assertThat(meaning.word()).matches("[A-Z][a-z ]{3,20}");
        if (meaning.action() == AlertAction.EXCLUDE_PROVIDER) {
            assertThat(RuleFields.labels(type)).contains("provider");
        }
    }

    @ParameterizedTest
    @CsvSource({"share,SUCCESS", "seconds,TIME", "usd,COST", "other,"})
    void anImprovementIsMeasuredByItsUnit(String unit, AlertMeasure measure) {
        assertThat(AlertMeaning.of("performance_improvement", unit).measure()).isEqualTo(measure);
    }

    @Test
    void aTypeOfANewerVersionIsNamedInWords() {
        assertThat(AlertMeaning.of("lost_context", "share"))
                .isEqualTo(new AlertMeaning("Lost context", null, null));
    }

    /** A budget goes from info to warning, too. */
    @Test
    void aTransitionInWordsNamesTheSeverity() {
        assertThat(AlertChange.text("worsens", Severity.WARNING)).isEqualTo("Worse, warning");
        assertThat(AlertChange.text("fires", Severity.CRITICAL)).isEqualTo("Firing, critical");
        assertThat(AlertChange.text("resolves", Severity.CRITICAL)).isEqualTo("Resolved");
        assertThat(AlertChange.text("handed_over", Severity.INFO)).isEqualTo("Handed over");
    }
}
