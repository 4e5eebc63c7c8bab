package io.agentanalytics.benchmarks.weights;

import io.agentanalytics.contract.Json;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * Prints the regret of each balancer against an oracle, over designed scenarios and over random
 * ones.
 */
public final class WeightQuality {
    private static final double SUCCESS = 0.10;
    private static final int SPEED = 6;
    private static final String LIVE = Balancers.OURS + ", live";

    /**
     * Scenarios that cannot run live: one takes two hours; in the other, routers learn of a new
     * provider while they run.
     */
    private static final Set<String> NOT_LIVE = Set.of("low_traffic", "join_bad");

    private final Prices prices;
    private final Map<String, Map<String, List<Score>>> designed = new LinkedHashMap<>();
    private final Map<String, Map<String, List<Score>>> refusals = new LinkedHashMap<>();
    private final Map<String, List<Score>> random = new LinkedHashMap<>();

    private WeightQuality(Prices prices) {
        this.prices = prices;
    }

    /**
     * Arguments: {@code [--seeds 900-904] [--worlds 6000-6099] [--failure-price USD]
     * [--second-price USD] [--only NAME,...] [--live SCENARIO,...|all [--speed N]] [--json]}.
     */
    public static void main(String[] args) throws Exception {
        WeightQuality quality =
                new WeightQuality(
                        new Prices(
                                SUCCESS,
                                Double.parseDouble(option(args, "--failure-price", "0.05")),
                                Double.parseDouble(option(args, "--second-price", "0.001"))));
        long[] seeds = range(option(args, "--seeds", "900-904"));
        long[] worlds = range(option(args, "--worlds", "6000-6099"));
        List<String> only = List.of(option(args, "--only", "").split(","));
        Balancers.all()
                .forEach(
                        (name, maker) -> {
                            if (only.contains("") || only.contains(name)) {
                                quality.run(name, maker, seeds, worlds);
                            }
                        });
        String live = option(args, "--live", "");
        if (!live.isEmpty()) {
            int speed = Integer.parseInt(option(args, "--speed", Integer.toString(SPEED)));
            quality.live(List.of(live.split(",")), seeds, speed);
        }
        if (Arrays.asList(args).contains("--json")) {
            System.out.println(new String(Json.encode(quality.json()), StandardCharsets.UTF_8));
        } else {
            quality.print(System.out);
            quality.printLive(System.out);
        }
        quality.printLast(System.out);
        // Exits explicitly, because Kafka and Flink leave threads running.
        System.exit(0);
    }

    private static String option(String[] args, String name, String otherwise) {
        int i = Arrays.asList(args).indexOf(name);
        return i < 0 || i + 1 == args.length ? otherwise : args[i + 1];
    }

    private static long[] range(String text) {
        String[] ends = text.split("-");
        long from = Long.parseLong(ends[0]);
        return new long[] {from, ends.length == 1 ? from : Long.parseLong(ends[1])};
    }

    private void run(String name, Balancer.Maker maker, long[] seeds, long[] worlds) {
        designed.put(name, scores(RoutingScenario.designed(), maker, seeds));
        refusals.put(name, scores(RoutingScenario.refusals(), maker, seeds));
        for (long world = worlds[0]; world <= worlds[1]; world++) {
            random.computeIfAbsent(name, n -> new ArrayList<>())
                    .add(Loop.run(RoutingScenario.random(world), maker, prices, world * 31 + 7));
        }
        System.err.printf("%s done%n", name);
    }

    private Map<String, List<Score>> scores(
            Map<String, RoutingScenario> worlds, Balancer.Maker maker, long[] seeds) {
        Map<String, List<Score>> scores = new LinkedHashMap<>();
        worlds.forEach(
                (scenario, world) -> {
                    List<Score> runs = new ArrayList<>();
                    for (long seed = seeds[0]; seed <= seeds[1]; seed++) {
                        runs.add(Loop.run(world, maker, prices, seed));
                    }
                    scores.put(scenario, runs);
                });
        return scores;
    }

    /**
     * Runs the same scenarios through the real job. Excludes providers that join later, because
     * they would require a new deployment.
     */
    private void live(List<String> scenarios, long[] seeds, int speed) throws Exception {
        Map<String, RoutingScenario> worlds = RoutingScenario.designed();
        worlds.keySet().removeAll(NOT_LIVE);
        if (!scenarios.contains("all")) {
            if (!worlds.keySet().containsAll(scenarios)) {
                throw new IllegalArgumentException(
                        "--live is %s; write all, or some of %s."
                                .formatted(scenarios, worlds.keySet()));
            }
            worlds.keySet().retainAll(scenarios);
        }
        for (long seed = seeds[0]; seed <= seeds[1]; seed++) {
            Live.run(worlds, prices, seed, speed)
                    .forEach(
                            (scenario, score) ->
                                    designed.computeIfAbsent(LIVE, n -> new LinkedHashMap<>())
                                            .computeIfAbsent(scenario, s -> new ArrayList<>())
                                            .add(score));
        }
    }

    private static double mean(List<Score> scores, ToDoubleFunction<Score> of) {
        return scores.stream().mapToDouble(of).average().orElse(Double.NaN);
    }

    /** Returns the median if more than half of the runs have a value. */
    private static @Nullable Double median(List<@Nullable Double> values) {
        List<Double> known = values.stream().filter(Objects::nonNull).sorted().toList();
        return known.size() * 2 > values.size() ? known.get(known.size() / 2) : null;
    }

