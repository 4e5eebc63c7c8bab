package io.agentanalytics.api.insight;

/**
 * Outcomes of a set of tasks; amounts in dollars.
 *
 * @param tasks number of tasks that ended by themselves and whose outcome is known
 * @param costSquares sum of the squares of the task costs
 * @param costOfSuccesses sum of the costs of the succeeded tasks
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

    /** Returns the outcomes without a part of them. */
    Outcomes minus(Outcomes part) {
        return new Outcomes(
                tasks - part.tasks,
                succeeded - part.succeeded,
                cost - part.cost,
                costSquares - part.costSquares,
                costOfSuccesses - part.costOfSuccesses);
    }

    public Interval success() {
        return Interval.ofShare(succeeded, tasks);
    }

    /**
     * Returns the cost per success in dollars: the mean cost divided by the success rate. The
     * interval is computed by the delta method, with the covariance of cost and success. Exactly 0
     * for tasks without cost, such as those of a model on own machines.
     */
    public Interval costPerSuccess() {
        if (cost == 0) {
            return new Interval(0, 0, 0);
        }
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
