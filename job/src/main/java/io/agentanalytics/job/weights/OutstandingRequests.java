package io.agentanalytics.job.weights;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.numbers.gamma.Erf;
import org.jspecify.annotations.Nullable;

/**
 * The requests of a provider that began lately: hangs show in their ages before anything ends.
 * Times in seconds.
 */
public final class OutstandingRequests {
    /** So many are followed, and of more than so many a second only some. */
    private static final int MOST = 600;

    private static final double FOLLOWED_RATE = 5;

    private static final double LONGEST_TASK = 3600;

    /** So many requests hang in an outage at least, and else at most. */
    private static final double HANGING = 0.7;

    private static final double NOT_HANGING = 0.02;

    /** By hash of task (upper half) and call. */
    public Map<Long, TrackedRequest> flights = new HashMap<>();

    /** One in so many is followed; a power of two. */
    public int oneIn = 1;

    private static long key(String taskId, String callId) {
        return (long) mixed(taskId.hashCode()) << 32 | callId.hashCode() & 0xffffffffL;
    }

    /** A task that is itself the request may well take long. */
    private static boolean isTask(long key) {
        return (int) key == "".hashCode();
    }

    /** Ids that differ in their last digit must not all be followed, or none. */
    private static int mixed(int hash) {
        int h = hash * 0x9E3779B9;
        return h ^ h >>> 15;
    }

    private static boolean isOfTask(long key, String taskId) {
        return (int) (key >> 32) == mixed(taskId.hashCode());
    }

    void started(String taskId, String callId, double start) {
        if (mixed(taskId.hashCode() * 31 + callId.hashCode()) % oneIn == 0) {
            flights.putIfAbsent(key(taskId, callId), new TrackedRequest(start, oneIn));
        }
    }

    /** A call of the task is known: the task itself is not what is in flight. */
    void endTask(String taskId) {
        flights.remove(key(taskId, ""));
    }

    /** Nothing of the task is in flight any more. */
    void endAll(String taskId) {
        flights.entrySet()
                .removeIf(
                        e ->
                                isOfTask(e.getKey(), taskId)
                                        && e.getValue().state == TrackedRequest.IN_FLIGHT);
    }

    /**
     * Marks how a request ended; without an id, the oldest of its task that is in flight.
     *
     * @return whether it has counted as failed before
     */
    boolean ended(String taskId, String callId, int state) {
        TrackedRequest flight = callId.isEmpty() ? oldestOf(taskId) : flights.get(key(taskId, callId));
        if (flight == null) {
            return false;
        }
        boolean counted = flight.state == TrackedRequest.TIMED_OUT;
        flight.state = state;
        return counted;
    }

    /** Nobody knows what became of them while the job was away. */
    void forgetInFlight() {
        flights.values().removeIf(flight -> flight.state == TrackedRequest.IN_FLIGHT);
    }

    private @Nullable TrackedRequest oldestOf(String taskId) {
        return flights.entrySet().stream()
                .filter(e -> isOfTask(e.getKey(), taskId) && e.getValue().state == TrackedRequest.IN_FLIGHT)
                .map(Map.Entry::getValue)
                .min(Comparator.comparingDouble(f -> f.start))
                .orElse(null);
    }

    /**
     * Forgets the oldest ones beyond the bound.
     *
     * @param rate requests a second
     * @param timeout after which a request counts as failed
     * @return how many in flight have timed out, those they stand for included
     */
    double tick(double now, double rate, double timeout) {
        while (rate / oneIn > 2 * FOLLOWED_RATE) {
            oneIn *= 2;
        }
        while (oneIn > 1 && rate / oneIn < FOLLOWED_RATE / 2) {
            oneIn /= 2;
        }
        double timedOut = 0;
        flights.entrySet()
                .removeIf(e -> isTask(e.getKey()) && now - e.getValue().start > LONGEST_TASK);
        for (Map.Entry<Long, TrackedRequest> each : flights.entrySet()) {
            TrackedRequest flight = each.getValue();
            boolean call = flight.state == TrackedRequest.IN_FLIGHT && !isTask(each.getKey());
            if (call && now - flight.start > timeout) {
                timedOut += flight.stands;
                flight.state = TrackedRequest.TIMED_OUT;
            }
        }
        if (flights.size() > MOST) {
            double[] starts =
                    flights.values().stream().mapToDouble(f -> f.start).sorted().toArray();
            double oldest = starts[starts.length - MOST];
            flights.values().removeIf(f -> f.start < oldest);
        }
        return timedOut;
    }

    /** The chance that a request is still in flight at that age if all is well. */
    private static double survival(LogNormalEstimator latency, double age) {
        if (!latency.isLearned() || age <= 0) {
            return 1;
        }
        double z = (Math.log(1000 * age) - latency.logMean()) / Math.sqrt(latency.variance);
        return Erf.value(-z / Math.sqrt(2)) / 2 + 0.5;
    }

    /** The likeliest moment since which most requests never come back, if there is one. */
    record Hang(double since, double ok, double bad) {}

    /**
     * Goes back from the newest request to the oldest, in search of a moment since when a share of
     * {@value #HANGING} hangs.
     *
     * @param well what began before says nothing
     * @param threshold how much likelier it has to be than that all is well, as a logarithm
     */
    @org.jspecify.annotations.Nullable
    Hang hang(double now, double well, LogNormalEstimator latency, double threshold) {
        List<TrackedRequest> newest = new ArrayList<>(flights.values());
        newest.sort(Comparator.comparingDouble((TrackedRequest f) -> f.start).reversed());
        double sum = 0;
        double most = threshold;
        double ok = 0;
        double bad = 0;
        Hang hang = null;
        for (TrackedRequest flight : newest) {
            if (flight.start < well) {
                break;
            }
            if (flight.state == TrackedRequest.IN_FLIGHT) {
                double survives = survival(latency, now - flight.start);
                sum +=
                        Math.log(
                                (HANGING + (1 - HANGING) * survives)
                                        / (NOT_HANGING + (1 - NOT_HANGING) * survives));
            } else if (flight.state != TrackedRequest.OTHER) {
                sum += Math.log((1 - HANGING) / (1 - NOT_HANGING));
                ok += flight.state == TrackedRequest.OK ? flight.stands : 0;
                bad += flight.state == TrackedRequest.OK ? 0 : flight.stands;
            }
            if (sum > most) {
                most = sum;
                hang = new Hang(flight.start, ok, bad);
            }
        }
        return hang;
    }

    /**
     * Failures to be expected among what is in flight since a change, beyond their present share.
     *
     * @param failing the present share of failures
     * @param halfLife of evidence, seconds
     */
    double pending(double now, double since, double failing, LogNormalEstimator latency, double halfLife) {
        double sum = 0;
        for (TrackedRequest flight : flights.values()) {
            if (flight.state == TrackedRequest.IN_FLIGHT && flight.start >= since) {
                double age = now - flight.start;
                double fails = failing / (failing + (1 - failing) * survival(latency, age));
                sum += flight.stands * Math.pow(.5, age / halfLife) * Math.max(0, fails - failing);
            }
        }
        return sum;
    }

    /** How many are in flight now. */
    double inFlight() {
        double n = 0;
        for (TrackedRequest flight : flights.values()) {
            n += flight.state == TrackedRequest.IN_FLIGHT ? flight.stands : 0;
        }
        return n;
    }
}
