package io.agentanalytics.job.weights;

import io.agentanalytics.contract.weights.WeightDecision.Standing;
import java.util.List;

/**
 * The rule of docs/weights.md as a reader would implement it: without the code of the policy, the
 * normal distribution by Simpson's rule.
 */
final class PublishedRule {
    private PublishedRule() {}

    static double[] shares(List<Standing> standings) {
        int n = standings.size();
        double[] shares = new double[n];
        boolean[] full = new boolean[n];
        double rest = 1;
        for (int round = 0; round <= n && rest > 1e-6; round++) {
            double[] best = new double[n];
            double all = 0;
            for (int i = 0; i < n; i++) {
                for (int k = 0; k <= 32 && !full[i]; k++) {
                    double z = -4 + k * .25;
                    double x = standings.get(i).valueUsd() + z * standings.get(i).uncertaintyUsd();
                    double chance = Math.exp(-.5 * z * z);
                    for (int j = 0; j < n; j++) {
                        if (j != i && !full[j]) {
                            Standing other = standings.get(j);
                            chance *= normal((x - other.valueUsd()) / other.uncertaintyUsd());
                        }
                    }
                    best[i] += chance;
                }
                all += best[i];
            }
            double over = 0;
            for (int i = 0; i < n; i++) {
                if (!full[i]) {
                    shares[i] += rest * best[i] / all;
                    double more = shares[i] - standings.get(i).limit();
                    if (more > 0) {
                        over += more;
                        shares[i] -= more;
                        full[i] = true;
                    }
                }
            }
            rest = over;
        }
        double sum = 0;
        for (double share : shares) {
            sum += share;
        }
        for (int i = 0; i < n; i++) {
            shares[i] /= sum;
        }
        return shares;
    }

    private static double normal(double z) {
        if (Math.abs(z) > 12) {
            return z > 0 ? 1 : 0;
        }
        int steps = 4000;
        double h = z / steps;
        double sum = 0;
        for (int i = 0; i <= steps; i++) {
            double weight = i == 0 || i == steps ? 1 : i % 2 == 1 ? 4 : 2;
            sum += weight * Math.exp(-(i * h) * (i * h) / 2);
        }
        return .5 + sum * h / 3 / Math.sqrt(2 * Math.PI);
    }
}
