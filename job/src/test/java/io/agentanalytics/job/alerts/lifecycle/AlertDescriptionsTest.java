package io.agentanalytics.job.alerts.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.contract.alerts.Evidence;
import org.junit.jupiter.api.Test;

class AlertDescriptionsTest {
    @Test
    void amountsAreWrittenAsInInsightsAndReports() {
        Evidence evidence =
                Evidence.of("usd").value(1234.5).baseline(0.0123).threshold(2.0).n(1).build();

        assertThat(AlertDescriptions.description(AlertType.COST_SPIKE, evidence))
                .isEqualTo("Cost of a task $1,234.50, usually $0.0123, limit $2.00.");
    }

    @Test
    void smallSharesHaveADecimal() {
        Evidence evidence =
                Evidence.of("share").value(0.4).baseline(0.952).threshold(0.045).n(20).build();

        assertThat(AlertDescriptions.description(AlertType.HIGH_ERROR_RATE, evidence))
                .isEqualTo(
                        "Success rate of recent tasks 40 %, usually 95 %, limit 4.5 % (n = 20).");
    }

    @Test
    void aConditionWithoutValueHasNoNewData() {
        Evidence evidence = Evidence.of("share").threshold(0.5).build();

        assertThat(AlertDescriptions.description(AlertType.PROVIDER_ISSUES, evidence))
                .isEqualTo("Share of requests failed by it: no new data, limit 50 %.");
    }
}
