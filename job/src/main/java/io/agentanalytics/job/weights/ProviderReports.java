package io.agentanalytics.job.weights;

import io.agentanalytics.contract.TextFormat;
import io.agentanalytics.contract.weights.ProviderCondition;
import io.agentanalytics.contract.weights.RoutingSettings;
import io.agentanalytics.contract.weights.StandingBuilder;
import io.agentanalytics.contract.weights.WeightDecision;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Reports the condition of a provider and the reason, in words and numbers. */
final class ProviderReports {
    private static final String EXCLUDED = "Excluded by the routing policy.";
    private static final String PINNED = "Pinned by the routing policy.";

    private static final double LEFT_ALONE = 0.01;
    private static final double RAMP_SECONDS = 60;
    private static final String MINUTES = RecentCalls.SECONDS / 60 + " min";

    private final RoutingSettings settings;
    private final PolicyState all;
    private final double now;

    ProviderReports(RoutingSettings settings, PolicyState all, double now) {
        this.settings = settings;
        this.all = all;
        this.now = now;
    }

    WeightDecision.Standing of(String name, ProviderState p, double limit) {
        ProviderCondition state = state(name, p);
        if (state != p.state) {
            p.state = state;
            p.stateSince = now;
        }
        double seconds = p.latency.isKnown() ? p.latency.value() / 1000 : 0;
        double usd = p.cost.isKnown() ? p.cost.value() : 0;
        return StandingBuilder.builder()
                .state(state)
                .since(Instant.ofEpochMilli(Math.round(p.stateSince * 1000)))
                .requestsPerSecond(p.pace.perSecond(now))
                .n(p.evidence.n())
                .success(p.success)
                .latencyMs(seconds * 1000)
                .costUsd(usd)
                .costPerSuccessUsd(settings.prices().costPerSuccess(p.success, usd, seconds))
                .valueUsd(p.value)
                .uncertaintyUsd(p.uncertainty)
                .limit(limit)
                .cap(p.capacity.isKnown() ? p.capacity.limit(now, all.rate) : null)
                .reason(reason(name, p, state))
                .recent(p.recent.at(now))
                .worseThanUsual(
                        p.evidence.changed
                                || isSlower(p)
                                || isMoreExpensive(p)
                                || p.block.isOpen(now))
                .build();
    }

    private static boolean isSlower(ProviderState p) {
        return p.latency.changed && p.latency.logMean() > p.latency.mean;
    }

    private static boolean isMoreExpensive(ProviderState p) {
        return p.cost.changed && p.cost.logMean() > p.cost.mean;
    }

    /**
     * Returns the standing of a provider for one agent.
     *
     * @param why reason why the agent avoids the provider; null if it does not
     */
    static WeightDecision.Standing ofAgent(
            String name,
            WeightDecision.Standing common,
            RoutingSettings own,
            @Nullable String why,
            double limit) {
        if (!own.allows(name)) {
            return ofAgent(common, ProviderCondition.EXCLUDED, limit, EXCLUDED);
        }
        if (why != null) {
            return ofAgent(common, ProviderCondition.EXCLUDED, limit, why);
        }
        if (own.pinned().containsKey(name)) {
            return ofAgent(common, ProviderCondition.PINNED, limit, PINNED);
        }
        boolean freed =
                common.state() == ProviderCondition.EXCLUDED
                        || common.state() == ProviderCondition.PINNED;
        return freed
                ? ofAgent(
                        common,
                        ProviderCondition.CLOSED,
                        limit,
                        "Free for this agent by its routing policy.")
                : ofAgent(common, common.state(), limit, common.reason());
    }

    private static WeightDecision.Standing ofAgent(
            WeightDecision.Standing c, ProviderCondition state, double limit, String reason) {
        return StandingBuilder.builder(c).state(state).limit(limit).reason(reason).build();
    }

