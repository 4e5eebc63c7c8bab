package io.agentanalytics.benchmarks.weights;

import io.agentanalytics.benchmarks.weights.Provider.RequestResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;

/** Run of one scenario under a balancer, on a virtual clock. */
final class Loop {
    /**
     * Delay of Kafka and Flink in seconds, from an event to the policy, and from the policy to the
     * router.
     */
    static final double PIPE = 0.5;

    private static final double TICK = 5;

    private record LoopStep(double at, long order, Runnable what) {}

    private final RoutingScenario world;
    private final List<Provider> providers;
    private final Random random;
    private final Random routing;
    private final Random strays;
    private final Balancer balancer;
    private final RunTally tally;
    private final PriorityQueue<LoopStep> steps =
            new PriorityQueue<>(
                    Comparator.comparingDouble(LoopStep::at).thenComparingLong(LoopStep::order));
    private double[] followed;
    private double now;
    private long order;
    private int requests;

    private Loop(RoutingScenario world, Balancer.Maker maker, Prices prices, long seed) {
        this.world = world;
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
        balancer =
                maker.make(new Balancer.BalancerSetup(providers.size(), active, routing, prices));
        tally = new RunTally(world, prices);
    }

    static Score run(RoutingScenario world, Balancer.Maker maker, Prices prices, long seed) {
        return new Loop(world, maker, prices, seed).run();
    }

    private void at(double time, Runnable what) {
        steps.add(new LoopStep(time, order++, what));
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
            LoopStep step = steps.remove();
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
        if (chosen == Balancer.NONE) {
            tally.refused(now);
            return;
        }
        RequestResult result = providers.get(chosen).call(now, random);
        tally.add(now, chosen, result);
        emit(chosen, request, result, balancer.isStreamed() ? PIPE : 0);
    }

    private void emit(int provider, int request, RequestResult result, double delay) {
        double startedAt = now;
        at(now + delay, () -> started(provider, request));
        at(now + result.seconds() + delay, () -> ended(provider, request, result, startedAt));
    }

    /** Sends a request that bypasses the router. Only a balancer that reads the events sees it. */
    private void stray() {
        int chosen = balancer.active.get(strays.nextInt(balancer.active.size()));
        RequestResult result = providers.get(chosen).call(now, random);
        int request = requests++;
        if (balancer.isStreamed()) {
            emit(chosen, request, result, PIPE);
        }
    }

    private void started(int provider, int request) {
        balancer.started(now, provider, request);
        decideIfUrgent();
    }

    private void ended(int provider, int request, RequestResult result, double startedAt) {
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
            double[] published = shares.clone();
            at(now + PIPE, () -> followed = published);
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
        // A router gives an equal part of the exploration share to each provider that no decision
        // contains yet.
        followed[provider] = 0.02;
    }
}
