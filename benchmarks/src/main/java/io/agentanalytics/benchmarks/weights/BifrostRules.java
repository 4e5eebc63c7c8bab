package io.agentanalytics.benchmarks.weights;

import io.agentanalytics.benchmarks.weights.Provider.Outcome;
import io.agentanalytics.benchmarks.weights.Provider.RequestResult;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Reimplementation of Bifrost's adaptive load balancing from its documentation
 * (github.com/maximhq/bifrost, docs/enterprise/adaptive-load-balancing.mdx). The numbers come from
 * the 2025 version, because later versions give none; the hold after a 429 comes from the 2026
 * version. Each node uses only the results of its own requests.
 *
 * <p>Every five seconds, the score of a provider becomes a weight from 1 to 1000. The score
 * consists of the error penalty times one half (0.5 of the last minute, 0.3 of five minutes, 0.2 of
 * all time; reduced by 90 % thirty seconds after the last error), the latency score times one
 * fifth, and the use in excess of a fair share times one twentieth, minus a bonus for a recovering
 * provider. An error rate above 2 % in ten seconds makes a provider degraded, above 5 % failed; a
 * 429 makes it failed at once. A failed provider is excluded for 30 s, doubling up to two minutes.
 * A recovering provider becomes healthy when it fails less than 2 % at half of its expected
 * traffic. All providers that are not failed share at least a quarter of the traffic.
 *
 * <p>Our choices, because the documentation does not specify them: a rate needs at least five
 * requests; latency counts as high from 1.5 times the baseline or the mean of the others; the bonus
 * is at most 0.2.
 */
final class BifrostRules extends Balancer {
    private enum BifrostState {
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
    private static final double MAX_BONUS = .2;
    private static final int MIN_REQUESTS = 5;

    private record End(double at, boolean ok) {}

    private static final class Route {
        private final Deque<End> ends = new ArrayDeque<>();
        private BifrostState state = BifrostState.HEALTHY;
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
            return n < MIN_REQUESTS ? 0 : (double) bad / n;
        }

        private void fail(double now) {
            if (state != BifrostState.FAILED) {
                state = BifrostState.FAILED;
                until = now + hold;
                hold = Math.min(LONGEST_HOLD, 2 * hold);
                weight /= 2;
            }
        }
    }

    private final Route[] routes = new Route[providers];
    private final double[] weights = new double[providers];
    private double next = RECOMPUTED;

    BifrostRules(BalancerSetup setup) {
        super(setup);
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
                active.stream().filter(i -> routes[i].state != BifrostState.FAILED).toList();
        int chosen = weighted(available.isEmpty() ? active : available, weights);
        routes[chosen].chosen++;
        return chosen;
    }

    @Override
    void ended(double now, int provider, int request, RequestResult result, double startedAt) {
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
        long healthy = active.stream().filter(i -> routes[i].state != BifrostState.FAILED).count();
        double sum = 0;
        for (int i : active) {
            routes[i].weight = 1 + (1 - score(i, now, healthy)) * 999;
            sum += routes[i].state == BifrostState.FAILED ? 0 : routes[i].weight;
        }
        for (int i : active) {
            weights[i] =
                    Math.max(routes[i].weight / Math.max(1, sum), FLOOR / Math.max(1, healthy));
        }
    }

    private void move(int i, double now) {
        Route route = routes[i];
        double errors = route.rate(now - SHORT);
        if (route.state == BifrostState.FAILED) {
            if (now >= route.until) {
                route.state = BifrostState.RECOVERING;
                route.ends.removeIf(end -> end.at() >= now - SHORT && !end.ok());
            }
        } else if (errors > .05) {
            route.fail(now);
        } else if (route.state == BifrostState.RECOVERING) {
            if (errors < .02 && route.share >= .5 * weights[i]) {
                route.state = BifrostState.HEALTHY;
                route.hold = HOLD;
            }
        } else {
            boolean degraded = errors > .02 || latency(i) > .25;
            route.state = degraded ? BifrostState.DEGRADED : BifrostState.HEALTHY;
        }
    }

    /**
     * Returns the latency score, 0 to 1, relative to the provider's own baseline and to the others.
     */
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
        if (route.state == BifrostState.RECOVERING) {
            double success = 1 - route.rate(now - 2 * SHORT);
            score -= MAX_BONUS / (1 + Math.exp(-100 * (success - .97)));
        } else {
            double allTime = route.failures / Math.max(1, route.all);
            double errors = .2 * allTime + .3 * route.rate(now - LONG) + .5 * route.rate(now - 60);
            double penalty = Math.min(1, 2.5 * Math.pow(errors, .4));
            score += .5 * penalty * Math.exp(-(now - route.lastError) / DECAY) + .05 * use;
        }
        return Math.max(0, Math.min(1, score));
    }
}
