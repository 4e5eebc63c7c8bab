package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.Histogram;
import io.agentanalytics.contract.Pane;
import io.agentanalytics.contract.Wilson;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.contract.alerts.RuleParameter;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/** Applies one rule to the last hour of each provider and emits the transitions. */
final class ProviderRules {
    static final List<AlertType> TYPES =
            List.of(
                    AlertType.PROVIDER_ISSUES,
                    AlertType.PROVIDER_SATURATED,
                    AlertType.PROVIDER_QUOTA,
                    AlertType.PROVIDER_AUTH,
                    AlertType.PROVIDER_ERROR_BURST,
                    AlertType.HIGH_RESPONSE_TIME);

    /** Minimum number of requests that keep a condition from clearing; fewer are not evidence. */
    private static final int MIN_TO_STAY = 5;

    /** Maximum age of the last request to a provider that is able to take over. */
    private static final long IN_USE_MILLIS = 600_000;

    private static final FailureKind FAULTS =
            new FailureKind(ProviderPane::errors, ProviderPane::failedCalls);

    private static final FailureKind REFUSALS =
            new FailureKind(ProviderPane::limited, ProviderPane::limitedCalls);

    private final Map<String, ProviderProfile> providers;
    private final long now;
    private final Consumer<Signal> out;

    ProviderRules(Map<String, ProviderProfile> providers, long now, Consumer<Signal> out) {
        this.providers = providers;
        this.now = now;
        this.out = out;
    }

    void evaluate(String provider, ProviderProfile profile, AlertRule rule) {
        if (!rule.matches("", "", provider)) {
            // The rule may have matched before.
            emit(provider, profile, rule, ConditionLevel.CLEARED, Evidence.NONE);
            return;
        }
        switch (rule.type()) {
            case PROVIDER_ISSUES -> issues(provider, profile, rule);
            case PROVIDER_SATURATED ->
                    move(
                            provider,
                            profile,
                            rule,
                            share(
                                    profile,
                                    rule,
                                    rule.millis(RuleParameter.WINDOW_SECONDS),
                                    REFUSALS));
            case PROVIDER_QUOTA ->
                    refused(provider, profile, rule, ProviderPane::quota, profile.lateQuota);
            case PROVIDER_AUTH ->
                    refused(provider, profile, rule, ProviderPane::auth, profile.lateAuth);
            case PROVIDER_ERROR_BURST -> burst(provider, profile, rule);
            case HIGH_RESPONSE_TIME -> slow(provider, profile, rule);
            default -> throw new IllegalArgumentException("not about providers: " + rule.type());
        }
    }

    /**
     * A count among requests, with its lower bound at 95 % confidence.
     *
     * @param isAfterRetries true if some of the requests hide failed attempts
     */
    private record Share(
            long hits, long n, long windowMillis, double least, boolean isAfterRetries) {
        static Share of(long hits, long n, long windowMillis) {
            return new Share(hits, n, windowMillis, Wilson.lower(hits, n), false);
        }

        Share afterRetries(boolean some) {
            return new Share(hits, n, windowMillis, least, some);
        }

        double value() {
            return n == 0 ? 0 : hits / (double) n;
        }
    }

    /** Time for which failures count if no further requests are made. */
    private static final long UNPROVEN_MILLIS = 30 * 60_000;

    /** Failures of one kind: of all requests, and of those that hide failed attempts. */
    private record FailureKind(
            ToLongFunction<ProviderPane> all, ToLongFunction<ProviderPane> calls) {}

    /**
     * Returns the share of failures among attempts if that is worse than among all requests, which
     * include calls that succeeded only after retries. A few attempts prove nothing.
     */
    private Share share(ProviderProfile profile, AlertRule rule, long millis, FailureKind kind) {
        long hits = profile.sum(now, millis, kind.all());
        long n = profile.sum(now, millis, ProviderPane::requests);
        long calls = profile.sum(now, millis, ProviderPane::calls);
        Share all = Share.of(hits, n, millis).afterRetries(calls > 0);
        if (calls == 0 || n - calls < rule.get(RuleParameter.MIN_SAMPLES)) {
            return all;
        }
        long failedCalls = profile.sum(now, millis, kind.calls());
        Share attempts = Share.of(hits - failedCalls, n - calls, millis);
        return attempts.least() >= all.least() ? attempts : all;
    }

    private static boolean isOver(Share share, double limit, AlertRule rule) {
        return share.n() >= rule.get(RuleParameter.MIN_SAMPLES) && share.least() > limit;
    }

    private void issues(String provider, ProviderProfile profile, AlertRule rule) {
        Share whole = share(profile, rule, rule.millis(RuleParameter.WINDOW_SECONDS), FAULTS);
        Share brief = share(profile, rule, rule.millis(RuleParameter.SHORT_WINDOW_SECONDS), FAULTS);
        Share worse = brief.least() > whole.least() ? brief : whole;
        ConditionLevel level = levelOf(worse, whole, FAULTS, profile, rule);
        if (level == ConditionLevel.RAISED
                && (isOver(worse, rule.get(RuleParameter.ACT_SHARE), rule)
                        || !othersCanTakeOver(provider, rule))) {
            level = ConditionLevel.WORSENED;
        }
        emit(provider, profile, rule, level, evidence(worse, rule.get(RuleParameter.SHARE)));
    }

