package io.agentanalytics.benchmarks.budgets;

import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * One run: places that start their next task as soon as they may, until the budget is used up and
 * nothing is in flight.
 */
final class BudgetRun {
    static final long START_MILLIS = Instant.parse("2026-11-10T08:00:00Z").toEpochMilli();

    /** A status is published twice per second, and seen by everyone half a second later. */
    private static final double STEP_SECONDS = 0.5;

    /** Time until an event is counted: the job collects changes for a second. */
    private static final double DELAY_SECONDS = 1;

    private static final double IDLE_SECONDS = 1200;

    private final Gate gate;
    private final long seed;
    private final int places;
    private final PriorityQueue<Arrival> arrivals =
            new PriorityQueue<>(Comparator.comparingDouble(Arrival::seconds));
    private final double[] freeAt;
    private final int[] numbers;
    private long spentNanos;

    private record Arrival(double seconds, RunStep step) {}

    private interface RunStep {
        void at(long nowMillis);
    }

    private BudgetRun(Gate gate, long seed, int places) {
        this.gate = gate;
        this.seed = seed;
        this.places = places;
        freeAt = new double[places];
        numbers = new int[places];
    }

    /** Returns what the run spent in nano-dollars. */
    static long spent(Gate gate, long seed, int places) throws Exception {
        return new BudgetRun(gate, seed, places).run();
    }

    private long run() throws Exception {
        boolean isOpen = true;
        double last = 0;
        for (double now = 0; now - last < IDLE_SECONDS; now += STEP_SECONDS) {
            if (isOpen) {
                startAll(now);
            }
            while (!arrivals.isEmpty() && arrivals.peek().seconds() <= now) {
                arrivals.poll().step().at(millis(now));
                last = now;
            }
            isOpen = gate.isOpen(millis(now));
        }
        return spentNanos;
    }

    private static long millis(double seconds) {
        return START_MILLIS + Math.round(seconds * 1000);
    }

    private void startAll(double now) {
        for (int place = 0; place < places; place++) {
            if (freeAt[place] <= now) {
                SimulatedTask task = SimulatedTask.of(seed, place, numbers[place]++);
                freeAt[place] = now + task.seconds();
                start(task, now);
            }
        }
    }

    private void start(SimulatedTask task, double now) {
        spentNanos += task.nanos();
        double seen = now + DELAY_SECONDS;
        arrivals.add(new Arrival(seen, at -> gate.started(task, at)));
        for (SimulatedTask.Bill bill : task.bills()) {
            arrivals.add(
                    new Arrival(seen + bill.seconds(), at -> gate.billed(task, bill.nanos(), at)));
        }
        arrivals.add(new Arrival(seen + task.seconds(), at -> gate.ended(task, at)));
    }
}
