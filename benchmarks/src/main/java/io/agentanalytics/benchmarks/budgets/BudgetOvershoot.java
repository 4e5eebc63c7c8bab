package io.agentanalytics.benchmarks.budgets;

import io.agentanalytics.benchmarks.harness.Quantiles;
import io.agentanalytics.benchmarks.harness.SeedRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Overshoot of a budget whose bills come late, in a closed loop on a virtual clock: the job's
 * rules, and the usual check of the bills so far, on the same tasks.
 */
@Command(
        name = "budgets",
        description = "Overshoot of budgets with tasks in flight and late bills.")
public final class BudgetOvershoot implements Callable<Integer> {
    private static final double GOAL = 0.02;

    @Option(
            names = "--seeds",
            paramLabel = "FIRST-LAST",
            description = "Seeds of the runs (default: ${DEFAULT-VALUE}).")
    SeedRange seeds = new SeedRange(500, 599);

    @Option(
            names = "--places",
            paramLabel = "N",
            description = "Tasks in flight (default: ${DEFAULT-VALUE}).")
    int places = 200;

    @Option(
            names = "--usd",
            paramLabel = "USD",
            description = "Budget; a task costs 0.66 USD on average (default: ${DEFAULT-VALUE}).")
    double usd = 1000;

    /** Creates the policy of a run. */
    private interface Policy {
        Gate of(long budgetNanos);
    }

    @Override
    public Integer call() throws Exception {
        System.out.printf(
                Locale.ROOT,
                "%d tasks in flight, budget %.0f USD, seeds %s%n" + "%-18s %9s %9s %9s %14s %12s%n",
                places,
                usd,
                seeds,
                "",
                "p50",
                "p95",
                "worst",
                "within 2 %",
                "left unspent");
        print("check, then spend", Gate::checkThenSpend);
        print("budgets", nanos -> new ReservationGate(nanos, BudgetRun.START_MILLIS));
        return 0;
    }

    private void print(String name, Policy policy) throws Exception {
        long budget = Math.round(usd * 1e9);
        List<Double> over = new ArrayList<>();
        double unspent = 0;
        for (long seed : seeds.all()) {
            double spent = BudgetRun.spent(policy.of(budget), seed, places);
            over.add(Math.max(0, spent / budget - 1));
            unspent += Math.max(0, 1 - spent / budget);
        }
        over.sort(null);
        long within = over.stream().filter(share -> share <= GOAL).count();
        System.out.printf(
                Locale.ROOT,
                "%-18s %8.2f%% %8.2f%% %8.2f%% %7d of %d %11.2f%%%n",
                name,
                100 * Quantiles.of(over, 0.5),
                100 * Quantiles.of(over, 0.95),
                100 * Quantiles.of(over, 1),
                within,
                over.size(),
                100 * unspent / over.size());
    }
}
