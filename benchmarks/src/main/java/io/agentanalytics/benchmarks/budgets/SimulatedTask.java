package io.agentanalytics.benchmarks.budgets;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A task with its cost, known in advance. Costs are log-normal, as those of coding agents are: the
 * most expensive of a hundred tasks costs ten times the median.
 *
 * @param seconds duration
 * @param bills its bills
 */
record SimulatedTask(String id, String agent, double seconds, List<Bill> bills) {
    private static final int AGENTS = 20;
    private static final double SPREAD = 1;
    private static final double SECONDS = 90;
    private static final int MAX_CALLS = 20;

    /** Mean time between a call and its bill. */
    private static final double LATE_SECONDS = 20;

    private static final double LATEST_SECONDS = 300;

    /** Bill of a call, seconds after the start of the task; it may come after the end. */
    record Bill(double seconds, long nanos) {}

    /** Returns a task of a place: the same for every policy. */
    static SimulatedTask of(long seed, int place, int number) {
        var random = new SplittableRandom(seed * 1_000_003 + place * 7919L + number);
        int agent = random.nextInt(AGENTS);
        double usual = 0.1 + 0.6 * new SplittableRandom(seed * 31 + agent).nextDouble();
        double usd = usual * Math.exp(SPREAD * random.nextGaussian());
        double seconds = SECONDS * Math.exp(0.7 * random.nextGaussian());
        int calls = 1 + random.nextInt(MAX_CALLS);
        List<Bill> bills = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            double late = Math.min(LATEST_SECONDS, LATE_SECONDS * -Math.log(random.nextDouble()));
            bills.add(new Bill(seconds * (i + 1) / calls + late, Math.round(usd / calls * 1e9)));
        }
        return new SimulatedTask(place + "/" + number, "agent-" + agent, seconds, bills);
    }

    long nanos() {
        return bills.stream().mapToLong(Bill::nanos).sum();
    }
}
