package io.agentanalytics.job.weights;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.numbers.gamma.Erf;
import org.jspecify.annotations.Nullable;

/**
 * Recent requests of a provider. The ages of requests in flight reveal a hang before any request
 * ends. All times are in seconds.
 */
public final class OutstandingRequests {
    /**
     * Maximum number of tracked requests. Above twice {@code FOLLOWED_RATE} requests per second,
     * only a sample is tracked.
     */
    private static final int MAX_REQUESTS = 600;

    private static final double FOLLOWED_RATE = 5;

    private static final double LONGEST_TASK = 3600;

    /**
     * Minimum share of requests that hang in an outage; {@code NOT_HANGING} is the maximum share
     * otherwise.
     */
    private static final double HANGING = 0.7;

    private static final double NOT_HANGING = 0.02;

    /** Tracked requests by hash of task id (upper half) and call id (lower half). */
    public Map<Long, TrackedRequest> flights = new HashMap<>();

    /** Sampling interval: one in {@code oneIn} requests is tracked; a power of two. */
    public int oneIn = 1;

    private static long key(String taskId, String callId) {
        return ((long) mixed(taskId.hashCode()) << 32) | (callId.hashCode() & 0xffffffffL);
    }

    /** Returns true if the task itself is the request; such a request may take long. */
    private static boolean isTask(long key) {
        return (int) key == "".hashCode();
    }

    /**
     * Mixes a hash, so that ids that differ in their last digit are not all tracked or all skipped.
     */
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

    /**
     * Removes the task's own entry: a call of the task is known, so the task is not the request.
     */
    void endTask(String taskId) {
        flights.remove(key(taskId, ""));
    }

    /** Removes all requests of a task that are in flight. */
    void endAll(String taskId) {
        flights.entrySet()
                .removeIf(
                        e ->
                                isOfTask(e.getKey(), taskId)
                                        && e.getValue().state == TrackedRequest.IN_FLIGHT);
    }

    /**
     * Sets the outcome of a request; without a call id, of the oldest request of its task in
     * flight.
     *
     * @return true if the request was already counted as failed
     */
    boolean ended(String taskId, String callId, int state) {
        TrackedRequest request =
                callId.isEmpty() ? oldestOf(taskId) : flights.get(key(taskId, callId));
        if (request == null) {
            return false;
        }
        boolean counted = request.state == TrackedRequest.TIMED_OUT;
        request.state = state;
        return counted;
    }

    /** Removes all requests in flight: their outcome while the job was down is unknown. */
    void forgetInFlight() {
        flights.values().removeIf(request -> request.state == TrackedRequest.IN_FLIGHT);
    }

    private @Nullable TrackedRequest oldestOf(String taskId) {
        return flights.entrySet().stream()
                .filter(
                        e ->
                                isOfTask(e.getKey(), taskId)
                                        && e.getValue().state == TrackedRequest.IN_FLIGHT)
                .map(Map.Entry::getValue)
                .min(Comparator.comparingDouble(f -> f.start))
                .orElse(null);
    }

    /**
     * Adjusts the sampling, marks timeouts and removes the oldest requests above the maximum.
     *
     * @param rate requests per second
     * @param timeout age after which a request counts as failed
     * @return number of requests in flight that timed out, including those that a sample represents
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
            TrackedRequest request = each.getValue();
            boolean call = request.state == TrackedRequest.IN_FLIGHT && !isTask(each.getKey());
            if (call && now - request.start > timeout) {
                timedOut += request.stands;
                request.state = TrackedRequest.TIMED_OUT;
            }
        }
        if (flights.size() > MAX_REQUESTS) {
            double[] starts =
                    flights.values().stream().mapToDouble(f -> f.start).sorted().toArray();
            double oldest = starts[starts.length - MAX_REQUESTS];
            flights.values().removeIf(f -> f.start < oldest);
        }
        return timedOut;
    }

    /**
     * Returns the probability that a request of a healthy provider is still in flight at that age.
     */
    private static double survival(LogNormalEstimator latency, double age) {
        if (!latency.isLearned() || age <= 0) {
            return 1;
        }
        double z = (Math.log(1000 * age) - latency.logMean()) / Math.sqrt(latency.variance);
        return Erf.value(-z / Math.sqrt(2)) / 2 + 0.5;
    }

    /** Most likely time since which most requests hang. */
    record Hang(double since, double ok, double bad) {}

    /**
     * Searches, from the newest request to the oldest, for a time since which a share of {@value
     * #HANGING} hangs. Returns null if there is none.
     *
     * @param well time before which requests are ignored
     * @param threshold minimum log-likelihood ratio of a hang against normal operation
     */
    @Nullable Hang hang(double now, double well, LogNormalEstimator latency, double threshold) {
        List<TrackedRequest> newest = new ArrayList<>(flights.values());
        newest.sort(Comparator.comparingDouble((TrackedRequest f) -> f.start).reversed());
        double sum = 0;
        double most = threshold;
        double ok = 0;
        double bad = 0;
        Hang hang = null;
        for (TrackedRequest request : newest) {
            if (request.start < well) {
                break;
            }
            if (request.state == TrackedRequest.IN_FLIGHT) {
                double survives = survival(latency, now - request.start);
                sum +=
                        Math.log(
                                (HANGING + (1 - HANGING) * survives)
                                        / (NOT_HANGING + (1 - NOT_HANGING) * survives));
            } else if (request.state != TrackedRequest.OTHER) {
                sum += Math.log((1 - HANGING) / (1 - NOT_HANGING));
                ok += request.state == TrackedRequest.OK ? request.stands : 0;
                bad += request.state == TrackedRequest.OK ? 0 : request.stands;
            }
            if (sum > most) {
                most = sum;
                hang = new Hang(request.start, ok, bad);
            }
        }
        return hang;
    }

    /**
     * Returns the expected failures among requests in flight since a change, above the current
     * failure share.
     *
     * @param failing current failure share
     * @param halfLife half-life of evidence, seconds
     */
    double pending(
            double now, double since, double failing, LogNormalEstimator latency, double halfLife) {
        double sum = 0;
        for (TrackedRequest request : flights.values()) {
            if (request.state == TrackedRequest.IN_FLIGHT && request.start >= since) {
                double age = now - request.start;
                double fails = failing / (failing + (1 - failing) * survival(latency, age));
                sum += request.stands * Math.pow(.5, age / halfLife) * Math.max(0, fails - failing);
            }
        }
        return sum;
    }

    double inFlight() {
        double n = 0;
        for (TrackedRequest request : flights.values()) {
            n += request.state == TrackedRequest.IN_FLIGHT ? request.stands : 0;
        }
        return n;
    }
}
