package io.agentanalytics.local.follow;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Weight of a server.
 *
 * @param weight 0 for a drained provider, otherwise 1 to {@value #MAX}
 */
public record TargetWeight(Target target, int weight) {
    /** Maximum weight of HAProxy. */
    static final int MAX = 256;

    /**
     * Share below which a provider is drained: a weight of 1 would be forty times as much. Each
     * larger share gets at least 1, so that probes of a provider are not rounded away.
     */
    private static final double DRAINED = 0.0001;

    /**
     * Distributes the shares among servers. Shares apply within a backend. Servers of one provider
     * in one backend divide its share.
     */
    static List<TargetWeight> of(Map<String, Double> shares, List<Target> targets) {
        Map<String, Map<String, Integer>> servers = new HashMap<>();
        for (Target target : targets) {
            servers.computeIfAbsent(target.backend(), b -> new HashMap<>())
                    .merge(target.provider(), 1, Integer::sum);
        }
        List<TargetWeight> weights = new ArrayList<>();
        for (Target target : targets) {
            Map<String, Integer> backend = servers.getOrDefault(target.backend(), Map.of());
            double sum =
                    backend.keySet().stream().mapToDouble(p -> shares.getOrDefault(p, 0.0)).sum();
            double share =
                    sum <= 0
                            ? 1.0 / backend.size()
                            : shares.getOrDefault(target.provider(), 0.0) / sum;
            int among = backend.getOrDefault(target.provider(), 1);
            weights.add(new TargetWeight(target, rounded(share, among)));
        }
        return weights;
    }

    private static int rounded(double share, int servers) {
        return share < DRAINED ? 0 : (int) Math.max(1, Math.round(MAX * share / servers));
    }
}
