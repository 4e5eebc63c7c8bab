package io.agentanalytics.benchmarks;

import io.agentanalytics.benchmarks.harness.Backlog;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Benchmark of the CPU time of an event in the job alone: events of a {@link Backlog} are read from
 * memory and all results are discarded, so that neither Kafka nor Postgres takes part. A job that
 * decodes the same bytes and discards the events is the yardstick. Each runs twice, because the
 * compiler of the JVM takes much of the first run.
 */
@Command(
        name = "event-cost",
        description = "CPU time of an event in the job, without Kafka and Postgres.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class EventCost implements Callable<Integer> {
    private static final long SEED = 23;

    @Parameters(
            index = "0",
            paramLabel = "EVENTS",
            arity = "0..1",
            description = "Number of events (default: ${DEFAULT-VALUE}).")
    int events = 1_000_000;

    @Parameters(
            index = "1",
            paramLabel = "AGENTS",
            arity = "0..1",
            description = "Number of agents (default: ${DEFAULT-VALUE}).")
    int agents = 10_000;

    @Option(
            names = "--state",
            paramLabel = "BACKEND",
            description = "State backend: hashmap or rocksdb (default: ${DEFAULT-VALUE}).")
    String state = "hashmap";

    @Option(
            names = "--parallelism",
            paramLabel = "N",
            description = "Parallelism of the job (default: ${DEFAULT-VALUE}).")
    int parallelism = 2;

    @Option(
            names = "--dimensions",
            paramLabel = "N",
            description =
                    "Number of tags of the events that the job counts by, 0 to 4 (default:"
                            + " ${DEFAULT-VALUE}).")
    int dimensions;

    @Override
    public Integer call() throws Exception {
        Instant start = Instant.now().minusMillis(Backlog.SPAN_MILLIS).minusSeconds(120);
        EventRun.load(new Backlog(SEED, start, events, Backlog.Shape.of(agents)));
        String tags = String.join(",", Backlog.TAGS.subList(0, dimensions));
        EventRun run = new EventRun(state, parallelism, "--dimensions", tags);
        System.out.printf("%-20s %12s %14s %10s%n", "", "events/s", "per CPU-second", "us/event");
        for (String round : List.of("cold", "warm")) {
            print("decode, " + round, run.decode());
            print("job, " + round, run.job());
        }
        return 0;
    }

    private static void print(String name, EventRun.RunTime cost) {
        System.out.printf(
                Locale.ROOT,
                "%-20s %12.0f %14.0f %10.1f%n",
                name,
                cost.eventsPerSecond(),
                cost.eventsPerCpuSecond(),
                cost.micros());
    }
}
