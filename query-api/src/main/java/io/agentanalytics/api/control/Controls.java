package io.agentanalytics.api.control;

import io.agentanalytics.contract.InvalidControlException;
import io.agentanalytics.contract.Json;
import io.agentanalytics.contract.Topics;
import io.agentanalytics.contract.alerts.AlertCommand;
import io.agentanalytics.contract.alerts.AlertCommandKind;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.RuleCodec;
import io.agentanalytics.contract.budgets.Budget;
import io.agentanalytics.contract.budgets.BudgetCodec;
import io.agentanalytics.contract.weights.RoutingPolicy;
import io.agentanalytics.contract.weights.RoutingPolicyCodec;
import io.agentanalytics.contract.weights.RoutingSettings;
import io.agentanalytics.contract.weights.WeightScope;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Client of the control topics: current settings and changes to them. A change is written to Kafka
 * and acknowledged after it has been read back, so that a client that writes and then reads sees
 * its own change. Changes of one process are made one after the other; those of two processes at
 * the same time are not, so that a conflict of versions between them is not detected.
 */
public final class Controls implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private final ControlLog log;

    /** Held from the comparison of a version until the change has been read back. */
    private final ReentrantLock changing = new ReentrantLock();

    /** Author and time of a rule change. */
    public record Author(String by, Instant at) {}

    private Controls(ControlLog log) {
        this.log = log;
    }

    /**
     * Starts following the topics.
     *
     * @param client Kafka client properties, including {@code bootstrap.servers}
     */
    public static Controls start(Map<String, String> client) {
        return new Controls(new ControlLog(client));
    }

    /** Returns the active rules by ID. */
    public Map<String, AlertRule> rules() throws UnavailableException {
        return log.read(ControlState::rules);
    }

    /** Returns the author of this rule; null for a built-in rule or an unknown author. */
    public @Nullable Author authorOf(AlertRule rule) throws UnavailableException {
        return log.read(state -> Optional.ofNullable(state.authorOf(rule.ruleId()))).orElse(null);
    }

    /** Returns the silences that are in force at a time. */
    public Map<String, AlertCommand> silences(Instant now) throws UnavailableException {
        return log.read(state -> state.silences(now));
    }

    /** Returns the active routing policies by scope, with their versions. */
    public Map<String, Versioned<RoutingPolicy>> policies() throws UnavailableException {
        return log.read(ControlState::policies);
    }

    /** Returns the definitions of budgets by id. */
    public Map<String, Budget> budgets() throws UnavailableException {
        return log.read(ControlState::budgets);
    }

    /**
     * Waits for earlier changes of this process, so that the versions that the next one reads are
     * still the newest when it writes. Changes by other processes are not excluded.
     */
    private void begin() throws UnavailableException {
        try {
            if (!changing.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new UnavailableException(
                        "Earlier changes still wait for Kafka; try again in a few seconds.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("Interrupted.");
        }
    }

    private void end() {
        changing.unlock();
    }

    /**
     * Activates rules and returns them with their next versions.
     *
     * @throws VersionConflictException if a change is not based on the newest version; no rule is
     *     activated then
     */
    public List<AlertRule> putRules(List<Versioned<AlertRule>> wanted, String by)
            throws UnavailableException, VersionConflictException {
        begin();
        try {
            Map<String, AlertRule> known = rules();
            List<AlertRule> next = new ArrayList<>();
            for (Versioned<AlertRule> rule : wanted) {
                String id = rule.value().ruleId();
                long newest = known.containsKey(id) ? known.get(id).version() : 0;
                rule.requireBasedOn(newest, "rule", id);
                AlertRule made = rule.value().ofVersion(newest + 1);
                next.add(made);
                known.put(id, made);
            }
            for (AlertRule rule : next) {
                log.write(Topics.ALERT_RULES, rule.ruleId(), RuleCodec.encode(rule), by);
            }
            return next;
        } finally {
            end();
        }
    }

    /**
     * Removes a rule. The built-in rule with the same ID, if any, becomes active again.
     *
     * @return false if there is no such rule
     */
    public boolean removeRule(String ruleId, String by) throws UnavailableException {
        return remove(Topics.ALERT_RULES, ruleId, this::rules, by);
    }

    /**
     * Activates routing policies and returns them with their versions.
     *
     * @throws VersionConflictException if a change is not based on the newest version; no policy is
     *     activated then
     */
    public List<Versioned<RoutingPolicy>> putPolicies(
            List<Versioned<RoutingPolicy>> wanted, String by)
            throws UnavailableException, VersionConflictException {
        begin();
        try {
            Map<String, Versioned<RoutingPolicy>> known = policies();
            for (Versioned<RoutingPolicy> policy : wanted) {
                String scope = policy.value().scope();
                Versioned<RoutingPolicy> newest = known.get(scope);
                policy.requireBasedOn(
                        newest == null ? 0 : newest.number(), "routing policy", scope);
            }
            List<Versioned<RoutingPolicy>> made = new ArrayList<>();
            for (Versioned<RoutingPolicy> policy : wanted) {
                made.add(send(policy.value(), by));
            }
            return made;
        } finally {
            end();
        }
    }

    /**
     * Changes some fields of the routing policy of a scope and returns the policy.
     *
     * @throws InvalidControlException if the changed policy is invalid
     */
    public RoutingPolicy change(String scope, PolicyEdit edit, String by)
            throws UnavailableException, InvalidControlException {
        begin();
        try {
            Map<String, Versioned<RoutingPolicy>> known = policies();
            RoutingPolicy own = policyOf(scope, known);
            RoutingSettings inForce =
                    RoutingSettings.STANDARD.with(policyOf(WeightScope.GLOBAL, known)).with(own);
            byte[] changed = RoutingPolicyCodec.encode(edit.of(own, inForce));
            return send(RoutingPolicyCodec.decode(changed), by).value();
        } finally {
            end();
        }
    }

    private static RoutingPolicy policyOf(
            String scope, Map<String, Versioned<RoutingPolicy>> known) {
        Versioned<RoutingPolicy> policy = known.get(scope);
        return policy == null ? RoutingPolicy.of(scope) : policy.value();
    }

    private Versioned<RoutingPolicy> send(RoutingPolicy policy, String by)
            throws UnavailableException {
        RoutingPolicy signed = policy.signed(by);
        byte[] value = RoutingPolicyCodec.encode(signed);
        return ControlState.versioned(
                signed, log.write(Topics.ROUTING_POLICY, policy.scope(), value, by));
    }

    /**
     * Removes a routing policy.
     *
     * @return false if there is no such policy
     */
    public boolean removePolicy(String scope, String by) throws UnavailableException {
        return remove(Topics.ROUTING_POLICY, scope, this::policies, by);
    }

    /**
     * Creates or replaces budgets and returns them with their next versions.
     *
     * @throws InvalidControlException if there are too many budgets; none is changed then
     * @throws VersionConflictException if a change is not based on the newest version; no budget is
     *     changed then
     */
    public List<Budget> putBudgets(List<Versioned<Budget>> wanted, String by)
            throws UnavailableException, InvalidControlException, VersionConflictException {
        begin();
        try {
            List<Budget> next = nextVersions(wanted, budgets());
            for (Budget budget : next) {
                log.write(
                        Topics.BUDGET_DEFINITIONS,
                        budget.budgetId(),
                        BudgetCodec.encode(budget),
                        by);
            }
            return next;
        } finally {
            end();
        }
    }

    private static List<Budget> nextVersions(
            List<Versioned<Budget>> wanted, Map<String, Budget> known)
            throws InvalidControlException, VersionConflictException {
        Map<String, Budget> all = new HashMap<>(known);
        List<Budget> next = new ArrayList<>();
        for (Versioned<Budget> budget : wanted) {
            String id = budget.value().budgetId();
            long newest = all.containsKey(id) ? all.get(id).version() : 0;
            budget.requireBasedOn(newest, "budget", id);
            Budget made = budget.value().ofVersion(newest + 1);
            next.add(made);
            all.put(id, made);
        }
        if (all.size() > Math.max(known.size(), Budget.MAX_BUDGETS)) {
            throw new InvalidControlException(
                    "There are %d budgets; the maximum is %d. Delete one first."
                            .formatted(known.size(), Budget.MAX_BUDGETS));
        }
        return next;
    }

    /**
     * Removes a budget.
     *
     * @return false if there is no such budget
     */
    public boolean removeBudget(String id, String by) throws UnavailableException {
        return remove(Topics.BUDGET_DEFINITIONS, id, this::budgets, by);
    }

    /**
     * Ends a silence.
     *
     * @return false if there is no such silence
     */
    public boolean unsilence(String id, Instant now, String by) throws UnavailableException {
        begin();
        try {
            if (!silences(now).containsKey(id)) {
                return false;
            }
            send(new AlertCommand(AlertCommandKind.UNSILENCE, id, by, null, null, null));
            return true;
        } finally {
            end();
        }
    }

    public void send(AlertCommand command) throws UnavailableException {
        begin();
        try {
            log.write(Topics.ALERT_COMMANDS, command.id(), Json.encode(command), command.by());
        } finally {
            end();
        }
    }

    /** Settings of a topic, by key. */
    private interface Settings {
        Map<String, ?> get() throws UnavailableException;
    }

    private boolean remove(String topic, String key, Settings settings, String by)
            throws UnavailableException {
        begin();
        try {
            if (!settings.get().containsKey(key)) {
                return false;
            }
            log.write(topic, key, null, by);
            return true;
        } finally {
            end();
        }
    }

    /** Thrown if Kafka is unreachable. */
    public static final class UnavailableException extends Exception {
        private static final long serialVersionUID = 1L;

        UnavailableException(String message) {
            super(message);
        }
    }

    @Override
    public void close() {
        log.close();
    }
}
