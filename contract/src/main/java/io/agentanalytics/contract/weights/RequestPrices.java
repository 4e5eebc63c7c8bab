package io.agentanalytics.contract.weights;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * What the outcome of a request is counted as, in dollars. The router, the published decisions and
 * the reported savings all use these formulas.
 *
 * @param successUsd V, what a success is worth
 * @param failureUsd F, what a failure costs beyond its bill, which is taken to be nothing
 * @param secondUsd v, what a second of waiting costs; a failure is counted as one second
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record RequestPrices(double successUsd, double failureUsd, double secondUsd) {
    /** {@code V - c - v L}: a success with a bill of c dollars that took L seconds. */
    public double ofSuccess(double usd, double seconds) {
        return successUsd - usd - secondUsd * seconds;
    }

    /** {@code F + v}: the cost of a failure. */
    public double ofFailure() {
        return failureUsd + secondUsd;
    }

    /**
     * Expected worth of a request: {@code s (V - c - v L) - (1 - s) (F + v)}.
     *
     * @param success s, the probability that it succeeds
     * @param usd c, the bill of a success
     * @param seconds L, the duration of a success
     */
    public double worth(double success, double usd, double seconds) {
        return success * ofSuccess(usd, seconds) - (1 - success) * ofFailure();
    }

    /** Bill, waiting and failures for each success: {@code (s (c + v L) + (1 - s) (F + v)) / s}. */
    public double costPerSuccess(double success, double usd, double seconds) {
        return (success * (usd + secondUsd * seconds) + (1 - success) * ofFailure()) / success;
    }
}
