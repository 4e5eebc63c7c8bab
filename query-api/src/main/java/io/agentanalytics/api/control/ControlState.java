package io.agentanalytics.api.control;

import io.agentanalytics.api.control.Controls.Author;
import io.agentanalytics.contract.InvalidControlException;
import io.agentanalytics.contract.Topics;
import io.agentanalytics.contract.alerts.AlertCommand;
import io.agentanalytics.contract.alerts.AlertCommandKind;
import io.agentanalytics.contract.alerts.AlertJson;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.RuleCodec;
import io.agentanalytics.contract.budgets.Budget;
import io.agentanalytics.contract.budgets.BudgetCodec;
import io.agentanalytics.contract.weights.RoutingPolicy;
import io.agentanalytics.contract.weights.RoutingPolicyCodec;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Settings that the records of the control topics add up to. Not safe for use by many threads. */
final class ControlState {
    private final Map<String, AlertRule> rules = new TreeMap<>(RuleCodec.standard());
    private final Map<String, AlertCommand> silences = new TreeMap<>();
    private final Map<String, Versioned<RoutingPolicy>> policies = new TreeMap<>();
    private final Map<String, Budget> budgets = new TreeMap<>();
    private final Map<String, Author> authors = new HashMap<>();

    void apply(ConsumerRecord<String, byte[]> record) throws InvalidControlException {
        switch (record.topic()) {
            case Topics.ALERT_RULES -> {
                applyRule(record.key(), record.value());
                applyAuthor(record);
            }
            case Topics.ROUTING_POLICY -> applyPolicy(record);
            case Topics.BUDGET_DEFINITIONS -> applyBudget(record.key(), record.value());
            default -> {
                if (record.value() != null) {
                    applyCommand(AlertJson.command(record.value()));
                }
            }
        }
    }

    private void applyRule(String id, byte @Nullable [] value) throws InvalidControlException {
        if (value != null) {
            AlertRule rule = RuleCodec.decode(value);
            rules.put(rule.ruleId(), rule);
        } else {
            AlertRule ships = RuleCodec.standard().get(id);
            if (ships == null) {
                rules.remove(id);
            } else {
                rules.put(id, ships);
            }
        }
    }

    private void applyAuthor(ConsumerRecord<String, byte[]> record) {
        Header by = record.headers().lastHeader(ControlLog.BY);
        if (by == null || record.value() == null) {
            authors.remove(record.key());
        } else {
            String name = new String(by.value(), StandardCharsets.UTF_8);
            authors.put(record.key(), new Author(name, Instant.ofEpochMilli(record.timestamp())));
        }
    }

    private void applyPolicy(ConsumerRecord<String, byte[]> record) throws InvalidControlException {
        if (record.value() == null) {
            policies.remove(record.key());
        } else {
            RoutingPolicy policy = RoutingPolicyCodec.decode(record.value());
            policies.put(record.key(), versioned(policy, record.offset()));
        }
    }

    /**
     * Returns a policy with its version: its place in the topic, which grows with each change, also
     * with one that another program writes. The record itself has no version.
     */
    static Versioned<RoutingPolicy> versioned(RoutingPolicy policy, long offset) {
        return new Versioned<>(policy, offset + 1);
    }

    private void applyBudget(String id, byte @Nullable [] value) throws InvalidControlException {
        if (value == null) {
            budgets.remove(id);
        } else {
            budgets.put(id, BudgetCodec.decode(value));
        }
    }

    private void applyCommand(AlertCommand command) {
        if (command.kind() == AlertCommandKind.SILENCE) {
            silences.put(command.id(), command);
        } else if (command.kind() == AlertCommandKind.UNSILENCE) {
            silences.remove(command.id());
        }
    }

    Map<String, AlertRule> rules() {
        return new TreeMap<>(rules);
    }

    @Nullable Author authorOf(String ruleId) {
        return authors.get(ruleId);
    }

    /** Returns the silences that are in force, and forgets those that have ended. */
    Map<String, AlertCommand> silences(Instant now) {
        silences.values().removeIf(s -> s.until() == null || !s.until().isAfter(now));
        return new TreeMap<>(silences);
    }

    Map<String, Versioned<RoutingPolicy>> policies() {
        return new TreeMap<>(policies);
    }

    Map<String, Budget> budgets() {
        return new TreeMap<>(budgets);
    }
}
