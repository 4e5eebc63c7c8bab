package io.agentanalytics.benchmarks.weights;

import io.agentanalytics.benchmarks.weights.Provider.Outcome;
import io.agentanalytics.benchmarks.weights.Provider.RequestResult;
import io.agentanalytics.local.command.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * Replay of real tasks with known outcomes for every model: the outcome and the cost of the chosen
 * model are looked up. One task starts per second, and its result is known half a second later. A
 * solved task counts as a success, any other as a failure that costs its bill and nothing more.
 */
@Command(
        name = "weights-replay",
        description = "Replays real tasks whose outcome is known for every model.")
@SuppressWarnings("NullAway.Init") // picocli and read() set the fields
public final class TaskReplay implements Callable<Integer> {
    private static final double[] WORTHS = {0.5, 1, 2, 5};
    private static final int TICK = 5;
    private static final List<String> COLUMNS =
            List.of("task_id", "provider", "model", "resolved", "cost_usd");
    private static final List<String> CONTENDERS =
            List.of("uniform", Balancers.THOMPSON, "thompson-streamed", Balancers.OURS);

    @Parameters(
            index = "0",
            paramLabel = "FILE",
            description =
                    "CSV file with the columns task_id, provider, model, resolved and cost_usd,"
                            + " which contains every model on every task.")
    Path file;

    @Parameters(
            index = "1",
            paramLabel = "ORDERS",
            arity = "0..1",
            description = "Number of random orders (default: ${DEFAULT-VALUE}).")
    int orders = 200;

    @Parameters(
            index = "2",
            paramLabel = "SEED",
            arity = "0..1",
            description = "Seed of the orders (default: ${DEFAULT-VALUE}).")
    long seed = 1;

    private List<String> models;
    private final List<RequestResult[]> tasks = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
        read();
        System.out.printf(
                Locale.ROOT,
                "%d tasks, %d models, %d random orders; USD a task, and beside it what is won"
                        + " over Thompson sampling with the standard error of the pairs%n",
                tasks.size(),
                models.size(),
                orders);
        for (double worth : WORTHS) {
            print(worth);
        }
        return 0;
    }

    private void read() throws IOException {
        if (!Files.isReadable(file)) {
            throw new UserError("There is no readable file %s".formatted(file));
        }
        Map<String, Map<String, RequestResult>> outcomes = new TreeMap<>();
        Set<String> known = new TreeSet<>();
        List<String> lines = Files.readAllLines(file);
        List<String> columns = List.of(lines.get(0).split(","));
        if (!columns.containsAll(COLUMNS)) {
            throw new UserError(
                    "%s has the columns %s; it needs %s".formatted(file, columns, COLUMNS));
        }
        for (String line : lines.subList(1, lines.size())) {
            String[] row = line.split(",", -1);
            String model = row[columns.indexOf("provider")] + "/" + row[columns.indexOf("model")];
            boolean solved = row[columns.indexOf("resolved")].equals("true");
            double cost = Double.parseDouble(row[columns.indexOf("cost_usd")]);
            known.add(model);
            outcomes.computeIfAbsent(row[columns.indexOf("task_id")], t -> new TreeMap<>())
                    .put(model, new RequestResult(solved ? Outcome.OK : Outcome.ERROR, 0, cost));
        }
        for (Map<String, RequestResult> task : outcomes.values()) {
            if (task.size() == known.size()) {
                tasks.add(task.values().toArray(RequestResult[]::new));
            }
        }
        models = List.copyOf(known);
    }

    private void print(double worth) {
        Prices prices = new Prices(worth, 0, 0);
        int best = 0;
        for (int model = 1; model < models.size(); model++) {
            best = fixed(model, prices) > fixed(best, prices) ? model : best;
        }
        System.out.printf(
                Locale.ROOT,
                "%na solved task is worth %s USD; best fixed choice %s: %.4f%n",
                worth,
                models.get(best),
                fixed(best, prices));
        Map<String, double[]> utilities = new LinkedHashMap<>();
        for (String name : CONTENDERS) {
            double[] each = new double[orders];
            for (int order = 0; order < orders; order++) {
                each[order] = run(name, prices, seed * 1_000_003 + order);
            }
            utilities.put(name, each);
        }
        double[] thompson = Objects.requireNonNull(utilities.get(Balancers.THOMPSON));
        utilities.forEach((name, each) -> print(name, each, thompson));
    }

    private static void print(String name, double[] each, double[] thompson) {
        double[] won = new double[each.length];
        Arrays.setAll(won, i -> each[i] - thompson[i]);
        double mean = mean(won);
        double squares = 0;
        for (double w : won) {
            squares += (w - mean) * (w - mean);
        }
        System.out.printf(
                Locale.ROOT,
                "  %-20s %8.4f   %+.4f ± %.4f%n",
                name,
                mean(each),
                mean,
                Math.sqrt(squares / Math.max(1, won.length - 1) / won.length));
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElse(Double.NaN);
    }

    private static double utility(RequestResult result, Prices prices) {
        return prices.utility(result.ok(), 0, result.cost());
    }

    private double fixed(int model, Prices prices) {
        double sum = 0;
        for (RequestResult[] task : tasks) {
            sum += utility(task[model], prices);
        }
        return sum / tasks.size();
    }

    private double run(String name, Prices prices, long orderSeed) {
        List<RequestResult[]> order = new ArrayList<>(tasks);
        Collections.shuffle(order, new Random(orderSeed));
        List<Integer> active = new ArrayList<>();
        models.forEach(model -> active.add(active.size()));
        Balancer balancer =
                Objects.requireNonNull(Balancers.all().get(name))
                        .make(
                                new Balancer.BalancerSetup(
                                        models.size(), active, new Random(orderSeed + 1), prices));
        double[] followed = new double[models.size()];
        Arrays.fill(followed, 1);
        double sum = 0;
        for (int t = 0; t < order.size(); t++) {
            if (balancer.isStreamed() && (t % TICK == 0 || balancer.isUrgent())) {
                double[] shares = balancer.shares(t);
                followed = shares == null || t == 0 ? followed : shares.clone();
            }
            int chosen =
                    balancer.isStreamed()
                            ? balancer.weighted(active, followed)
                            : balancer.choose(t);
            RequestResult result = order.get(t)[chosen];
            balancer.started(t, chosen, t);
            balancer.ended(t + Loop.PIPE, chosen, t, result, t);
            sum += utility(result, prices);
        }
        return sum / order.size();
    }
}