    private static double quantile(List<Score> scores, double share) {
        double[] sorted = scores.stream().mapToDouble(Score::regret).sorted().toArray();
        return sorted[(int) Math.min(sorted.length - 1, share * sorted.length)];
    }

    private static DoubleStream regrets(Map<String, List<Score>> scenarios) {
        return scenarios.values().stream().mapToDouble(runs -> mean(runs, Score::regret));
    }

    private double designedMean(String name) {
        return regrets(designed.getOrDefault(name, Map.of())).average().orElse(Double.NaN);
    }

    private double worst(String name) {
        return regrets(designed.getOrDefault(name, Map.of())).max().orElse(Double.NaN);
    }

    private double refusalsMean(String name) {
        return regrets(refusals.getOrDefault(name, Map.of())).average().orElse(Double.NaN);
    }

    private double randomMean(String name) {
        return mean(random.getOrDefault(name, List.of()), Score::regret);
    }

    private void print(PrintStream out) {
        out.printf(
                Locale.ROOT,
                "A failure costs %s USD, a second %s USD, a success is worth %s USD. Regret: USD lost per 1,000 requests.%n%n",
                prices.failure(),
                prices.second(),
                prices.success());
        RoutingScenario.designed().keySet().forEach(s -> scenario(out, s, designed));
        RoutingScenario.refusals().keySet().forEach(s -> scenario(out, s, refusals));
        out.printf(
                "%-22s %8s %8s | %8s | %8s %8s %8s %8s %9s %8s %7s%n",
                "policy",
                "designed",
                "worst",
                "refusals",
                "random",
                "median",
                "p95",
                "max",
                "success %",
                "$/1000",
                "churn");
        for (String name : random.keySet()) {
            List<Score> worlds = random.getOrDefault(name, List.of());
            out.printf(
                    Locale.ROOT,
                    "%-22s %8.2f %8.2f | %8.2f | %8.2f %8.2f %8.2f %8.2f %9.2f %8.2f %7.1f%n",
                    name,
                    designedMean(name),
                    worst(name),
                    refusalsMean(name),
                    randomMean(name),
                    quantile(worlds, .5),
                    quantile(worlds, .95),
                    quantile(worlds, 1),
                    mean(worlds, Score::success),
                    mean(worlds, Score::cost),
                    mean(worlds, Score::churn));
        }
    }

    /** Prints the same scenarios and seeds, on the virtual clock and through the real job. */
    private void printLive(PrintStream out) {
        Map<String, List<Score>> live = designed.getOrDefault(LIVE, Map.of());
        Map<String, List<Score>> virtual = designed.getOrDefault(Balancers.OURS, Map.of());
        if (!live.isEmpty() && !virtual.isEmpty()) {
            out.printf(
                    Locale.ROOT,
                    "mean regret of the %d live scenarios: live %.2f, by the virtual clock %.2f%n",
                    live.size(),
                    live.values().stream()
                            .mapToDouble(r -> mean(r, Score::regret))
                            .average()
                            .orElse(0),
                    live.keySet().stream()
                            .mapToDouble(
                                    s -> mean(virtual.getOrDefault(s, List.of()), Score::regret))
                            .average()
                            .orElse(0));
        }
    }

    private static void scenario(
            PrintStream out, String scenario, Map<String, Map<String, List<Score>>> all) {
        out.printf(
                "%-22s %8s %9s %9s %9s %8s %7s %7s %7s%n",
                scenario,
                "regret",
                "success %",
                "in fault",
                "best",
                "$/1000",
                "away s",
                "back s",
                "churn");
        all.forEach(
                (name, scenarios) -> {
                    List<Score> runs = scenarios.getOrDefault(scenario, List.of());
                    if (runs.isEmpty()) {
                        return;
                    }
                    out.printf(
                            Locale.ROOT,
                            "  %-20s %8.2f %9.2f %9.2f %9.2f %8.2f %7s %7s %7.1f%n",
                            name,
                            mean(runs, Score::regret),
                            mean(runs, Score::success),
                            mean(runs, Score::faultSuccess),
                            mean(runs, Score::bestFaultSuccess),
                            mean(runs, Score::cost),
                            seconds(median(runs.stream().map(Score::awaySeconds).toList())),
                            seconds(median(runs.stream().map(Score::backSeconds).toList())),
                            mean(runs, Score::churn));
                });
        out.println();
    }

    private static String seconds(@Nullable Double value) {
        return value == null ? "-" : String.format(Locale.ROOT, "%.0f", value);
    }

    private Map<String, Object> json() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("prices", prices);
        all.put("designed", designed);
        all.put("refusals", refusals);
        all.put("random", random);
        return all;
    }

    private void printLast(PrintStream out) {
        out.printf(
                Locale.ROOT,
                "weights: designed_mean %.2f designed_worst %.2f refusals_mean %.2f random_mean %.2f thompson_designed %.2f thompson_refusals %.2f thompson_random %.2f bifrost_designed %.2f bifrost_refusals %.2f bifrost_random %.2f%n",
                designedMean(Balancers.OURS),
                worst(Balancers.OURS),
                refusalsMean(Balancers.OURS),
                randomMean(Balancers.OURS),
                designedMean(Balancers.THOMPSON),
                refusalsMean(Balancers.THOMPSON),
                randomMean(Balancers.THOMPSON),
                designedMean(Balancers.BIFROST),
                refusalsMean(Balancers.BIFROST),
                randomMean(Balancers.BIFROST));
    }
}
