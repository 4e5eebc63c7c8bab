package io.agentanalytics.benchmarks.weights;

import java.util.Random;
import org.apache.commons.math3.special.Erf;

/**
 * Simulated provider whose condition changes over time. Balancers have to discover its condition.
 */
final class Provider {
    static final double TIMEOUT = 60;

    /** Number of seconds for which unused capacity accumulates. */
    private static final double BURST = 10;

    private static final double COST_SIGMA = 0.4;

    /** Fault as a function of time. */
    interface Trouble {
        Condition at(double seconds, Condition well);
    }

    /** Outcome of a request. */
    enum Outcome {
        OK,
        ERROR,
        TIMEOUT,
        REFUSED
    }

    /** Outcome of a request, with its duration in seconds and its cost in dollars. */
    record RequestResult(Outcome outcome, double seconds, double cost) {
        boolean ok() {
            return outcome == Outcome.OK;
        }
    }

    /** Expected results of a request: success probability, seconds, dollars. */
    record Expectation(double success, double seconds, double cost, double capacity) {}

    private final Condition well;
    private final double sigma;
    private final double joins;
    private final Trouble trouble;
    private double tokens;
    private double filled;

    /**
     * Creates a provider.
     *
     * @param sigma standard deviation of the logarithm of the duration of a request
     * @param joins time at which the provider becomes available
     */
    Provider(Condition well, double sigma, double joins, Trouble trouble) {
        this.well = well;
        this.sigma = sigma;
        this.joins = joins;
        this.trouble = trouble;
        this.tokens = well.capacity() * BURST;
    }

    double joins() {
        return joins;
    }

    private Condition at(double seconds) {
        return trouble.at(seconds, well);
    }

    RequestResult call(double now, Random random) {
        Condition c = at(now);
        if (c.capacity() == Double.POSITIVE_INFINITY) {
            tokens = Double.POSITIVE_INFINITY;
        } else {
            tokens = Math.min(c.capacity() * BURST, tokens + (now - filled) * c.capacity());
            filled = now;
            if (tokens < 1) {
                return new RequestResult(Outcome.REFUSED, 0.2, 0);
            }
            tokens--;
        }
        if (random.nextDouble() < c.failure()) {
            return c.hangs()
                    ? new RequestResult(Outcome.TIMEOUT, TIMEOUT, 0)
                    : new RequestResult(
                            Outcome.ERROR, c.failureSeconds() * (0.5 + random.nextDouble()), 0);
        }
        double seconds = c.median() * Math.exp(sigma * random.nextGaussian());
        if (seconds > TIMEOUT) {
            return new RequestResult(Outcome.TIMEOUT, TIMEOUT, 0);
        }
        double spread = Math.exp(COST_SIGMA * random.nextGaussian() - COST_SIGMA * COST_SIGMA / 2);
        return new RequestResult(Outcome.OK, seconds, c.cost() * spread);
    }

    Expectation expect(double now) {
        Condition c = at(now);
        double z = Math.log(TIMEOUT / c.median()) / sigma;
        double late = 0.5 * Erf.erfc(z / Math.sqrt(2));
        double success = (1 - c.failure()) * (1 - late);
        double mean = Math.min(TIMEOUT, c.median() * Math.exp(sigma * sigma / 2));
        double failed = c.hangs() ? TIMEOUT : c.failureSeconds();
        return new Expectation(
                success,
                (1 - c.failure()) * mean + c.failure() * failed,
                c.cost() * success,
                c.capacity());
    }
}
