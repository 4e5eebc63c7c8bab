package io.agentanalytics.benchmarks;

import io.agentanalytics.benchmarks.harness.Backlog;
import io.agentanalytics.benchmarks.harness.Backlog.Shape;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Benchmark of the CPU time of an event by the shape of the fleet. One property of a usual fleet is
 * changed at a time, and each result is compared with the mean of two runs of that fleet, one
 * before and one after all others.
 */
@Command(
        name = "growth",
        description = "CPU time of an event in the job, by the size and shape of the fleet.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class Growth implements Callable<Integer> {
    private static final long SEED = 29;
    private static final Shape USUAL = Shape.of(10_000);

    @Parameters(
            paramLabel = "EVENTS",
            arity = "0..1",
            description = "Number of events per fleet (default: ${DEFAULT-VALUE}).")
    int events = 1_000_000;

    @Option(
            names = "--state",
            paramLabel = "BACKEND",
            description = "State backend: hashmap or rocksdb (default: ${DEFAULT-VALUE}).")
    String state = "rocksdb";

    private record MeasuredFleet(String property, int value, Shape shape) {}

    private record FleetTime(MeasuredFleet fleet, double micros) {}

    @Override
    public Integer call() throws Exception {
        MeasuredFleet usual = new MeasuredFleet("usual", USUAL.agents(), USUAL);
        measure(usual); // compiles the code
        List<MeasuredFleet> fleets =
                Stream.concat(Stream.concat(Stream.of(usual), fleets()), Stream.of(usual)).toList();
        List<FleetTime> results = new ArrayList<>();
        System.out.printf("%-18s %10s %10s%n", "", "", "us/event");
        for (MeasuredFleet fleet : fleets) {
            FleetTime result = new FleetTime(fleet, measure(fleet));
            print("%-18s %10d %10.1f%n", fleet.property(), fleet.value(), result.micros());
            results.add(result);
        }
        double base = (results.get(0).micros() + results.get(results.size() - 1).micros()) / 2;
        print("%n%-18s %10s %10s%n", "", "", "to usual");
        for (FleetTime result : results) {
            MeasuredFleet fleet = result.fleet();
            print("%-18s %10d %10.2f%n", fleet.property(), fleet.value(), result.micros() / base);
        }
        return 0;
    }

    private Stream<MeasuredFleet> fleets() {
        long span = USUAL.spanMillis();
        Stream<MeasuredFleet> agents =
                of(100, 1_000, 100_000, 1_000_000)
                        .map(n -> new MeasuredFleet("agents", n, new Shape(n, 40, 5, span)));
        Stream<MeasuredFleet> types =
                of(1, 1_000)
                        .map(
                                n ->
                                        new MeasuredFleet(
                                                "agent types", n, new Shape(10_000, n, 5, span)));
        Stream<MeasuredFleet> calls =
                of(50, 500, 5_000)
                        .map(
                                n ->
                                        new MeasuredFleet(
                                                "calls per task",
                                                n,
                                                new Shape(10_000, 40, n, span)));
        Stream<MeasuredFleet> rates = at("events per second", USUAL.agents(), USUAL.agentTypes());
        Stream<MeasuredFleet> ofOneType = at("... of one type", USUAL.agents(), 1);
        Stream<MeasuredFleet> ofTenAgents = at("... of ten agents", 10, 1);
        return Stream.of(agents, types, calls, rates, ofOneType, ofTenAgents)
                .flatMap(fleets -> fleets);
    }

    private static Stream<Integer> of(int... values) {
        return IntStream.of(values).boxed();
    }

    private Stream<MeasuredFleet> at(String property, int agents, int types) {
        return of(2_000, 20_000)
                .map(
                        rate -> {
                            long span = 1000L * events / rate;
                            return new MeasuredFleet(
                                    property, rate, new Shape(agents, types, USUAL.calls(), span));
                        });
    }

    private double measure(MeasuredFleet fleet) throws Exception {
        Shape shape = fleet.shape();
        Instant start =
                Instant.now()
                        .minusMillis(shape.spanMillis())
                        .minusMillis(shape.longestMillis())
                        .minusSeconds(60);
        EventRun.load(new Backlog(SEED, start, events, shape));
        return new EventRun(state, 2, "--max-agents", "1000000").job().micros();
    }

    private static void print(String format, Object... values) {
        System.out.printf(Locale.ROOT, format, values);
    }
}
