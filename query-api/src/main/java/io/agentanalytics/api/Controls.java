package io.agentanalytics.api;

import io.agentanalytics.client.topics.TopicFollower;
import io.agentanalytics.contract.InvalidControlException;
import io.agentanalytics.contract.Json;
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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Client of the control topics: current settings and changes to them. A change is written to Kafka
 * and acknowledged after it has been read back, so that a client that writes and then reads sees
 * its own change. Changes of one process are made one after the other; those of two processes at
 * the same time are not, so that a conflict of versions between them is not detected.
 */
public final class Controls implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Controls.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** Record header with the author of a change. */
    private static final String BY = "by";

    private final KafkaProducer<byte[], byte[]> producer;
    private final TopicFollower follower;
    private final Map<String, AlertRule> rules = new TreeMap<>(RuleCodec.standard());
    private final Map<String, AlertCommand> silences = new TreeMap<>();
    private final Map<String, RoutingPolicy> policies = new TreeMap<>();
    private final Map<String, Budget> budgets = new TreeMap<>();
    private final Map<String, Author> authors = new HashMap<>();

    /** Offset of the last record that was read, by topic. */
    private final Map<String, Long> read = new HashMap<>();

    private boolean caughtUp;

    /** Held from the comparison of a version until the change has been read back. */
    private final ReentrantLock changing = new ReentrantLock();

    /** Author and time of a rule change. */
    public record Author(String by, Instant at) {}

    private Controls(Map<String, String> client) {
        Map<String, Object> settings = new HashMap<>(client);
        settings.put("delivery.timeout.ms", (int) PATIENCE.toMillis());
        settings.put("request.timeout.ms", (int) PATIENCE.toMillis() / 2);
        settings.put("max.block.ms", PATIENCE.toMillis());
        settings.put("linger.ms", 0);
        producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        follower =
                TopicFollower.start(
                        client,
                        new Follower(),
                        Topics.ALERT_RULES,
                        Topics.ALERT_COMMANDS,
                        Topics.ROUTING_POLICY,
                        Topics.BUDGET_DEFINITIONS);
    }

    /**
     * Starts following the topics.
     *
     * @param client Kafka client properties, including {@code bootstrap.servers}
     */
    public static Controls start(Map<String, String> client) {
        return new Controls(client);
    }

    private final class Follower implements TopicFollower.Listener {
        @Override
        public void accept(ConsumerRecord<String, byte[]> record) throws InvalidControlException {
            synchronized (Controls.this) {
                read.put(record.topic(), record.offset());
                apply(record);
            }
        }

        @Override
        public void polled(BooleanSupplier isAtEnd) {
            boolean now = caughtUp || isAtEnd.getAsBoolean();
            synchronized (Controls.this) {
                caughtUp = now;
                Controls.this.notifyAll();
            }
        }
    }

    private void apply(ConsumerRecord<String, byte[]> record) throws InvalidControlException {
        switch (record.topic()) {
            case Topics.ALERT_RULES -> {
                applyRule(record.key(), record.value());
                applyAuthor(record);
            }
            case Topics.ROUTING_POLICY -> applyPolicy(record.key(), record.value());
            case Topics.BUDGET_DEFINITIONS -> applyBudget(record.key(), record.value());
            default -> {
                if (record.value() != null) {
                    applyCommand(AlertJson.command(record.value()));
                }
            }
        }
    }

    private void applyRule(String id, byte[] value) throws InvalidControlException {
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
        Header by = record.headers().lastHeader(BY);
        if (by == null || record.value() == null) {
            authors.remove(record.key());
        } else {
            String name = new String(by.value(), StandardCharsets.UTF_8);
            authors.put(record.key(), new Author(name, Instant.ofEpochMilli(record.timestamp())));
        }
    }

    private void applyPolicy(String scope, byte[] value) throws InvalidControlException {
        if (value == null) {
            policies.remove(scope);
        } else {
            policies.put(scope, RoutingPolicyCodec.decode(value));
        }
    }

    private void applyBudget(String id, byte[] value) throws InvalidControlException {
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

    /** Returns the active rules by ID. */
    public synchronized Map<String, AlertRule> rules() throws UnavailableException {
        awaitCaughtUp();
        return new TreeMap<>(rules);
    }

    /** Returns the author of this rule; null for a built-in rule or an unknown author. */
    public synchronized @Nullable Author authorOf(AlertRule rule) {
        return authors.get(rule.ruleId());
    }

    /** Returns the silences that were created and not revoked; some may have ended. */
    public synchronized Map<String, AlertCommand> silences() throws UnavailableException {
        awaitCaughtUp();
        return new TreeMap<>(silences);
    }

    /** Returns the active routing policies by scope. */
    public synchronized Map<String, RoutingPolicy> policies() throws UnavailableException {
        awaitCaughtUp();
        return new TreeMap<>(policies);
    }

    /** Returns the definitions of budgets by id. */
    public synchronized Map<String, Budget> budgets() throws UnavailableException {
        awaitCaughtUp();
        return new TreeMap<>(budgets);
    }

    private void awaitCaughtUp() throws UnavailableException {
        awaitUntil(() -> caughtUp);
    }

    private synchronized void awaitUntil(BooleanSupplier condition) throws UnavailableException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (!condition.getAsBoolean()) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0) {
                    throw new UnavailableException("Kafka has not answered in 5 s.");
                }
                wait(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("Interrupted.");
        }
    }

    /** Change that no other change of this process interrupts. */
    private interface Change<T, E extends Exception> {
        T make() throws UnavailableException, E;
    }

    /**
     * Makes a change while no other is under way, so that the versions that it has read are still
     * the newest when it writes. Changes by other processes are not excluded.
     */
    private <T, E extends Exception> T alone(Change<T, E> change) throws UnavailableException, E {
        try {
            if (!changing.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new UnavailableException(
                        "Earlier changes still wait for Kafka; try again in some seconds.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("Interrupted.");
        }
        try {
            return change.make();
        } finally {
            changing.unlock();
        }
    }

    /**
     * Activates rules and returns them with their next versions. A rule of version 0 replaces any
     * version of that rule; another version must be the newest.
     *
     * @throws VersionConflictException if a version is not the newest; no rule is activated then
     */
    public List<AlertRule> put(List<AlertRule> wanted, String by)
            throws UnavailableException, VersionConflictException {
        return alone(
                () -> {
                    Map<String, AlertRule> known = rules();
                    for (AlertRule rule : wanted) {
                        AlertRule now = known.get(rule.ruleId());
                        requireNewest(rule, now == null ? 0 : now.version());
                    }
                    List<AlertRule> made = new ArrayList<>();
                    for (AlertRule rule : wanted) {
                        made.add(put(rule, by));
                    }
                    return made;
                });
    }

    private static void requireNewest(AlertRule rule, long version)
            throws VersionConflictException {
        if (rule.version() != 0 && rule.version() != version) {
            throw new VersionConflictException(
                    "Rule '%s' is at version %d and you changed %d; get it again."
                            .formatted(rule.ruleId(), version, rule.version()));
        }
    }

    /**
     * Activates a rule with the next version number, whatever its version, and returns it with that
     * version.
     */
    public AlertRule put(AlertRule rule, String by) throws UnavailableException {
        return alone(
                () -> {
                    AlertRule known = rules().get(rule.ruleId());
                    AlertRule next = rule.ofVersion(known == null ? 1 : known.version() + 1);
                    send(Topics.ALERT_RULES, next.ruleId(), RuleCodec.encode(next), by);
                    return next;
                });
    }

    /** Removes a rule. The built-in rule with the same ID, if any, becomes active again. */
    public void removeRule(String ruleId, String by) throws UnavailableException {
        send(Topics.ALERT_RULES, ruleId, null, by);
    }

    /** Activates a routing policy. */
    public void put(RoutingPolicy policy, String by) throws UnavailableException {
        send(Topics.ROUTING_POLICY, policy.scope(), RoutingPolicyCodec.encode(policy), by);
    }

    /** Removes a routing policy. */
    public void removePolicy(String scope, String by) throws UnavailableException {
        send(Topics.ROUTING_POLICY, scope, null, by);
    }

    /**
     * Creates or replaces a budget and returns it with its next version.
     *
     * @throws InvalidControlException if there are too many budgets
     */
    public Budget put(Budget budget, String by)
            throws UnavailableException, InvalidControlException {
        return alone(() -> putNext(budget, by));
    }

    private Budget putNext(Budget budget, String by)
            throws UnavailableException, InvalidControlException {
        Map<String, Budget> all = budgets();
        Budget known = all.get(budget.budgetId());
        if (known == null && all.size() >= Budget.MAX_BUDGETS) {
            throw new InvalidControlException(
                    "There are %d budgets already; delete one first.".formatted(all.size()));
        }
        Budget next = budget.ofVersion(known == null ? 1 : known.version() + 1);
        send(Topics.BUDGET_DEFINITIONS, next.budgetId(), BudgetCodec.encode(next), by);
        return next;
    }

    /** Removes a budget. */
    public void removeBudget(String id, String by) throws UnavailableException {
        send(Topics.BUDGET_DEFINITIONS, id, null, by);
    }

    public void send(AlertCommand command) throws UnavailableException {
        send(Topics.ALERT_COMMANDS, command.id(), Json.encode(command), command.by());
    }

    private void send(String topic, String key, byte @Nullable [] value, String by)
            throws UnavailableException {
        var record =
                new ProducerRecord<byte[], byte[]>(
                        topic, 0, key.getBytes(StandardCharsets.UTF_8), value);
        record.headers().add(BY, by.getBytes(StandardCharsets.UTF_8));
        try {
            var written = producer.send(record).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            LOG.info("{} '{}' was {} by {}", topic, key, value == null ? "removed" : "set", by);
            awaitUntil(() -> read.getOrDefault(topic, -1L) >= written.offset());
        } catch (ExecutionException | TimeoutException e) {
            throw new UnavailableException("Kafka did not take the change: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("Interrupted.");
        }
    }

    /** Thrown if a change is based on a version that is not the newest. */
    public static final class VersionConflictException extends Exception {
        private static final long serialVersionUID = 1L;

        VersionConflictException(String message) {
            super(message);
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
        follower.close();
        producer.close(Duration.ofSeconds(1));
    }
}
