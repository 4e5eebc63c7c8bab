package io.agentanalytics.benchmarks.weights;

import io.agentanalytics.benchmarks.harness.Quantiles;
import io.agentanalytics.benchmarks.harness.SeedRange;
import io.agentanalytics.contract.Json;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Prints the regret of each balancer against an oracle, over designed scenarios and over random
 * ones.
 */
@Command(
        name = "weights",
        description = "Regret of the weights and of other balancers against an oracle.")
@SuppressWarnings("NullAway.Init") // picocli and call() set the fields
public final class WeightQuality implements Callable<Integer> {
    private static final double SUCCESS = 0.10;
    private static final String LIVE = Balancers.OURS + ", live";

    /**
     * Scenarios that cannot run live: one takes two hours; in the other, routers learn of a new
     * provider while they run.
     */
    private static final Set<String> NOT_LIVE = Set.of("low_traffic", "join_bad");

    @Spec CommandSpec spec;

    @Option(
            names = "--seeds",
            paramLabel = "FIRST-LAST",
            description = "Seeds of the designed scenarios (default: ${DEFAULT-VALUE}).")
    SeedRange seeds = new SeedRange(900, 904);

    @Option(
            names = "--worlds",
            paramLabel = "FIRST-LAST",
            description = "Seeds of the random scenarios (default: ${DEFAULT-VALUE}).")
    SeedRange worlds = new SeedRange(6000, 6099);

    @Option(
            names = "--failure-price",
            paramLabel = "USD",
            description = "Cost of a failed request (default: ${DEFAULT-VALUE}).")
    double failurePrice = 0.05;

    @Option(
            names = "--second-price",
            paramLabel = "USD",
            description = "Cost of a second of waiting (default: ${DEFAULT-VALUE}).")
    double secondPrice = 0.001;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "NAME",
            description = "Runs only these balancers.")
    List<String> only = List.copyOf(Balancers.all().keySet());

    @Option(
            names = "--live",
            split = ",",
            paramLabel = "SCENARIO",
            description = "Also runs these designed scenarios through the real job; all runs all.")
    List<String> live = List.of();

    @Option(
            names = "--speed",
            paramLabel = "TIMES",
            description = "Speed of the clock of --live (default: ${DEFAULT-VALUE}).")
    int speed = 6;

    @Option(names = "--json", description = "Prints JSON instead of tables.")
    boolean json;

    private Prices prices;
    private final Map<String, Map<String, List<Score>>> designed = new LinkedHashMap<>();
    private final Map<String, Map<String, List<Score>>> refusals = new LinkedHashMap<>();
    private final Map<String, List<Score>> random = new LinkedHashMap<>();

    @Override
    public Integer call() throws Exception {
        prices = new Prices(SUCCESS, failurePrice, secondPrice);
        Map<String, Balancer.Maker> makers = Balancers.all();
        requireKnown("--only", only, makers.keySet());
        Map<String, RoutingScenario> liveScenarios = liveScenarios();
        makers.keySet().retainAll(only);
        makers.forEach(this::run);
        if (!liveScenarios.isEmpty()) {
            runLive(liveScenarios);
        }
        if (json) {
            System.out.println(new String(Json.encode(json()), StandardCharsets.UTF_8));
        } else {
            print(System.out);
            printLive(System.out);
        }
        printLast(System.out);
        return 0;
    }

    private void requireKnown(String option, List<String> given, Collection<String> known) {
        if (!known.containsAll(given)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "%s is %s; write some of %s"
                            .formatted(option, String.join(",", given), String.join(", ", known)));
        }
    }

    private Map<String, RoutingScenario> liveScenarios() {
        Map<String, RoutingScenario> scenarios = RoutingScenario.designed();
        scenarios.keySet().removeAll(NOT_LIVE);
        if (!live.contains("all")) {
            requireKnown("--live", live, scenarios.keySet());
            scenarios.keySet().retainAll(live);
        }
        return scenarios;
    }

    private void run(String name, Balancer.Maker maker) {
        designed.put(name, scores(RoutingScenario.designed(), maker));
        refusals.put(name, scores(RoutingScenario.refusals(), maker));
        for (long world : worlds.all()) {
            random.computeIfAbsent(name, n -> new ArrayList<>())
                    .add(Loop.run(RoutingScenario.random(world), maker, prices, world * 31 + 7));
        }
        System.err.printf("%s done%n", name);
    }

    private Map<String, List<Score>> scores(
            Map<String, RoutingScenario> scenarios, Balancer.Maker maker) {
        Map<String, List<Score>> scores = new LinkedHashMap<>();
        scenarios.forEach(
                (scenario, world) -> {
                    List<Score> runs = new ArrayList<>();
                    for (long seed : seeds.all()) {
                        runs.add(Loop.run(world, maker, prices, seed));
                    }
                    scores.put(scenario, runs);
                });
        return scores;
    }

    /** Runs designed scenarios through the real job. */
    private void runLive(Map<String, RoutingScenario> scenarios) throws Exception {
        for (long seed : seeds.all()) {
            Live.run(scenarios, prices, seed, speed)
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
        return Quantiles.of(scores.stream().map(Score::regret).sorted().toList(), share);
    }

    private static DoubleStream regrets(Map<String, List<Score>> scenarios) {
        return scenarios.values().stream().mapToDouble(runs -> mean(runs, Score::regret));
    }

    private double designedMean(String name) {
        return meanRegret(designed, name);
    }

    private double refusalsMean(String name) {
        return meanRegret(refusals, name);
    }

    private static double meanRegret(Map<String, Map<String, List<Score>>> all, String name) {
        return regrets(all.getOrDefault(name, Map.of())).average().orElse(Double.NaN);
    }

    private double worst(String name) {
        return regrets(designed.getOrDefault(name, Map.of())).max().orElse(Double.NaN);
    }

    private double randomMean(String name) {
        return mean(random.getOrDefault(name, List.of()), Score::regret);
    }

    private void print(PrintStream out) {
        out.printf(
                Locale.ROOT,
                "A failure costs %s USD, a second %s USD, a success is worth %s USD."
                        + " Regret: USD lost per 1,000 requests.%n%n",
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
        Map<String, List<Score>> real = designed.getOrDefault(LIVE, Map.of());
        Map<String, List<Score>> virtual = designed.getOrDefault(Balancers.OURS, Map.of());
        if (!real.isEmpty() && !virtual.isEmpty()) {
            out.printf(
                    Locale.ROOT,
                    "mean regret of the %d live scenarios: live %.2f, by the virtual clock %.2f%n",
                    real.size(),
                    regrets(real).average().orElse(0),
                    real.keySet().stream()
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
                "weights: designed_mean %.2f designed_worst %.2f refusals_mean %.2f"
                        + " random_mean %.2f thompson_designed %.2f thompson_refusals %.2f"
                        + " thompson_random %.2f bifrost_designed %.2f"
                        + " bifrost_refusals %.2f bifrost_random %.2f%n",
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
