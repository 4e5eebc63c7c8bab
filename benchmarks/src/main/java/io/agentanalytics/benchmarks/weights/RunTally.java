package io.agentanalytics.benchmarks.weights;

import io.agentanalytics.benchmarks.weights.Provider.Expectation;
import io.agentanalytics.benchmarks.weights.Provider.RequestResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Counters of a run, and its comparison with an oracle that knows the condition of every provider.
 */
final class RunTally {
    private static final int BIN = 5;

    /** Fraction of a capacity that the oracle uses. */
    private static final double PRUDENCE = .98;

    private final RoutingScenario world;
    private final Prices prices;
    private final int providers;

    /** Requests per second that follow the weights. */
    private final double rate;

    private final int[][] shares;
    private double requests;
    private double succeeded;
    private double cost;
    private double utility;
    private double inFault;
    private double succeededInFault;

    RunTally(RoutingScenario world, Prices prices) {
        this.world = world;
        this.prices = prices;
        this.providers = world.providers().get().size();
        this.rate = world.rate() * (1 - world.strays());
        this.shares = new int[(int) (world.seconds() / BIN) + 2][providers];
    }

    private boolean isFault(double now) {
        return now >= world.from() && now < world.until();
    }

    void refused(double now) {
        requests++;
        utility -= prices.failure();
        inFault += isFault(now) ? 1 : 0;
    }

    void add(double now, int provider, RequestResult result) {
        requests++;
        succeeded += result.ok() ? 1 : 0;
        cost += result.cost();
        utility += prices.utility(result.ok(), result.seconds(), result.cost());
        shares[(int) (now / BIN)][provider]++;
        if (isFault(now)) {
            inFault++;
            succeededInFault += result.ok() ? 1 : 0;
        }
    }

    Score score(List<Provider> truth) {
        double best = 0;
        double bestInFault = 0;
        double fault = 0;
        for (int second = 0; second < world.seconds(); second++) {
            double[] plan = oracle(truth, second + .5);
            best += plan[0];
            if (isFault(second)) {
                bestInFault += plan[1];
                fault += rate;
            }
        }
        double expected = rate * world.seconds();
        return ScoreBuilder.builder()
                .regret(1000 * (best / expected - utility / requests))
                .success(100 * succeeded / requests)
                .faultSuccess(100 * succeededInFault / Math.max(1, inFault))
                .bestFaultSuccess(100 * bestInFault / fault)
                .cost(1000 * cost / requests)
                .churn(churn())
                .awaySeconds(world.target() < 0 ? null : away())
                .backSeconds(world.target() < 0 ? null : back())
                .build();
    }

    /** Returns utility and successes of the best plan for one second. */
    private double[] oracle(List<Provider> truth, double now) {
        record Option(double utility, Expectation of) {}
        List<Option> options = new ArrayList<>();
        for (Provider provider : truth) {
            if (provider.joins() <= now) {
                Expectation e = provider.expect(now);
                options.add(new Option(prices.expected(e.success(), e.seconds(), e.cost()), e));
            }
        }
        options.sort(Comparator.comparingDouble(Option::utility).reversed());
        double left = rate;
        double strays = world.rate() * world.strays() / providers;
        double[] sum = new double[2];
        for (Option option : options) {
            double capacity = Math.max(0, PRUDENCE * option.of().capacity() - strays);
            double taken = Math.min(left, capacity);
            sum[0] += taken * option.utility();
            sum[1] += taken * option.of().success();
            left -= taken;
        }
        return sum;
    }

    /** Bins are thirty times as wide in scenarios with little traffic. */
    private int width() {
        return world.rate() >= 1 ? 1 : 30;
    }

    private @Nullable Double share(int bin) {
        double all = 0;
        double target = 0;
        for (int b = bin * width(); b < (bin + 1) * width() && b < shares.length; b++) {
            for (int i = 0; i < providers; i++) {
                all += shares[b][i];
            }
            target += shares[b][world.target()];
        }
        return all == 0 ? null : target / all;
    }

    private double mean(int from, int to) {
        double sum = 0;
        int n = 0;
        for (int b = Math.max(0, from); b < to; b++) {
            Double share = share(b);
            if (share != null) {
                sum += share;
                n++;
            }
        }
        return n == 0 ? 0 : sum / n;
    }

    private int bin(double seconds) {
        return (int) (seconds / BIN / width());
    }

    private double usual() {
        return mean(bin(world.from()) - 24, bin(world.from()));
    }

    private @Nullable Double away() {
        double usual = usual();
        for (int b = bin(world.from()); b < bin(world.until()) - 1; b++) {
            Double share = share(b);
            Double next = share(b + 1);
            if (share != null
                    && next != null
                    && share <= .1 * usual + 1e-9
                    && next <= .25 * usual) {
                return (double) (b - bin(world.from())) * BIN * width();
            }
        }
        return null;
    }

    private @Nullable Double back() {
        double usual = usual();
        int last = bin(world.seconds());
        for (int b = bin(world.until()); b < last - 1; b++) {
            if (mean(b, Math.min(b + 4, last)) >= .8 * usual) {
                return (double) (b - bin(world.until())) * BIN * width();
            }
        }
        return null;
    }

    private double churn() {
        int minute = world.rate() >= 1 ? 12 : 120;
        double sum = 0;
        int n = 0;
        double[] before = null;
        for (int b = 0; b < (int) (world.seconds() / BIN / minute); b++) {
            double[] now = realised(b * minute, minute);
            if (before != null && now != null) {
                double moved = 0;
                for (int i = 0; i < providers; i++) {
                    moved += Math.abs(now[i] - before[i]) / 2;
                }
                sum += moved;
                n++;
            }
            before = now;
        }
        return 100 * sum / Math.max(1, n);
    }

    private double @Nullable [] realised(int from, int bins) {
        double[] share = new double[providers];
        double all = 0;
        for (int b = from; b < from + bins; b++) {
            for (int i = 0; i < providers; i++) {
                share[i] += shares[b][i];
                all += shares[b][i];
            }
        }
        for (int i = 0; i < providers; i++) {
            share[i] /= Math.max(1, all);
        }
        return all == 0 ? null : share;
    }
}