    private void move(String provider, ProviderProfile profile, AlertRule rule, Share share) {
        ConditionLevel level = levelOf(share, share, REFUSALS, profile, rule);
        emit(provider, profile, rule, level, evidence(share, rule.get(RuleParameter.SHARE)));
    }

    private ConditionLevel levelOf(
            Share worse, Share whole, FailureKind kind, ProviderProfile profile, AlertRule rule) {
        if (isOver(worse, rule.get(RuleParameter.SHARE), rule)) {
            return ConditionLevel.RAISED;
        }
        boolean over =
                whole.n() < MIN_TO_STAY
                        ? isOverWithFew(whole, kind, profile)
                        : whole.value() < rule.get(RuleParameter.SHARE);
        return profile.level(rule.ruleId()).easedUnless(over);
    }

    /**
     * Routers avoid a provider that fails, so that few requests remain. The condition is over if
     * these succeed, or if there was no failure for half an hour.
     */
    private boolean isOverWithFew(Share whole, FailureKind kind, ProviderProfile profile) {
        boolean succeed = whole.n() > 0 && whole.hits() == 0;
        return succeed || profile.sum(now, UNPROVEN_MILLIS, kind.all()) == 0;
    }

    /** Returns true if another provider in use has an error share below the limit. */
    private boolean othersCanTakeOver(String provider, AlertRule rule) {
        for (Map.Entry<String, ProviderProfile> other : providers.entrySet()) {
            if (other.getKey().equals(provider)) {
                continue;
            }
            long n = other.getValue().sum(now, IN_USE_MILLIS, ProviderPane::requests);
            Share share =
                    share(
                            other.getValue(),
                            rule,
                            rule.millis(RuleParameter.WINDOW_SECONDS),
                            FAULTS);
            if (n > 0 && share.value() < rule.get(RuleParameter.SHARE)) {
                return true;
            }
        }
        return false;
    }

    /** Raises the condition at the first refusal and clears it when requests pass again. */
    private void refused(
            String provider,
            ProviderProfile profile,
            AlertRule rule,
            ToLongFunction<ProviderPane> part,
            long late) {
        long hits = profile.sum(now, Pane.MILLIS, part) + late;
        long requests = profile.sum(now, Pane.MILLIS, ProviderPane::requests);
        boolean unused = profile.sum(now, ProviderProfile.KEPT_MILLIS, part) == 0;
        ConditionLevel level = profile.level(rule.ruleId());
        if (hits > 0) {
            level = ConditionLevel.RAISED;
        } else if (requests > 0 || unused) {
            level = ConditionLevel.CLEARED;
        }
        Evidence evidence =
                Evidence.of("requests")
                        .value((double) hits)
                        .threshold(1.0)
                        .baseline(0.0)
                        .n(requests)
                        .windowSeconds(Pane.MILLIS / 1000)
                        .build();
        emit(provider, profile, rule, level, evidence);
    }

    /** Emits an observation for each bad pane; the pattern requires three in a row. */
    private void burst(String provider, ProviderProfile profile, AlertRule rule) {
        Share share = share(profile, rule, Pane.MILLIS, FAULTS);
        if (share.n() >= rule.get(RuleParameter.MIN_SAMPLES)
                && share.value() >= rule.get(RuleParameter.SHARE)) {
            out.accept(
                    Signal.of(
                            SignalKind.OBSERVED,
                            now,
                            rule,
                            Subject.provider(provider),
                            evidence(share, rule.get(RuleParameter.SHARE))));
        }
    }

    private void slow(String provider, ProviderProfile profile, AlertRule rule) {
        long window = rule.millis(RuleParameter.PROVIDER_WINDOW_SECONDS);
        long slow = profile.sum(now, window, p -> p.slow().getOrDefault(rule.ruleId(), 0L));
        long n = profile.sum(now, window, p -> Histogram.ofBytes(p.latency()).count());
        Share share = Share.of(Math.max(0, Math.min(slow, n)), n, window);
        boolean met =
                n >= rule.get(RuleParameter.PROVIDER_MIN_SAMPLES)
                        && share.least() > rule.get(RuleParameter.SHARE);
        boolean over = n < MIN_TO_STAY || share.value() <= rule.get(RuleParameter.CLEAR_SHARE);
        ConditionLevel level =
                met ? ConditionLevel.RAISED : profile.level(rule.ruleId()).easedUnless(over);
        emit(provider, profile, rule, level, evidence(share, rule.get(RuleParameter.SHARE)));
    }

    private static Evidence evidence(Share share, double limit) {
        return Evidence.of("share")
                .value(share.n() == 0 ? null : share.value())
                .threshold(limit)
                .score(share.least())
                .n(share.n())
                .windowSeconds(share.windowMillis() / 1000)
                .retriesHidden(share.isAfterRetries())
                .build();
    }

    private void emit(
            String provider,
            ProviderProfile profile,
            AlertRule rule,
            ConditionLevel level,
            Evidence evidence) {
        ConditionLevel before = ConditionLevel.replace(profile.levels, rule.ruleId(), level);
        Measuring measuring = profile.measuring(rule.ruleId());
        Subject subject = Subject.provider(provider);
        new Signals(now, rule, subject, out).moved(before, level, measuring, () -> evidence);
    }
}
