package io.agentanalytics.job.alerts.signal;

/** The formulas that several detectors use. */
final class Statistics {
    /** One-sided 95 %. */
    static final double Z = 1.6448536269514722;

    /** Makes the median absolute deviation of a normal distribution its standard deviation. */
    static final double MAD_TO_SIGMA = 1.4826;

    private static final double MOST_EASIER = 2;
    private static final double MOST_HARDER = 4;

    private Statistics() {}

    /**
     * The evidence that a busy agent needs so that it gives no more false alarms a day than one of
     * a task a minute: the chance of one is about e^-evidence a task (Lorden, 1971).
     *
     * @param evidence what an agent of a task a minute needs
     */
    static double evidenceAt(double evidence, double tasksPerHour) {
        double more = Math.log(Math.max(tasksPerHour, 1e-9) / 60);
        return evidence + Math.max(-MOST_EASIER, Math.min(MOST_HARDER, more));
    }

    /**
     * The lower bound of a share by Wilson's score interval (Wilson, JASA 1927); 0 without
     * observations.
     */
    static double wilsonLower(double hits, double n, double z) {
        if (n <= 0) {
            return 0;
        }
        double p = hits / n;
        double z2 = z * z;
        double half = z * Math.sqrt(p * (1 - p) / n + z2 / (4 * n * n));
        return (p + z2 / (2 * n) - half) / (1 + z2 / n);
    }
}
