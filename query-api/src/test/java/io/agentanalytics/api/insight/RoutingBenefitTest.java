package io.agentanalytics.api.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.agentanalytics.contract.weights.RequestPrices;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoutingBenefitTest {
    private static final RequestPrices PRICES = new RequestPrices(.1, .05, .001);

    private static RoutingBenefit.Minute minute(
            long at, String provider, long requests, long failed, double usdEach) {
        return new RoutingBenefit.Minute(
                at, provider, requests, failed, usdEach * requests, requests, 1000.0 * requests);
    }

    @Test
    void evenShares_haveNoBenefit() {
        RoutingBenefit saved =
                RoutingBenefit.of(
                        List.of(minute(0, "a", 500, 50, .01), minute(0, "b", 500, 0, .02)), PRICES);
        assertThat(saved.requests()).isEqualTo(1000);
        assertThat(saved.failuresAvoided().value()).isZero();
        assertThat(saved.usd().value()).isZero();
    }

    @Test
    void trafficMovedAway_countsTheAvoidedFailures() {
        RoutingBenefit saved =
                RoutingBenefit.of(
                        List.of(minute(0, "sick", 100, 50, 0), minute(0, "well", 900, 9, 0)),
                        PRICES);
        // 400 of each 500 requests were moved: 400 * 0.5 failures for 400 * 0.01.
        assertThat(saved.failuresAvoided().value()).isCloseTo(196, within(1e-9));
        assertThat(saved.failuresAvoided().low()).isBetween(120.0, 190.0);
        assertThat(saved.usd().value()).isCloseTo(196 * .15, within(1e-9));
    }

    @Test
    void providerWithoutTraffic_isJudgedByItsLastFigures_forAnHour() {
        List<RoutingBenefit.Minute> minutes =
                List.of(
                        minute(0, "sick", 500, 500, 0), minute(0, "well", 500, 0, 0),
                        minute(60, "well", 1000, 0, 0), minute(7200, "well", 1000, 0, 0));
        assertThat(RoutingBenefit.of(minutes, PRICES).failuresAvoided().value())
                .isCloseTo(500, within(1e-9));
    }

    @Test
    void aMoreExpensiveShare_costs() {
        RoutingBenefit saved =
                RoutingBenefit.of(
                        List.of(minute(0, "costly", 800, 0, .05), minute(0, "cheap", 200, 0, .01)),
                        PRICES);
        assertThat(saved.usd().value()).isCloseTo(-300 * .04, within(1e-9));
    }

    @Test
    void withoutMinutes_thereIsNoBenefit() {
        assertThat(RoutingBenefit.of(List.of(), PRICES)).isNull();
    }
}
