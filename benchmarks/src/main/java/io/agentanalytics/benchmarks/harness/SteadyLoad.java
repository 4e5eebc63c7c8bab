package io.agentanalytics.benchmarks.harness;

import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.simulator.EventPublisher;
import io.agentanalytics.simulator.Fleet;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.IntConsumer;
import picocli.CommandLine.Parameters;

/** Load of a simulated fleet in real time; its rate and duration are parameters of a benchmark. */
public final class SteadyLoad {
    /** Mean event rate of a simulated agent. */
    private static final double EVENTS_PER_AGENT_SECOND = 0.44;

    /**
     * Warm-up time without measurement: the fleet's first minute is sent at once, and events queued
     * behind it would distort the measurement. A new JVM on two cores needs up to this time.
     */
    public static final long WARM_UP_MILLIS = 60_000;

    /** Last seconds without probes: their events only advance event time. */
    private static final long LAST_MILLIS = 10_000;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "EVENTS_PER_SECOND",
            description = "Event rate (default: ${DEFAULT-VALUE}).")
    public int rate = 2_000;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "SECONDS",
            description = "Duration in seconds (default: ${DEFAULT-VALUE}).")
    public int seconds;

    /** Creates a load with a default duration. */
    public SteadyLoad(int seconds) {
        this.seconds = seconds;
    }

    public int seconds() {
        return seconds;
    }

    /**
     * Sends the events, with a probe in each second.
     *
     * @param eachSecond callback that sends a probe; receives the number of the probe
     * @return number of events sent
     */
    public long send(EventPublisher publisher, IntConsumer eachSecond) throws InterruptedException {
        Instant start = Instant.now().plusSeconds(10);
        long end = start.plusSeconds(seconds).toEpochMilli();
        Fleet fleet = new Fleet(5, agents(), start.minusSeconds(60), List.of());
        long nextProbe = start.toEpochMilli() + WARM_UP_MILLIS;
        int probe = 0;
        long sent = 0;
        for (TaskEvent e = fleet.next(); e.timeMillis() < end; e = fleet.next()) {
            awaitTime(e);
            publisher.send(e);
            sent += e.timeMillis() >= start.toEpochMilli() ? 1 : 0;
            if (System.currentTimeMillis() >= nextProbe && e.timeMillis() < end - LAST_MILLIS) {
                nextProbe += 1000;
                eachSecond.accept(probe++);
            }
        }
        publisher.flush();
        return sent;
    }

    /** Returns the number of agents that produce the rate. */
    public int agents() {
        return (int) (rate / EVENTS_PER_AGENT_SECOND);
    }

    /** Waits until the time of an event. */
    public static void awaitTime(TaskEvent event) throws InterruptedException {
        long early = event.timeMillis() - System.currentTimeMillis();
        if (early > 0) {
            Thread.sleep(early);
        }
    }

    /** Formats count, median, 99th percentile and maximum. */
    public static String summary(List<Long> millis) {
        List<Long> sorted = millis.stream().sorted().toList();
        return sorted.isEmpty()
                ? "nothing was measured: the first %d s are the warm-up"
                        .formatted(WARM_UP_MILLIS / 1000)
                : String.format(
                        Locale.ROOT,
                        "n %d, p50 %d ms, p99 %d ms, max %d ms",
                        sorted.size(),
                        at(sorted, 0.5),
                        at(sorted, 0.99),
                        at(sorted, 1));
    }

    private static long at(List<Long> sorted, double q) {
        return sorted.get((int) Math.ceil(q * sorted.size()) - 1);
    }
}
