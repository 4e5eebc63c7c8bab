package io.agentanalytics.job.weights;

import io.agentanalytics.contract.weights.RoutingSettings;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/** Plan of the traffic shares by the value of requests; does not modify the state. */
final class SharePlan {
    private final PolicyState state;
    private final RoutingSettings settings;
    private final Set<String> avoided;
    private final double now;
    final Map<String, Double> shares = new TreeMap<>();
    final Map<String, Double> limits = new TreeMap<>();
    final Set<String> bound = new HashSet<>();

    /**
     * @param avoided providers that get no traffic, as if they were excluded
     */
    SharePlan(PolicyState state, RoutingSettings settings, Set<String> avoided, double now) {
        this.state = state;
        this.settings = settings;
        this.avoided = avoided;
        this.now = now;
        // Decisions must name excluded providers too, with or without requests.
        settings.excluded().forEach(name -> shares.put(name, 0.0));
        state.providers.keySet().forEach(name -> shares.put(name, 0.0));
        share(pin());
    }

    private boolean allows(String name) {
        return settings.allows(name) && !avoided.contains(name);
    }

    /** Assigns the pinned shares. Returns the share that remains for the other providers. */
    private double pin() {
        double pinned = 0;
        for (Map.Entry<String, Double> pin : settings.pinned().entrySet()) {
            if (shares.containsKey(pin.getKey()) && allows(pin.getKey())) {
                shares.put(pin.getKey(), pin.getValue());
                limits.put(pin.getKey(), pin.getValue());
                pinned += pin.getValue();
            }
        }
        boolean others =
                shares.keySet().stream()
                        .anyMatch(n -> allows(n) && !settings.pinned().containsKey(n));
        if (others) {
            return Math.max(0, 1 - pinned);
        }
        double all = pinned;
        if (all > 0) {
            shares.replaceAll((name, share) -> share / all);
        }
        return 0;
    }

    private void share(double free) {
        List<String> names = candidates();
        int n = names.size();
        double[] values = new double[n];
        double[] deviations = new double[n];
        double[] most = new double[n];
        boolean hasProven = names.stream().map(this::provider).anyMatch(SharePlan::isProven);
        for (int i = 0; i < n; i++) {
            ProviderState p = provider(names.get(i));
            values[i] = p.value;
            deviations[i] = p.uncertainty;
            most[i] = limit(p, free, n, hasProven);
            limits.put(names.get(i), most[i]);
        }
        Allocation allocation = Allocation.of(values, deviations, most);
        for (int i = 0; i < n; i++) {
            shares.put(names.get(i), free * allocation.share(i));
            if (allocation.isBound(i) && provider(names.get(i)).capacity.isKnown()) {
                bound.add(names.get(i));
            }
        }
    }

    /**
     * Returns the providers that share the unpinned traffic: those without a block, or all allowed
     * ones if all are blocked.
     */
    private List<String> candidates() {
        List<String> allowed =
                shares.keySet().stream()
                        .filter(n -> allows(n) && !settings.pinned().containsKey(n))
                        .toList();
        List<String> open = allowed.stream().filter(n -> !provider(n).block.isOpen(now)).toList();
        return open.isEmpty() ? allowed : open;
    }

    private static boolean isProven(ProviderState p) {
        return !p.isNew() && !p.isFailing();
    }

    /**
     * Returns the maximum share of a provider in the unpinned traffic, 0 to 1. While another one
     * works, a new provider gets no more than its few answers justify: one call of a program on
     * somebody's laptop must not attract the traffic of the fleet.
     */
    private double limit(ProviderState p, double free, int candidates, boolean hasProven) {
        double most = candidates > 1 ? settings.maxShare() : 1;
        double capacity = p.capacity.share(now, state.rate);
        double justified = hasProven ? p.justifiedShare(state.rate) : 1;
        return Math.min(1, Math.min(justified, Math.min(most, capacity)) / Math.max(1e-9, free));
    }

    private ProviderState provider(String name) {
        return Objects.requireNonNull(state.providers.get(name));
    }
}
