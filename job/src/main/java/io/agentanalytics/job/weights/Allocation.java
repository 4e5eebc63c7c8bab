package io.agentanalytics.job.weights;

import java.util.Arrays;
import org.apache.commons.numbers.gamma.Erf;

/**
 * Shares by the probability of being the best provider: for independent normal values with the
 * given means and deviations, summed over 33 points from -4 to 4 deviations. The part of a share
 * above its limit goes to the other providers by the same rule. If all limits are reached, all of
 * them are exceeded in proportion.
 */
final class Allocation {
    private static final double REACH = 4;
    private static final double STEP = 0.25;
    private static final double ENOUGH = 1e-6;

    private final double[] values;
    private final double[] deviations;
    private final double[] limits;
    private final double[] shares;
    private final boolean[] bound;

    private Allocation(double[] values, double[] deviations, double[] limits) {
        this.values = values;
        this.deviations = deviations;
        this.limits = limits;
        this.shares = new double[values.length];
        this.bound = new boolean[values.length];
    }

    /**
     * Computes shares that add up to 1.
     *
     * @param limits maximum share of each provider, 0 to 1 or more
     * @return the shares, and the set of shares that are bound by their limits
     */
    static Allocation of(double[] values, double[] deviations, double[] limits) {
        Allocation allocation = new Allocation(values, deviations, limits);
        allocation.share();
        return allocation;
    }

    double share(int i) {
        return shares[i];
    }

    boolean isBound(int i) {
        return bound[i];
    }

    private void share() {
        double remaining = 1;
        while (remaining > ENOUGH) {
            double[] chances = chances();
            double sum = Arrays.stream(chances).sum();
            if (sum <= 0) {
                break;
            }
            double over = 0;
            for (int i = 0; i < shares.length; i++) {
                shares[i] += remaining * chances[i] / sum;
                if (!bound[i] && shares[i] > limits[i]) {
                    over += shares[i] - limits[i];
                    shares[i] = limits[i];
                    bound[i] = true;
                }
            }
            remaining = over;
        }
        double all = Arrays.stream(shares).sum();
        for (int i = 0; i < shares.length; i++) {
            shares[i] = all > 0 ? shares[i] / all : 1.0 / shares.length;
        }
    }

    /** Returns the probability that each unbound provider is the best of them, not normalized. */
    private double[] chances() {
        double[] chances = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            if (!bound[i]) {
                for (double z = -REACH; z <= REACH; z += STEP) {
                    chances[i] +=
                            Math.exp(-z * z / 2) * exceedsOthers(i, values[i] + deviations[i] * z);
                }
            }
        }
        return chances;
    }

    private double exceedsOthers(int i, double value) {
        double chance = 1;
        for (int j = 0; j < values.length; j++) {
            if (j != i && !bound[j]) {
                double z = (value - values[j]) / deviations[j];
                chance *= Erf.value(z / Math.sqrt(2)) / 2 + 0.5;
            }
        }
        return chance;
    }
}
