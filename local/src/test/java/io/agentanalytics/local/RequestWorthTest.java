package io.agentanalytics.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.agentanalytics.api.insight.RoutingBenefit;
import io.agentanalytics.contract.weights.RequestPrices;
import io.agentanalytics.contract.weights.RoutingSettings;
import io.agentanalytics.contract.weights.WeightDecision.Standing;
import io.agentanalytics.job.model.ProviderRequestBuilder;
import io.agentanalytics.job.model.RequestOutcome;
import io.agentanalytics.job.model.RequestPhase;
import io.agentanalytics.job.weights.PolicyState;
import io.agentanalytics.job.weights.WeightPolicy;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The router and the reported benefit must give a request the same value. */
class RequestWorthTest {
    private static final long BEGIN = 1_800_000_000_000L;
    private static final long REQUESTS = 1_000_000;
    private static final RequestPrices PRICES = RoutingSettings.STANDARD.prices();

    @Test
    void routerAndBenefit_giveARequestTheSameValue() {
        WeightPolicy policy = new WeightPolicy(new PolicyState(), RoutingSettings.STANDARD);
        for (int i = 0; i < 600; i++) {
            boolean failed = i % 25 == 0;
            policy.take(
                    ProviderRequestBuilder.builder()
                            .kind(RequestPhase.ENDED)
                            .taskId("t" + i)
                            .callId("c" + i)
                            .agentId("a")
                            .agentType("worker")
                            .provider("openai")
                            .timeMillis(BEGIN + i * 500L)
                            .outcome(failed ? RequestOutcome.PROVIDER_ERROR : RequestOutcome.OK)
                            .latencyMillis(2000 + i % 100)
                            .costNanos(failed ? -1 : 9_000_000 + i)
                            .retryAtMillis(-1)
                            .build(),
                    BEGIN + i * 500L);
        }
        Standing standing = policy.decide(BEGIN + 300_000).standings().get("openai");
        assertThat(standing.success()).isBetween(0.9, 0.99);

        // Moving traffic to a provider whose requests are worth nothing costs the whole worth.
        RoutingBenefit benefit =
                RoutingBenefit.of(List.of(minute("openai", standing), worthless(PRICES)), PRICES);

        assertThat(benefit.usd().value() / REQUESTS).isCloseTo(standing.valueUsd(), within(1e-6));
    }

    @Test
    void partsOfTheCostOfASuccess_addUpToIt() {
        RequestPrices prices = new RequestPrices(.10, .02, .01);
        assertThat(prices.ofWaiting(2)).isCloseTo(.02, within(1e-12));
        assertThat(prices.failuresPerSuccess(.75)).isCloseTo(.01, within(1e-12));
        assertThat(.03 + prices.ofWaiting(2) + prices.failuresPerSuccess(.75))
                .isCloseTo(prices.costPerSuccess(.75, .03, 2), within(1e-12));
    }

    @Test
    void valueIsTheOneComputedByHand() {
        RequestPrices prices = new RequestPrices(.10, .02, .01);
        // 0.9 (0.10 - 0.03 - 0.01 * 2) - 0.1 (0.02 + 0.01) = 0.045 - 0.003
        double worth = .042;

        assertThat(prices.worth(.9, .03, 2)).isCloseTo(worth, within(1e-12));
        RoutingBenefit benefit =
                RoutingBenefit.of(
                        List.of(minute("openai", .9, .03, 2000), worthless(prices)), prices);
        assertThat(benefit.usd().value() / REQUESTS).isCloseTo(worth, within(1e-12));
    }

    private static RoutingBenefit.Minute minute(String provider, Standing s) {
        return minute(provider, s.success(), s.costUsd(), s.latencyMs());
    }

    /** Three quarters of the requests, so that a quarter would move at even shares. */
    private static RoutingBenefit.Minute minute(
            String provider, double success, double usd, double millis) {
        long requests = 3 * REQUESTS;
        long failed = Math.round((1 - success) * requests);
        return new RoutingBenefit.Minute(
                0,
                provider,
                requests,
                failed,
                usd * (requests - failed),
                requests,
                millis * requests);
    }

    private static RoutingBenefit.Minute worthless(RequestPrices prices) {
        double bill = prices.successUsd() * REQUESTS;
        return new RoutingBenefit.Minute(0, "worthless", REQUESTS, 0, bill, 0, 0);
    }
}