    private ProviderCondition state(String name, ProviderState p) {
        if (!settings.allows(name)) {
            return ProviderCondition.EXCLUDED;
        }
        if (settings.pinned().containsKey(name)) {
            return ProviderCondition.PINNED;
        }
        boolean failing = p.isFailing();
        if (p.block.isOpen(now) || (failing && p.share < LEFT_ALONE)) {
            return ProviderCondition.OPEN;
        }
        if (failing) {
            return ProviderCondition.HALF_OPEN;
        }
        if (p.capacity.binding) {
            return ProviderCondition.CAPPED;
        }
        boolean fresh = p.isNew() || now - p.evidence.well < RAMP_SECONDS;
        return fresh ? ProviderCondition.RAMPING : ProviderCondition.CLOSED;
    }

    private String reason(String name, ProviderState p, ProviderCondition state) {
        return switch (state) {
            case EXCLUDED -> EXCLUDED;
            case PINNED -> PINNED;
            case CAPPED -> capped(p);
            case RAMPING ->
                    p.isNew()
                            ? TextFormat.format("New; answers so far: %.0f.", p.answers())
                            : "Recovered.";
            case OPEN, HALF_OPEN -> trouble(p) + basis(p);
            default -> comparison(name, p) + basis(p);
        };
    }

    private String basis(ProviderState p) {
        return p.attemptRates.hidesAttempts(now)
                ? " Its clients do not report attempts that they retried."
                : "";
    }

    private String trouble(ProviderState p) {
        if (p.block.isOpen(now)) {
            Instant until = Instant.ofEpochSecond((long) Math.ceil(p.block.until));
            return TextFormat.format(
                    p.block.credentials
                            ? "Refuses credentials; tried again at %s."
                            : "Its quota is used up until %s.",
                    until);
        }
        WeightDecision.Recent recent = p.recent.at(now);
        double waiting = p.flights.inFlight();
        if (recent.calls() == 0 && waiting == 0) {
            return TextFormat.format("Failed before; no call in the last %s.", MINUTES);
        }
        if (p.evidence.hanging && waiting > recent.failed()) {
            return TextFormat.format(
                    "Hangs: %.0f calls wait for an answer; failed %d of %d calls in the last %s.",
                    waiting, recent.failed(), recent.calls(), MINUTES);
        }
        String usually =
                p.evidence.changed ? ", usually " + TextFormat.percent(1 - p.evidence.base()) : "";
        return TextFormat.format(
                "Failed %d of %d calls in the last %s%s.",
                recent.failed(), recent.calls(), MINUTES, usually);
    }

    private String capped(ProviderState p) {
        WeightDecision.Recent recent = p.recent.at(now);
        return TextFormat.format(
                "Refused %d of %d calls in the last %s; takes about %s requests per second.",
                recent.refused(),
                recent.calls(),
                MINUTES,
                perSecond(p.capacity.limit(now, all.rate)));
    }

    private static String perSecond(double rate) {
        return TextFormat.format(rate < 10 ? "%.2f" : "%,.0f", rate);
    }

    private String comparison(String name, ProviderState p) {
        String changed =
                isSlower(p)
                        ? TextFormat.format(
                                " Slower: %.1f s, usually %.1f s.",
                                p.latency.value() / 1000, p.latency.base() / 1000)
                        : "";
        if (isMoreExpensive(p)) {
            changed +=
                    TextFormat.format(
                            " More expensive: %s per request, usually %s.",
                            TextFormat.usd(p.cost.value()), TextFormat.usd(p.cost.base()));
        }
        String best = name;
        for (var other : all.providers.entrySet()) {
            boolean may = settings.allows(other.getKey()) && !other.getValue().block.isOpen(now);
            if (may && other.getValue().value > valueOf(best)) {
                best = other.getKey();
            }
        }
        return best.equals(name)
                ? "Best value for a request." + changed
                : TextFormat.format(
                                "A request is worth %s less than at %s.",
                                TextFormat.usd(valueOf(best) - p.value), best)
                        + changed;
    }

    private double valueOf(String name) {
        ProviderState p = all.providers.get(name);
        return p == null ? Double.NEGATIVE_INFINITY : p.value;
    }
}
