package io.agentanalytics.api.insight;

/**
 * What came of tasks of one kind; money in dollars.
 *
 * @param tasks that ended by themselves
 * @param costSquares sum of the squares of their costs
 * @param costOfSuccesses sum over those that succeeded
 */
public record Outcomes(
        long tasks, long succeeded, double cost, double costSquares, double costOfSuccesses) {

    static final Outcomes NONE = new Outcomes(0, 0, 0, 0, 0);

    Outcomes plus(Outcomes o) {
        return new Outcomes(
                tasks + o.tasks,
                succeeded + o.succeeded,
                cost + o.cost,
                costSquares + o.costSquares,
                costOfSuccesses + o.costOfSuccesses);
    }

    public Interval success() {
        return Interval.ofShare(succeeded, tasks);
    }

    /**
     * Dollars for one success: mean cost by success rate. The interval is by the delta method, with
     * the covariance of cost and success.
     */
    public Interval costPerSuccess() {
        double n = tasks;
        double p = succeeded / n;
        double mean = cost / n;
        double variance = (costSquares / n - mean * mean) / n;
        double covariance = (costOfSuccesses / n - mean * p) / n;
        double ratio = mean / p;
        double relative =
                variance / (mean * mean) + (1 - p) / (n * p) - 2 * covariance / (mean * p);
        return Interval.of(ratio, ratio * ratio * relative);
    }
}
