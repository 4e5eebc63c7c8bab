package io.agentanalytics.benchmarks.weights;

import io.agentanalytics.benchmarks.weights.Provider.Outcome;
import io.agentanalytics.benchmarks.weights.Provider.Result;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/**
 * The rules that Bifrost documents for its adaptive load balancing, written anew from its
 * documentation (github.com/maximhq/bifrost, docs/enterprise/adaptive-load-balancing.mdx; numbers
 * from the version of 2025, as later ones give none; holding after a 429 from that of 2026). Each
 * node goes by what it routed itself.
 *
 * <p>Every five seconds a provider's score becomes a weight of 1 to 1000: half the error penalty
 * (0.5 of the last minute, 0.3 of five minutes, 0.2 of all time; 90 % less thirty seconds after the
 * last error), a fifth the latency score, a twentieth the use beyond a fair share, less a bonus for
 * one that recovers. More than 2 % errors in ten seconds make it degraded, more than 5 % failed; a
 * 429 fails it at once. Failed ones are left out for 30 s, doubling up to two minutes, and
 * recovering ones are healthy once they fail less than 2 % at half their expected traffic. A
 * quarter of the traffic is a floor shared by all that are not failed.
 *
 * <p>Not documented, and chosen here: a rate needs five requests; latency is a problem at 1.5 times
 * the baseline or the mean of the others; the bonus is at most 0.2.
 */
final class BifrostRules extends Balancer {
    private enum State {
        HEALTHY,
        DEGRADED,
        FAILED,
        RECOVERING
    }

    private static final double RECOMPUTED = 5;
    private static final double SHORT = 10;
    private static final double LONG = 300;
    private static final double DECAY = 30 / Math.log(10);
    private static final double FLOOR = .25;
    private static final double HOLD = 30;
    private static final double LONGEST_HOLD = 120;
    private static final double TOO_SLOW = Math.log(1.5);
    private static final double MOST_BONUS = .2;
    private static final int LEAST = 5;

    private record End(double at, boolean ok) {}

    private static final class Route {
        private final Deque<End> ends = new ArrayDeque<>();
        private State state = State.HEALTHY;
        private double all;
        private double failures;
        private double lastError = Double.NEGATIVE_INFINITY;
        private double until;
        private double hold = HOLD;
        private double baseline = Double.NaN;
        private double recent = Double.NaN;
        private int chosen;
        private double share;
        private double weight = 1000;

        private double rate(double since) {
            int n = 0;
            int bad = 0;
            for (End end : ends) {
                if (end.at() >= since) {
                    n++;
                    bad += end.ok() ? 0 : 1;
                }
            }
            return n < LEAST ? 0 : (double) bad / n;
        }

        private void fail(double now) {
            if (state != State.FAILED) {
                state = State.FAILED;
                until = now + hold;
                hold = Math.min(LONGEST_HOLD, 2 * hold);
                weight /= 2;
            }
        }
    }

    private final Route[] routes = new Route[providers];
    private final double[] weights = new double[providers];
    private double next = RECOMPUTED;

    BifrostRules(int providers, List<Integer> active, Random random, Prices prices) {
        super(providers, active, random, prices);
        Arrays.setAll(routes, i -> new Route());
        Arrays.fill(weights, 1);
    }

    @Override
    int choose(double now) {
        if (now >= next) {
            next = now + RECOMPUTED;
            recompute(now);
        }
        List<Integer> available =
                active.stream().filter(i -> routes[i].state != State.FAILED).toList();
        int chosen = weighted(available.isEmpty() ? active : available, weights);
        routes[chosen].chosen++;
        return chosen;
    }

    @Override
    void ended(double now, int provider, int request, Result result, double startedAt) {
        Route route = routes[provider];
        route.ends.add(new End(now, result.ok()));
        route.all++;
        if (result.ok()) {
            double x = Math.log(result.seconds());
            route.baseline = ewma(route.baseline, x, .01);
            route.recent = ewma(route.recent, x, .2);
            return;
        }
        route.failures++;
        route.lastError = now;
        if (result.outcome() == Outcome.REFUSED) {
            route.fail(now);
        }
    }

    private static double ewma(double mean, double x, double weight) {
        return Double.isNaN(mean) ? x : mean + weight * (x - mean);
    }

    private void recompute(double now) {
        int chosen = active.stream().mapToInt(i -> routes[i].chosen).sum();
        for (int i : active) {
            Route route = routes[i];
            while (!route.ends.isEmpty() && route.ends.peekFirst().at() < now - LONG) {
                route.ends.removeFirst();
            }
            route.share = chosen == 0 ? 0 : (double) route.chosen / chosen;
            route.chosen = 0;
            move(i, now);
        }
        long healthy = active.stream().filter(i -> routes[i].state != State.FAILED).count();
        double sum = 0;
        for (int i : active) {
            routes[i].weight = 1 + (1 - score(i, now, healthy)) * 999;
            sum += routes[i].state == State.FAILED ? 0 : routes[i].weight;
        }
        for (int i : active) {
            weights[i] =
                    Math.max(routes[i].weight / Math.max(1, sum), FLOOR / Math.max(1, healthy));
        }
    }

    private void move(int i, double now) {
        Route route = routes[i];
        double errors = route.rate(now - SHORT);
        if (route.state == State.FAILED) {
            if (now >= route.until) {
                route.state = State.RECOVERING;
                route.ends.removeIf(end -> end.at() >= now - SHORT && !end.ok());
            }
        } else if (errors > .05) {
            route.fail(now);
        } else if (route.state == State.RECOVERING) {
            if (errors < .02 && route.share >= .5 * weights[i]) {
                route.state = State.HEALTHY;
                route.hold = HOLD;
            }
        } else {
            boolean degraded = errors > .02 || latency(i) > .25;
            route.state = degraded ? State.DEGRADED : State.HEALTHY;
        }
    }

    /** How much slower than its own baseline or than the others, 0 to 1. */
    private double latency(int i) {
        Route route = routes[i];
        if (Double.isNaN(route.recent)) {
            return 0;
        }
        double peers =
                active.stream()
                        .filter(j -> j != i && !Double.isNaN(routes[j].recent))
                        .mapToDouble(j -> routes[j].recent)
                        .average()
                        .orElse(route.recent);
        double slower = Math.max(route.recent - route.baseline, route.recent - peers);
        return 1 - Math.exp(-Math.max(0, slower - TOO_SLOW) / TOO_SLOW);
    }

    private double score(int i, double now, long healthy) {
        Route route = routes[i];
        double use = Math.min(1, Math.pow(Math.max(0, route.share * healthy - 1), 1.5));
        double score = .2 * latency(i);
        if (route.state == State.RECOVERING) {
            double success = 1 - route.rate(now - 2 * SHORT);
            score -= MOST_BONUS / (1 + Math.exp(-100 * (success - .97)));
        } else {
            double allTime = route.failures / Math.max(1, route.all);
            double errors = .2 * allTime + .3 * route.rate(now - LONG) + .5 * route.rate(now - 60);
            double penalty = Math.min(1, 2.5 * Math.pow(errors, .4));
            score += .5 * penalty * Math.exp(-(now - route.lastError) / DECAY) + .05 * use;
        }
        return Math.max(0, Math.min(1, score));
    }
}
