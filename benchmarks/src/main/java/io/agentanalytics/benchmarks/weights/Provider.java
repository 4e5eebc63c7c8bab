package io.agentanalytics.benchmarks.weights;

import java.util.Random;
import org.apache.commons.math3.special.Erf;

/** A provider whose condition changes with time: the truth that policies have to find out. */
final class Provider {
    static final double TIMEOUT = 60;

    /** Unused capacity is kept for so many seconds. */
    private static final double BURST = 10;

    private static final double COST_SIGMA = 0.4;

    /** What goes wrong, and when. */
    interface Trouble {
        Condition at(double seconds, Condition well);
    }

    /** What came of a request. */
    enum Outcome {
        OK,
        ERROR,
        TIMEOUT,
        REFUSED
    }

    /** A request's outcome, seconds and dollars. */
    record Result(Outcome outcome, double seconds, double cost) {
        boolean ok() {
            return outcome == Outcome.OK;
        }
    }

    /** What a request can be expected to come to: chance of success, seconds, dollars. */
    record Expectation(double success, double seconds, double cost, double capacity) {}

    private final Condition well;
    private final double sigma;
    private final double joins;
    private final Trouble trouble;
    private double tokens;
    private double filled;

    /**
     * @param sigma of the logarithm of a request's seconds
     * @param joins when it begins to exist
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

    Result call(double now, Random random) {
        Condition c = at(now);
        if (c.capacity() == Double.POSITIVE_INFINITY) {
            tokens = Double.POSITIVE_INFINITY;
        } else {
            tokens = Math.min(c.capacity() * BURST, tokens + (now - filled) * c.capacity());
            filled = now;
            if (tokens < 1) {
                return new Result(Outcome.REFUSED, 0.2, 0);
            }
            tokens--;
        }
        if (random.nextDouble() < c.failure()) {
            return c.hangs()
                    ? new Result(Outcome.TIMEOUT, TIMEOUT, 0)
                    : new Result(
                            Outcome.ERROR, c.failureSeconds() * (0.5 + random.nextDouble()), 0);
        }
        double seconds = c.median() * Math.exp(sigma * random.nextGaussian());
        if (seconds > TIMEOUT) {
            return new Result(Outcome.TIMEOUT, TIMEOUT, 0);
        }
        double spread = Math.exp(COST_SIGMA * random.nextGaussian() - COST_SIGMA * COST_SIGMA / 2);
        return new Result(Outcome.OK, seconds, c.cost() * spread);
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
