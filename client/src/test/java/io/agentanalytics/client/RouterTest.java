package io.agentanalytics.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.agentanalytics.contract.weights.RequestPrices;
import io.agentanalytics.contract.weights.RoutingMode;
import io.agentanalytics.contract.weights.WeightDecisionBuilder;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RouterTest {
    private static final Instant START = Instant.parse("2026-11-22T14:00:00Z");
    private static final List<String> SCOPES = Router.scopesOf("planner-1", "planner");

    /** A clock that a test sets. */
    private static final class TestClock extends Clock {
        Instant now = START;

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    private final TestClock clock = new TestClock();
    private final Router router = new Router(List.of("a", "b", "c"), clock);

    private void decide(String scope, long version, Map<String, Double> weights) {
        router.accept(
                WeightDecisionBuilder.builder()
                        .scope(scope)
                        .version(version)
                        .producedAt(clock.now)
                        .validUntil(clock.now.plusSeconds(60))
                        .mode(RoutingMode.LIVE)
                        .prices(new RequestPrices(.1, .05, .001))
                        .weights(weights)
                        .unnamed(.02)
                        .providers(Map.of())
                        .build());
    }

    @Test
    void aValidWiderScope_takesPrecedenceOverAnExpiredNarrowerOne() {
        decide("agent:planner-1", 1, Map.of("a", 0.0, "b", 0.0, "c", 1.0));
        clock.now = clock.now.plusSeconds(61);
        decide("global", 1, Map.of("a", 1.0, "b", 0.0, "c", 0.0));
        assertThat(choices(10)).containsOnlyKeys("a");
    }

    private Map<String, Integer> choices(int n) {
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < n; i++) {
            counts.merge(router.choose(Set.of(), SCOPES).provider(), 1, Integer::sum);
        }
        return counts;
    }

    @Test
    void withoutWeights_sharesAreEven() {
        assertThat(choices(300)).isEqualTo(Map.of("a", 100, "b", 100, "c", 100));
        assertThat(router.choose(Set.of(), SCOPES).version()).isZero();
    }

    @Test
    void sharesAreSmooth() {
        decide("global", 1, Map.of("a", .7, "b", .25, "c", .05));
        Map<String, Integer> counts = choices(1000);
        assertThat(counts.get("a")).isCloseTo(700, within(2));
        assertThat(counts.get("b")).isCloseTo(250, within(2));
        assertThat(counts.get("c")).isCloseTo(50, within(2));
        Map<String, Integer> few = choices(40);
        assertThat(few.get("c")).as("evenly spread, not random").isBetween(1, 3);
    }

    @Test
    void newestVersionWins() {
        decide("global", 5, Map.of("a", 1.0, "b", 0.0, "c", 0.0));
        decide("global", 4, Map.of("a", 0.0, "b", 1.0, "c", 0.0));
        assertThat(choices(10)).isEqualTo(Map.of("a", 10));
        decide("global", 6, Map.of("a", 0.0, "b", 0.0, "c", 1.0));
        assertThat(choices(10)).isEqualTo(Map.of("c", 10));
        assertThat(router.version("global")).isEqualTo(6);
    }

    @Test
    void lowerVersionOfARestartedJob_countsOnceTheOldDecisionHasExpired() {
        decide("global", 5_000_000, Map.of("a", 1.0, "b", 0.0, "c", 0.0));
        clock.now = START.plusSeconds(61);
        decide("global", 4_000_000, Map.of("a", 0.0, "b", 1.0, "c", 0.0));
        assertThat(choices(10)).isEqualTo(Map.of("b", 10));
    }

    @Test
    void mostSpecificScopeWins_andATombstoneRestoresTheWiderOne() {
        decide("global", 1, Map.of("a", 1.0, "b", 0.0, "c", 0.0));
        decide("agent_type:planner", 1, Map.of("a", 0.0, "b", 1.0, "c", 0.0));
        decide("agent:planner-1", 1, Map.of("a", 0.0, "b", 0.0, "c", 1.0));
        assertThat(choices(5)).isEqualTo(Map.of("c", 5));
        assertThat(router.choose(Set.of(), Router.scopesOf("other", "planner")).scope())
                .isEqualTo("agent_type:planner");
        router.remove("agent:planner-1");
        assertThat(choices(5)).isEqualTo(Map.of("b", 5));
        router.remove("agent_type:planner");
        assertThat(choices(5)).isEqualTo(Map.of("a", 5));
    }

    @Test
    void retryExcludesFailedProviders() {
        decide("global", 1, Map.of("a", .9, "b", .1, "c", 0.0));
        for (int i = 0; i < 20; i++) {
            assertThat(router.choose(Set.of("a"), SCOPES).provider()).isEqualTo("b");
        }
        Set<String> last = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            last.add(router.choose(Set.of("a", "b"), SCOPES).provider());
        }
        assertThat(last).as("without a share, but the only one left").containsExactly("c");
        assertThat(router.choose(Set.of("a", "b", "c"), SCOPES).provider()).isIn("a", "b");
    }

    @Test
    void providerWithoutAWeight_isTried() {
        decide("global", 1, Map.of("a", .5, "b", .5));
        assertThat(choices(1000).get("c")).isBetween(15, 25);
    }

    @Test
    void expiredWeights_becomeEvenWithinAMinute_amongHealthyProviders() {
        decide("global", 1, Map.of("a", 1.0, "b", 0.0, "c", 0.0));
        clock.now = START.plusSeconds(60);
        assertThat(choices(100)).isEqualTo(Map.of("a", 100));
        clock.now = START.plusSeconds(90);
        assertThat(choices(300).get("a")).as("half by weight, half even").isBetween(195, 205);
        clock.now = START.plusSeconds(500);
        assertThat(choices(300).get("b")).isBetween(99, 101);
        for (int i = 0; i < 3; i++) {
            router.ended("b", false);
        }
        assertThat(choices(200)).doesNotContainKey("b");
        clock.now = START.plusSeconds(540);
        assertThat(choices(300)).as("after a pause it is tried again").containsKey("b");
    }

    @Test
    void routersDoNotAllStartWithTheSameProvider() {
        Set<String> first = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            first.add(
                    new Router(List.of("a", "b", "c"), clock).choose(Set.of(), SCOPES).provider());
        }
        assertThat(first).containsExactlyInAnyOrder("a", "b", "c");
    }

    @Test
    void emptyProviders_areRefused() {
        assertThatThrownBy(() -> new Router(List.of(), clock))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("providers is empty");
    }

    @Test
    void reportedSharesAreThoseOfTheChoices() {
        assertThat(router.shares(SCOPES).expired()).isTrue();
        assertThat(router.shares(SCOPES).decision()).isNull();
        assertThat(router.shares(SCOPES).byProvider()).containsOnlyKeys("a", "b", "c");
        decide("global", 1, Map.of("a", .98, "b", 0.0));
        assertThat(router.shares(SCOPES).expired()).isFalse();
        assertThat(router.shares(SCOPES).byProvider())
                .isEqualTo(Map.of("a", .98, "b", 0.0, "c", .02));
        clock.now = clock.now.plusSeconds(60 + Router.DECAY_MILLIS / 1000);
        assertThat(router.shares(SCOPES).expired()).isTrue();
        assertThat(router.shares(SCOPES).byProvider().values())
                .allSatisfy(share -> assertThat(share).isCloseTo(1 / 3.0, within(1e-9)));
    }

    @Test
    void anObserverTakesTheProvidersOfTheDecision_andMakesNoChoices() {
        Router observer = Router.observer(List.of(), clock);
        assertThat(observer.shares(SCOPES).byProvider()).isEmpty();
        observer.accept(
                WeightDecisionBuilder.builder()
                        .scope("global")
                        .version(1)
                        .producedAt(clock.now)
                        .validUntil(clock.now.plusSeconds(60))
                        .mode(RoutingMode.LIVE)
                        .prices(new RequestPrices(.1, .05, .001))
                        .weights(Map.of("x", .25, "y", .75))
                        .unnamed(.02)
                        .providers(Map.of())
                        .build());
        assertThat(observer.shares(SCOPES).byProvider()).isEqualTo(Map.of("x", .25, "y", .75));
        assertThatThrownBy(() -> observer.choose(Set.of(), SCOPES))
                .isInstanceOf(IllegalStateException.class);
    }

    /** Shares have a sum of 1, and counts of choices keep close to them, whatever the weights. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void anyWeights_areFollowedClosely(long seed) {
        Random random = new Random(seed);
        Map<String, Double> weights = new HashMap<>();
        for (String provider : List.of("a", "b", "c")) {
            weights.put(provider, random.nextInt(4) == 0 ? 0.0 : random.nextDouble());
        }
        decide("global", 1, weights);
        Set<String> excluded = random.nextBoolean() ? Set.of() : Set.of("b");
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < 500; i++) {
            counts.merge(router.choose(excluded, SCOPES).provider(), 1, Integer::sum);
        }
        Map<String, Double> shares = new HashMap<>(weights);
        shares.keySet().removeAll(excluded);
        double sum = shares.values().stream().mapToDouble(w -> w).sum();
        shares.forEach(
                (provider, weight) ->
                        assertThat((double) counts.getOrDefault(provider, 0))
                                .as(provider)
                                .isCloseTo(500 * (sum > 0 ? weight / sum : .5), within(2.5)));
        assertThat(counts).doesNotContainKeys(excluded.toArray(String[]::new));
        assertThat(router.shares(SCOPES).byProvider().values().stream().mapToDouble(w -> w).sum())
                .isCloseTo(1, within(1e-9));
    }

    @Test
    void withoutWeights_aFailingProviderIsPausedForHalfAMinute() {
        router.ended("a", false);
        router.ended("a", false);
        router.ended("a", true);
        router.ended("a", false);
        router.ended("a", false);
        assertThat(choices(30)).as("two in a row").containsEntry("a", 10);
        router.ended("a", false);
        assertThat(choices(30)).as("three in a row").doesNotContainKey("a");
        clock.now = clock.now.plusSeconds(30);
        assertThat(choices(30)).doesNotContainKey("a");
        clock.now = clock.now.plusMillis(1);
        assertThat(choices(30)).containsKey("a");
    }

    @Test
    void withoutWeights_ifAllFail_allAreTried() {
        for (String provider : List.of("a", "b", "c")) {
            for (int i = 0; i < 3; i++) {
                router.ended(provider, false);
            }
        }
        assertThat(choices(30)).isEqualTo(Map.of("a", 10, "b", 10, "c", 10));
    }

    @Test
    void validWeights_areNotChangedByFailures() {
        decide("global", 1, Map.of("a", 1.0, "b", 0.0, "c", 0.0));
        for (int i = 0; i < 3; i++) {
            router.ended("a", false);
        }
        assertThat(choices(10)).isEqualTo(Map.of("a", 10));
    }
}
