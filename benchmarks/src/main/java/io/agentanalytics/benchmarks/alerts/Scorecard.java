package io.agentanalytics.benchmarks.alerts;

import io.agentanalytics.benchmarks.harness.Quantiles;
import io.agentanalytics.contract.Wilson;
import java.util.ArrayList;
import java.util.List;

/**
 * Comparison of the alerts of one type with the faults that they should detect, over several days.
 */
final class Scorecard {
    /** Grace period after the end of a fault, because its tasks end later. */
    static final double GRACE_SECONDS = 600;

    /** Minimum number of tasks during the fault of a busy agent: two per minute. */
    private static final int BUSY_TASKS = 40;

    final String type;
    private final String fault;
    int truePositives;
    int symptoms;
    int falsePositives;
    int faults;
    int found;
    int busyFaults;
    int busyFound;
    int episodesOfFound;
    double subjectDays;
    final List<Double> secondsToDetect = new ArrayList<>();

    /**
     * Creates a scorecard.
     *
     * @param fault kind of fault that the type should detect; empty for types that only accompany
     *     others
     */
    Scorecard(String type, String fault) {
        this.type = type;
        this.fault = fault;
    }

    private static boolean covers(AlertDay.InjectedFault fault, Episode e) {
        return fault.from() <= e.firedAt() && e.firedAt() <= fault.to() + GRACE_SECONDS;
    }

    void add(AlertDay world, List<Episode> all) {
        List<Episode> mine = all.stream().filter(e -> e.type().equals(type)).toList();
        boolean ofProviders = fault.equals("provider");
        subjectDays += ofProviders ? AlertDay.PROVIDERS : AlertDay.AGENTS;
        List<AlertDay.InjectedFault> mineToFind = new ArrayList<>();
        if (ofProviders) {
            mineToFind.addAll(world.providerFaults());
        } else {
            world.agents().forEach(a -> mineToFind.addAll(ofKind(a)));
        }
        for (Episode e : mine) {
            if (mineToFind.stream().anyMatch(f -> sameSubject(f, e) && covers(f, e))) {
                truePositives++;
            } else if (fault.equals("errors")
                    && world.providerFaults().stream().anyMatch(f -> covers(f, e))) {
                symptoms++;
            } else {
                falsePositives++;
            }
        }
        for (AlertDay.InjectedFault f : mineToFind) {
            score(world, f, mine.stream().filter(e -> sameSubject(f, e) && covers(f, e)).toList());
        }
    }

    private List<AlertDay.InjectedFault> ofKind(AlertDay.Agent agent) {
        return agent.faults().stream().filter(f -> f.what().equals(fault)).toList();
    }

    private static boolean sameSubject(AlertDay.InjectedFault f, Episode e) {
        return f.agent() == e.agent() && f.provider() == e.provider();
    }

    private static long tasksDuring(AlertDay world, AlertDay.InjectedFault f) {
        return world.tasks().stream()
                .filter(t -> t.agent() == f.agent() && f.holds(t.start()))
                .count();
    }

    private void score(AlertDay world, AlertDay.InjectedFault f, List<Episode> hits) {
        boolean busy = f.agent() < 0 || tasksDuring(world, f) >= BUSY_TASKS;
        faults++;
        busyFaults += busy ? 1 : 0;
        if (!hits.isEmpty()) {
            found++;
            busyFound += busy ? 1 : 0;
            episodesOfFound += hits.size();
            secondsToDetect.add(
                    hits.stream().mapToDouble(Episode::firedAt).min().orElseThrow() - f.from());
        }
    }

    /** Returns the sum of several scorecards. */
    static Scorecard pooled(List<Scorecard> cards) {
        Scorecard sum = new Scorecard("pooled", "");
        for (Scorecard c : cards) {
            sum.truePositives += c.truePositives;
            sum.symptoms += c.symptoms;
            sum.falsePositives += c.falsePositives;
            sum.faults += c.faults;
            sum.found += c.found;
            sum.busyFaults += c.busyFaults;
            sum.busyFound += c.busyFound;
            sum.episodesOfFound += c.episodesOfFound;
            sum.subjectDays = Math.max(sum.subjectDays, c.subjectDays);
            sum.secondsToDetect.addAll(c.secondsToDetect);
        }
        return sum;
    }

    int episodes() {
        return truePositives + symptoms + falsePositives;
    }

    double precision() {
        return (truePositives + symptoms) / (double) Math.max(1, episodes());
    }

    double recall() {
        return found / (double) Math.max(1, faults);
    }

    double busyRecall() {
        return busyFound / (double) Math.max(1, busyFaults);
    }

    double falseADay() {
        return falsePositives / subjectDays;
    }

    double episodesAFault() {
        return episodesOfFound / (double) Math.max(1, found);
    }

    double detected(double quantile) {
        if (secondsToDetect.isEmpty()) {
            return Double.NaN;
        }
        return Quantiles.of(secondsToDetect.stream().sorted().toList(), quantile);
    }

    /** Returns the 95 % Wilson score interval of a proportion. */
    static double[] interval(double hits, double n) {
        if (n == 0) {
            return new double[] {0, 1};
        }
        double z = Wilson.TWO_SIDED_95;
        return new double[] {Wilson.bound(hits, n, -z), Wilson.bound(hits, n, z)};
    }

    /** Returns the 95 % interval of a rate, from the square root of the count. */
    double[] falseInterval() {
        double root = Math.sqrt(falsePositives);
        double low = Math.max(0, root - 0.98);
        double high = root + 0.98;
        return new double[] {low * low / subjectDays, high * high / subjectDays};
    }
}
