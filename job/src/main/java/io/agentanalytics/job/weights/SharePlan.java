package io.agentanalytics.job.weights;

import io.agentanalytics.contract.weights.RoutingSettings;
import java.util.Arrays;
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
        for (int i = 0; i < n; i++) {
            values[i] = provider(names.get(i)).value;
            deviations[i] = provider(names.get(i)).uncertainty;
        }
        double[] most = names.stream().mapToDouble(name -> limit(name, free, n)).toArray();
        double assigned = free;
        if (free < 1 && isLeftToPins(names)) {
            most = justified(names, most, free);
            assigned *= Math.min(1, Arrays.stream(most).sum());
            returnToPins((1 - assigned) / (1 - free));
        } else if (names.stream().map(this::provider).anyMatch(SharePlan::isProven)) {
            most = covering(justified(names, most, free), most);
        }
        Allocation allocation = Allocation.of(values, deviations, most);
        for (int i = 0; i < n; i++) {
            limits.put(names.get(i), most[i]);
            shares.put(names.get(i), assigned * allocation.share(i));
            if (allocation.isBound(i) && provider(names.get(i)).capacity.isKnown()) {
                bound.add(names.get(i));
            }
        }
    }

    /** Returns the maximum share of a provider that is not new in the unpinned traffic, 0 to 1. */
    private double limit(String name, double free, int candidates) {
        double most = candidates > 1 ? settings.maxShare() : 1;
        double capacity = provider(name).capacity.share(now, state.rate);
        return Math.min(1, Math.min(most, capacity) / Math.max(1e-9, free));
    }

    /**
     * Reduces the limits of new providers to what their few answers justify: a single call from a
     * laptop must not attract production traffic.
     */
    private double[] justified(List<String> names, double[] limits, double free) {
        double[] justified = new double[limits.length];
        for (int i = 0; i < limits.length; i++) {
            double share = provider(names.get(i)).justifiedShare(state.expectedRate());
            justified[i] = Math.min(limits[i], share / Math.max(1e-9, free));
        }
        return justified;
    }

    /** Raises limits that do not cover the traffic: new providers get what the others cannot. */
    private static double[] covering(double[] justified, double[] limits) {
        double sum = Arrays.stream(justified).sum();
        double reserve = Arrays.stream(limits).sum() - sum;
        if (sum >= 1 || reserve <= 0) {
            return justified;
        }
        double part = Math.min(1, (1 - sum) / reserve);
        double[] raised = new double[limits.length];
        Arrays.setAll(raised, i -> justified[i] + part * (limits[i] - justified[i]));
        return raised;
    }

    /** Returns true if providers that work are pinned, and all others are new. */
    private boolean isLeftToPins(List<String> others) {
        return !others.isEmpty()
                && others.stream().map(this::provider).allMatch(ProviderState::isNew)
                && limits.keySet().stream()
                        .map(this::provider)
                        .anyMatch(p -> isProven(p) && !p.block.isOpen(now));
    }

    private void returnToPins(double factor) {
        limits.replaceAll((name, limit) -> limit * factor);
        limits.forEach(shares::put);
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

    private ProviderState provider(String name) {
        return Objects.requireNonNull(state.providers.get(name));
    }
}
