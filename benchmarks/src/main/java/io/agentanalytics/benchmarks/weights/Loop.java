package io.agentanalytics.benchmarks.weights;

import io.agentanalytics.benchmarks.weights.Provider.Result;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;

/** One run of a world under a balancer on a virtual clock. */
final class Loop {
    /** From an event to the policy, and from the policy to the router: Kafka and Flink, seconds. */
    static final double PIPE = 0.5;

    private static final double TICK = 5;

    private record Step(double at, long order, Runnable what) {}

    private final World world;
    private final Prices prices;
    private final List<Provider> providers;
    private final Random random;
    private final Random routing;
    private final Random strays;
    private final Balancer balancer;
    private final Tally tally;
    private final PriorityQueue<Step> steps =
            new PriorityQueue<>(
                    Comparator.comparingDouble(Step::at).thenComparingLong(Step::order));
    private double[] followed;
    private double now;
    private long order;
    private int requests;

    private Loop(World world, Balancer.Maker maker, Prices prices, long seed) {
        this.world = world;
        this.prices = prices;
        this.providers = world.providers().get();
        this.random = new Random(seed);
        this.routing = new Random(seed + 7919);
        this.strays = new Random(seed + 104729);
        List<Integer> active = new ArrayList<>();
        followed = new double[providers.size()];
        for (int i = 0; i < providers.size(); i++) {
            if (providers.get(i).joins() <= 0) {
                active.add(i);
                followed[i] = 1;
            }
        }
        balancer = maker.make(providers.size(), active, routing, prices);
        tally = new Tally(world, prices);
    }

    static Score run(World world, Balancer.Maker maker, Prices prices, long seed) {
        return new Loop(world, maker, prices, seed).run();
    }

    private void at(double time, Runnable what) {
        steps.add(new Step(time, order++, what));
    }

    private Score run() {
        at(untilNext(), this::arrival);
        for (int i = 0; i < providers.size(); i++) {
            int joining = i;
            if (providers.get(i).joins() > 0) {
                at(providers.get(i).joins(), () -> join(joining));
            }
        }
        if (balancer.isStreamed()) {
            at(TICK, this::tick);
        }
        while (!steps.isEmpty()) {
            Step step = steps.remove();
            now = step.at();
            step.what().run();
        }
        return tally.score(providers);
    }

    private double untilNext() {
        return -Math.log(1 - random.nextDouble()) / world.rate();
    }

    private void arrival() {
        if (now > world.seconds()) {
            return;
        }
        at(now + untilNext(), this::arrival);
        if (world.strays() > 0 && strays.nextDouble() < world.strays()) {
            stray();
            return;
        }
        int chosen =
                balancer.isStreamed()
                        ? balancer.weighted(balancer.active, followed)
                        : balancer.choose(now);
        int request = requests++;
        if (chosen == Balancer.NOBODY) {
            tally.refused(now);
            return;
        }
        Result result = providers.get(chosen).call(now, random);
        tally.add(now, chosen, result);
        tell(chosen, request, result, balancer.isStreamed() ? PIPE : 0);
    }

    private void tell(int provider, int request, Result result, double delay) {
        double startedAt = now;
        at(now + delay, () -> started(provider, request));
        at(now + result.seconds() + delay, () -> ended(provider, request, result, startedAt));
    }

    /** A router knows nothing of it; a reader of the events does. */
    private void stray() {
        int chosen = balancer.active.get(strays.nextInt(balancer.active.size()));
        Result result = providers.get(chosen).call(now, random);
        int request = requests++;
        if (balancer.isStreamed()) {
            tell(chosen, request, result, PIPE);
        }
    }

    private void started(int provider, int request) {
        balancer.started(now, provider, request);
        decideIfUrgent();
    }

    private void ended(int provider, int request, Result result, double startedAt) {
        if (now <= world.seconds() + 5) {
            balancer.ended(now, provider, request, result, startedAt);
            decideIfUrgent();
        }
    }

    private void decideIfUrgent() {
        if (balancer.isStreamed() && balancer.isUrgent()) {
            decide();
        }
    }

    private void decide() {
        double[] shares = balancer.shares(now);
        if (shares != null) {
            double[] told = shares.clone();
            at(now + PIPE, () -> followed = told);
        }
    }

    private void tick() {
        if (now <= world.seconds()) {
            decide();
            at(now + TICK, this::tick);
        }
    }

    private void join(int provider) {
        balancer.join(provider, now);
        // Routers give a provider that no decision names yet an even share of what is tried.
        followed[provider] = 0.02;
    }
}
