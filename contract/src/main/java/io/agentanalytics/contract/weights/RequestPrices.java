package io.agentanalytics.contract.weights;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * Value of request outcomes, in dollars. The router, the published decisions and the reported
 * savings all use these formulas.
 *
 * @param successUsd V, the value of a success
 * @param failureUsd F, the cost of a failure beyond its bill; that bill is assumed to be zero
 * @param secondUsd v, the cost of a second of waiting; a failure counts as one second
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record RequestPrices(double successUsd, double failureUsd, double secondUsd) {
    /** Value of a success with a bill of c dollars that took L seconds: {@code V - c - v L}. */
    public double ofSuccess(double usd, double seconds) {
        return successUsd - usd - secondUsd * seconds;
    }

    /** Cost of a failure: {@code F + v}. */
    public double ofFailure() {
        return failureUsd + secondUsd;
    }

    /**
     * Expected value of a request: {@code s (V - c - v L) - (1 - s) (F + v)}.
     *
     * @param success s, the probability of success
     * @param usd c, the bill of a success
     * @param seconds L, the duration of a success
     */
    public double worth(double success, double usd, double seconds) {
        return success * ofSuccess(usd, seconds) - (1 - success) * ofFailure();
    }

    /** Cost of waiting L seconds: {@code v L}. */
    public double ofWaiting(double seconds) {
        return secondUsd * seconds;
    }

    /** Cost of the failures that a success takes on average: {@code (1 - s) (F + v) / s}. */
    public double failuresPerSuccess(double success) {
        return (1 - success) * ofFailure() / success;
    }

    /**
     * Cost of bill, waiting and failures per success: {@code (s (c + v L) + (1 - s) (F + v)) / s}.
     */
    public double costPerSuccess(double success, double usd, double seconds) {
        return (success * (usd + secondUsd * seconds) + (1 - success) * ofFailure()) / success;
    }
}
