package io.agentanalytics.contract.weights;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Effective settings of a scope: its policy overrides the global policy, which overrides the
 * built-in defaults. Exclusions add up instead: what a policy excludes is excluded in every
 * narrower scope. Money is in dollars; fields are as in {@link RoutingPolicy}.
 */
public record RoutingSettings(
        RequestPrices prices,
        Map<String, Double> pinned,
        List<String> excluded,
        List<String> providers,
        double maxShare,
        RoutingMode mode,
        List<String> levels) {

    /** Defaults without any policy. */
    public static final RoutingSettings STANDARD =
            new RoutingSettings(
                    new RequestPrices(
                            0.10,
                            RoutingPreset.BALANCED.failureUsd(),
                            RoutingPreset.BALANCED.secondUsd()),
                    Map.of(),
                    List.of(),
                    List.of(),
                    1,
                    RoutingMode.LIVE,
                    List.of());

    /** Returns these settings overridden by a validated policy. */
    public RoutingSettings with(@Nullable RoutingPolicy policy) {
        if (policy == null) {
            return this;
        }
        return new RoutingSettings(
                prices(policy),
                first(policy.pinned(), pinned),
                union(excluded, first(policy.excluded(), List.of())),
                first(policy.providers(), providers),
                first(policy.maxShare(), maxShare),
                Optional.ofNullable(policy.mode())
                        .map(name -> RoutingMode.valueOf(name.toUpperCase(Locale.ROOT)))
                        .orElse(mode),
                first(policy.levels(), levels));
    }

    private RequestPrices prices(RoutingPolicy policy) {
        double failure = prices.failureUsd();
        double second = prices.secondUsd();
        if (policy.preset() != null) {
            RoutingPreset preset = RoutingPreset.valueOf(policy.preset().toUpperCase(Locale.ROOT));
            failure = preset.failureUsd();
            second = preset.secondUsd();
        }
        return new RequestPrices(
                first(policy.successUsd(), prices.successUsd()),
                first(policy.failureUsd(), failure),
                first(policy.secondUsd(), second));
    }

    private static List<String> union(List<String> inherited, List<String> own) {
        return Stream.concat(inherited.stream(), own.stream()).distinct().toList();
    }

    private static <T> T first(@Nullable T own, T inherited) {
        return Objects.requireNonNullElse(own, inherited);
    }

    /** Returns true if a provider may get traffic. */
    public boolean allows(String provider) {
        return !excluded.contains(provider)
                && (providers.isEmpty() || providers.contains(provider));
    }
}
