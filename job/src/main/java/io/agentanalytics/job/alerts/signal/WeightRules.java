package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.Wilson;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.contract.alerts.RuleParameter;
import io.agentanalytics.contract.weights.RoutingMode;
import io.agentanalytics.contract.weights.WeightDecision;
import io.agentanalytics.contract.weights.WeightDecision.Standing;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Applies the rules about the weights of one scope and emits the transitions. */
final class WeightRules {
    private static final int MINUTE = 60;

    /** Minimum weight of a provider in use; a failing provider below it is drained. */
    private static final double LEFT = 0.05;

    private final RuleHistory rules;
    private final Map<String, Long> drained;
    private final Map<WeightDetectors.Raised, Long> raised;
    private final long now;
    private final Consumer<Signal> out;

    /**
     * @param drained time (epoch ms) since which each drained provider has been drained
     * @param raised raised alerts, with the time (epoch ms) of the last published value
     * @param now current time of the weight clock, epoch ms
     */
    WeightRules(
            RuleHistory rules,
            Map<String, Long> drained,
            Map<WeightDetectors.Raised, Long> raised,
            long now,
            Consumer<Signal> out) {
        this.rules = rules;
        this.drained = drained;
        this.raised = raised;
        this.now = now;
        this.out = out;
    }

    /**
     * Applies a decision.
     *
     * @param last time (epoch ms) of the decision before it, or null if it is the first one
     * @param began time (epoch ms) at which this run of the job began
     */
    void apply(WeightDecision decision, @Nullable Long last, long began) {
        if (last != null) {
            evaluateAge(last, began);
        }
        evaluateAge(now, began);
        removeDisabledRules();
        recordDrained(decision);
        evaluateFailover(decision);
    }

    /**
     * Evaluates the age of the weights. A gap before this run of the job is expected: the job was
     * stopped then, and routers have new weights again soon.
     *
     * @param last time (epoch ms) of the newest decision
     * @param began time (epoch ms) at which this run of the job began
     */
    void evaluateAge(long last, long began) {
        for (AlertRule rule : rules.active(AlertType.WEIGHTS_STALE, now)) {
            long limit = rule.millis(RuleParameter.SECONDS);
            Evidence evidence =
                    Evidence.of("seconds")
                            .value((now - last) / 1000.0)
                            .threshold(limit / 1000.0)
                            .n(1)
                            .build();
            boolean was = raised.containsKey(key(rule, Subject.FLEET));
            long since = was ? last : Math.max(last, began);
            publish(now - since > limit, rule, Subject.FLEET, evidence);
        }
    }

    /**
     * Drops the state of disabled rules: their alerts have ended, so a rule that is enabled again
     * starts without state.
     */
    private void removeDisabledRules() {
        Set<String> active =
                Stream.of(AlertType.WEIGHTS_STALE, AlertType.FAILED_FAILOVER)
                        .flatMap(type -> rules.active(type, now).stream())
                        .map(AlertRule::ruleId)
                        .collect(Collectors.toSet());
        raised.keySet().removeIf(alert -> !active.contains(alert.ruleId()));
    }

    private void recordDrained(WeightDecision decision) {
        drained.keySet().removeIf(provider -> !decision.providers().containsKey(provider));
        decision.providers()
                .forEach(
                        (provider, standing) -> {
                            double weight = decision.weights().getOrDefault(provider, 0.0);
                            if (weight >= LEFT || !standing.state().isFailing()) {
                                drained.remove(provider);
                            } else {
                                drained.merge(provider, now, Math::min);
                            }
                        });
    }

    private void evaluateFailover(WeightDecision decision) {
        Map<String, Standing> providers = decision.providers();
        boolean followed =
                decision.mode() == RoutingMode.LIVE
                        && !drained.keySet().containsAll(providers.keySet());
        double all = 0;
        for (Standing standing : providers.values()) {
            all += standing.requestsPerSecond();
        }
        for (AlertRule rule : rules.active(AlertType.FAILED_FAILOVER, now)) {
            for (String provider : subjects(rule, providers.keySet())) {
                Standing standing = providers.get(provider);
                double own = standing == null ? 0 : standing.requestsPerSecond();
                evaluateFailover(provider, own, all, followed, rule);
            }
        }
    }

    /** Adds the providers with an alert to those of a decision, which no longer has unused ones. */
    private Set<String> subjects(AlertRule rule, Set<String> providers) {
        Set<String> subjects = new TreeSet<>(providers);
        for (WeightDetectors.Raised alert : raised.keySet()) {
            if (alert.ruleId().equals(rule.ruleId())) {
                subjects.add(alert.subject());
            }
        }
        return subjects;
    }

    /**
     * @param own requests per second to the provider
     * @param all requests per second to all providers
     * @param followed true if routers should follow the weights and have another provider
     */
    private void evaluateFailover(
            String provider, double own, double all, boolean followed, AlertRule rule) {
        double share = own / Math.max(1e-9, all);
        long requests = Math.round(own * MINUTE);
        Subject subject = Subject.provider(provider);
        Long since = drained.get(provider);
        boolean much =
                requests >= rule.get(RuleParameter.MIN_REQUESTS)
                        && Wilson.lower(requests, all * MINUTE) > rule.get(RuleParameter.SHARE);
        boolean stays =
                share > rule.get(RuleParameter.CLEAR_SHARE)
                        && raised.containsKey(key(rule, subject));
        boolean holds =
                followed
                        && since != null
                        && now - since >= rule.millis(RuleParameter.AFTER_SECONDS)
                        && (much || stays)
                        && rule.matches("", "", provider);
        Evidence evidence =
                Evidence.of("share")
                        .value(share)
                        .threshold(rule.get(RuleParameter.SHARE))
                        .baseline(0.0)
                        .n(requests)
                        .windowSeconds(MINUTE)
                        .build();
        publish(holds, rule, subject, evidence);
    }

    private static WeightDetectors.Raised key(AlertRule rule, Subject subject) {
        return new WeightDetectors.Raised(rule.ruleId(), subject.name());
    }

    private void publish(boolean holds, AlertRule rule, Subject subject, Evidence evidence) {
        WeightDetectors.Raised key = key(rule, subject);
        Long published = raised.get(key);
        if (!holds && published == null) {
            return;
        }
        SignalKind kind = SignalKind.CLEARED;
        if (!holds) {
            raised.remove(key);
        } else if (published == null || now - published >= Measuring.INTERVAL_MILLIS) {
            kind = published == null ? SignalKind.RAISED : SignalKind.MEASURED;
            raised.put(key, now);
        } else {
            return;
        }
        out.accept(Signal.of(kind, now, rule, subject, evidence).inProcessingTime());
    }
}
