package io.agentanalytics.benchmarks.weights;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;

/**
 * Scenario: providers, their faults, and the request rate.
 *
 * @param rate requests per second
 * @param seconds duration of the scenario
 * @param from start of the fault
 * @param until end of the fault
 * @param target provider with the fault; -1 if there is no single one
 * @param strays share of requests from agents that do not follow the weights and use any provider.
 *     These requests consume quotas and are visible to readers of the events, but are not scored
 * @param providers factory of the providers for each run
 */
@RecordBuilder
record RoutingScenario(
        double rate,
        double seconds,
        double from,
        double until,
        int target,
        double strays,
        Supplier<List<Provider>> providers) {

    private static final double NO_LIMIT = Double.POSITIVE_INFINITY;
    private static final Provider.Trouble NONE = (t, well) -> well;

    private static final Condition A = well(.01, 4, .030);
    private static final Condition B = well(.02, 6, .020);
    private static final Condition C = well(.03, 8, .012);

    private static Condition well(double failure, double median, double cost) {
        return new Condition(failure, .5, false, median, cost, NO_LIMIT);
    }

    private static Provider provider(Condition well, Provider.Trouble trouble) {
        return new Provider(well, .5, 0, trouble);
    }

    private static Provider.Trouble during(double from, double until, Provider.Trouble trouble) {
        return (t, well) -> t >= from && t < until ? trouble.at(t, well) : well;
    }

    /** Returns the designed scenarios by name. */
    static Map<String, RoutingScenario> designed() {
        Map<String, RoutingScenario> worlds = new LinkedHashMap<>();
        double from = 600;
        double until = 1200;
        put(worlds, "steady", -1, NONE, NONE, NONE);
        cheapest(worlds, "outage_5xx", during(from, until, (t, c) -> c.failing(1, .5)));
        cheapest(worlds, "outage_hang", during(from, until, (t, c) -> c.hanging()));
        cheapest(worlds, "brownout30", during(from, until, (t, c) -> c.failing(.3, 1)));
        cheapest(worlds, "latency_x5", during(from, until, (t, c) -> c.slower(5)));
        cheapest(worlds, "price_x4", during(from, until, (t, c) -> c.moreExpensive(4)));
        cheapest(worlds, "flapping20s", during(from, until, (t, c) -> flapping(t - from, 20, c)));
        cheapest(worlds, "slow_recovery", RoutingScenario::recoversSlowly);
        put(
                worlds,
                "all_bad",
                -1,
                during(from, until, (t, c) -> c.failing(.5, .5)),
                during(from, until, (t, c) -> c.failing(.6, .5)),
                during(from, until, (t, c) -> c.failing(.7, .5)));
        Provider.Trouble hour = during(1800, 3600, (t, c) -> c.failing(1, .5));
        worlds.put(
                "low_traffic",
                RoutingScenarioBuilder.builder()
                        .rate(.1)
                        .seconds(7200)
                        .from(1800)
                        .until(3600)
                        .target(2)
                        .providers(three(NONE, NONE, hour))
                        .build());
        put(
                worlds,
                "correlated",
                2,
                NONE,
                during(from, until, (t, c) -> c.failing(.3, 1)),
                during(from, until, (t, c) -> c.failing(1, .5)));
        Condition narrow = new Condition(.03, .5, false, 8, .012, 1.5);
        worlds.put(
                "capacity",
                usual(
                        -1,
                        () ->
                                List.of(
                                        provider(A, NONE),
                                        provider(B, NONE),
                                        provider(narrow, NONE))));
        worlds.put(
                "join_bad",
                usual(
                        -1,
                        () ->
                                List.of(
                                        provider(A, NONE),
                                        provider(B, NONE),
                                        provider(C, NONE),
                                        new Provider(well(.6, 3, .008), .5, 600, NONE))));
        return worlds;
    }

    /**
     * Returns the scenarios with refused requests (HTTP 429) by name. They are scored separately
     * from the designed scenarios.
     */
    static Map<String, RoutingScenario> refusals() {
        Map<String, RoutingScenario> worlds = new LinkedHashMap<>();
        Provider.Trouble burst = during(300, 600, (t, c) -> c.taking(.5));
        Provider.Trouble outage = during(840, 1440, (t, c) -> c.failing(1, .5));
        worlds.put("burst_then_outage", refusing(1, 0, three(NONE, outage, burst)));
        Provider.Trouble slow = during(840, 1440, (t, c) -> c.slower(5));
        worlds.put("strays_then_outage", refusing(2, 1.0 / 3, three(slow, burst, outage)));
        Provider.Trouble narrow = (t, c) -> c.taking(1.5);
        worlds.put("strays_and_limit", refusing(-1, 1.0 / 3, three(NONE, NONE, narrow)));
        Provider.Trouble shared = (t, c) -> c.taking(2 + 1.5 * Math.sin(2 * Math.PI * t / 600));
        worlds.put("shared_quota", refusing(-1, 0, three(NONE, NONE, shared)));
        return worlds;
    }

    private static RoutingScenario refusing(
            int target, double strays, Supplier<List<Provider>> providers) {
        return RoutingScenarioBuilder.builder()
                .rate(5)
                .seconds(1800)
                .from(840)
                .until(1440)
                .target(target)
                .strays(strays)
                .providers(providers)
                .build();
    }

    private static Condition recoversSlowly(double t, Condition c) {
        if (t >= 600 && t < 720) {
            return c.failing(1, .5);
        }
        return t >= 720 && t < 1200 ? c.failing(Math.max(.03, 1 - .97 * (t - 720) / 480), .5) : c;
    }

    private static void cheapest(
            Map<String, RoutingScenario> worlds, String name, Provider.Trouble trouble) {
        put(worlds, name, 2, NONE, NONE, trouble);
    }

    private static void put(
            Map<String, RoutingScenario> worlds,
            String name,
            int target,
            Provider.Trouble a,
            Provider.Trouble b,
            Provider.Trouble c) {
        worlds.put(name, usual(target, three(a, b, c)));
    }

    private static Supplier<List<Provider>> three(
            Provider.Trouble a, Provider.Trouble b, Provider.Trouble c) {
        return () -> List.of(provider(A, a), provider(B, b), provider(C, c));
    }

    private static RoutingScenario usual(int target, Supplier<List<Provider>> providers) {
        return RoutingScenarioBuilder.builder()
                .rate(5)
                .seconds(1800)
                .from(600)
                .until(1200)
                .target(target)
                .providers(providers)
                .build();
    }

    /** Returns a random scenario: two to five providers, some of which have up to two faults. */
    static RoutingScenario random(long seed) {
        Random random = new Random(seed * 77 + 5);
        int count = 2 + random.nextInt(4);
        double rate = logUniform(random, .2, 10);
        List<Supplier<Provider>> providers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int faults = new int[] {0, 0, 1, 1, 2}[random.nextInt(5)];
            List<Provider.Trouble> troubles = new ArrayList<>();
            for (int f = 0; f < faults; f++) {
                troubles.add(fault(random));
            }
            double failure = uniform(random, .002, .05);
            double median = logUniform(random, 1, 12);
            double cost = logUniform(random, .004, .06);
            double sigma = uniform(random, .3, .8);
            double share = uniform(random, .3, .8);
            double capacity = random.nextDouble() < .2 ? rate * share : NO_LIMIT;
            Condition well = new Condition(failure, .5, false, median, cost, capacity);
            Provider.Trouble all = (t, c) -> all(troubles, t, c);
            providers.add(() -> new Provider(well, sigma, 0, all));
        }
        return RoutingScenarioBuilder.builder()
                .rate(rate)
                .seconds(1800)
                .from(200)
                .until(1800)
                .target(-1)
                .providers(() -> providers.stream().map(Supplier::get).toList())
                .build();
    }

    private static Condition all(List<Provider.Trouble> troubles, double t, Condition well) {
        Condition c = well;
        for (Provider.Trouble trouble : troubles) {
            c = trouble.at(t, c);
        }
        return c;
    }

    private static Provider.Trouble fault(Random random) {
        int kind = random.nextInt(6);
        double from = uniform(random, 200, 1500);
        double until = from + logUniform(random, 30, 900);
        double share = uniform(random, .1, .6);
        double slower = uniform(random, 2, 8);
        double moreExpensive = logUniform(random, .3, 5);
        double period = uniform(random, 10, 60);
        Provider.Trouble trouble =
                switch (kind) {
                    case 0 -> (t, c) -> c.failing(1, .5);
                    case 1 -> (t, c) -> c.hanging();
                    case 2 -> (t, c) -> c.failing(Math.max(c.failure(), share), 1);
                    case 3 -> (t, c) -> c.slower(slower);
                    case 4 -> (t, c) -> c.moreExpensive(moreExpensive);
                    default -> (t, c) -> flapping(t - from, period, c);
                };
        return during(from, until, trouble);
    }

    private static Condition flapping(double since, double period, Condition c) {
        return (int) (since / period) % 2 == 0 ? c.failing(1, .5) : c;
    }

    private static double uniform(Random random, double least, double most) {
        return least + random.nextDouble() * (most - least);
    }

    private static double logUniform(Random random, double least, double most) {
        return Math.exp(uniform(random, Math.log(least), Math.log(most)));
    }
}
