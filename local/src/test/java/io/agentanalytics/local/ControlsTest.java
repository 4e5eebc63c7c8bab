package io.agentanalytics.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.agentanalytics.api.control.Controls;
import io.agentanalytics.api.control.VersionConflictException;
import io.agentanalytics.api.control.Versioned;
import io.agentanalytics.contract.alerts.AlertCommand;
import io.agentanalytics.contract.alerts.AlertCommandKind;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.budgets.Budget;
import io.agentanalytics.contract.budgets.BudgetCodec;
import io.agentanalytics.contract.weights.RoutingPolicy;
import io.agentanalytics.local.embedded.EmbeddedKafka;
import io.agentanalytics.local.embedded.Ports;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes of settings at the same time, through Kafka. */
class ControlsTest {
    private static final int CLIENTS = 8;
    @TempDir static Path directory;
    private static EmbeddedKafka kafka;
    private static Controls controls;

    @BeforeAll
    static void start() throws Exception {
        kafka = EmbeddedKafka.start(directory, Ports.free());
        controls = Controls.start(Map.of("bootstrap.servers", kafka.bootstrap()));
    }

    @AfterAll
    static void stop() {
        controls.close();
        kafka.close();
    }

    /** Change that fails if it is not based on the newest version. */
    private interface Change {
        Object make() throws Exception;
    }

    @Test
    void ofTwoChangesOfAVersionOneIsAccepted() throws Exception {
        AlertRule builtIn = controls.rules().get("cost_spike");
        for (long version = 0; version < 5; version++) {
            Versioned<AlertRule> change = new Versioned<>(builtIn, version);
            assertThat(accepted(() -> controls.putRules(List.of(change), "ben")))
                    .as("changes of version %d", version)
                    .isEqualTo(1);
        }
        assertThat(controls.rules().get("cost_spike").version()).isEqualTo(5);
        assertConflict(
                () -> controls.putRules(List.of(new Versioned<>(builtIn, 1L)), "ann"),
                "The rule 'cost_spike' has version 5, but the change is based on version 1; read"
                        + " the rule again, or omit version to replace it.");
        assertThat(controls.putRules(List.of(Versioned.any(builtIn)), "ann").get(0).version())
                .isEqualTo(6);
    }

    @Test
    void ofTwoExclusionsAtTheSameTimeNoneIsLost() throws Exception {
        String scope = "agent_type:coder";
        RoutingPolicy policy = RoutingPolicy.of(scope);
        Versioned<RoutingPolicy> first = new Versioned<>(policy.excluding(List.of("a")), 0L);
        assertThat(accepted(() -> controls.putPolicies(List.of(first), "ann"))).isEqualTo(1);
        Versioned<RoutingPolicy> known = controls.policies().get(scope);
        assertThat(known.value().by()).isEqualTo("ann");

        RoutingPolicy both = policy.excluding(List.of("a", "b"));
        Versioned<RoutingPolicy> second = new Versioned<>(both, known.version());
        assertThat(accepted(() -> controls.putPolicies(List.of(second), "ben"))).isEqualTo(1);
        assertConflict(
                () -> controls.putPolicies(List.of(first), "ann"),
                "The routing policy 'agent_type:coder' has version");
        assertThat(controls.policies().get(scope).value().excluded()).containsExactly("a", "b");

        assertThat(controls.removePolicy(scope, "ann")).isTrue();
        assertThat(controls.removePolicy(scope, "ann")).isFalse();
        assertConflict(() -> controls.putPolicies(List.of(second), "ben"), "has version 0");
        controls.putPolicies(List.of(first), "ann");
    }

    @Test
    void changesOfOtherFieldsAreMerged() throws Exception {
        List<Callable<Object>> changes = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            String provider = "p" + i;
            changes.add(
                    () ->
                            controls.change(
                                    "global",
                                    (own, inForce) -> {
                                        List<String> all = new ArrayList<>(inForce.excluded());
                                        all.add(provider);
                                        return own.excluding(all);
                                    },
                                    "ann"));
        }
        atOnce(changes);
        assertThat(controls.policies().get("global").value().excluded()).hasSize(CLIENTS);
    }

    @Test
    void aBudgetOfAnotherVersionIsRefused_withTheOthersOfItsFile() throws Exception {
        Budget one = budget("one");
        Budget two = budget("two");
        controls.putBudgets(List.of(Versioned.any(one)), "ann");
        assertConflict(
                () ->
                        controls.putBudgets(
                                List.of(Versioned.any(two), new Versioned<>(one, 3L)), "ben"),
                "The budget 'one' has version 1");
        assertThat(controls.budgets()).containsOnlyKeys("one");
    }

    private static Budget budget(String id) throws Exception {
        String json = "{\"budget_id\": \"%s\", \"hard_usd\": 5}".formatted(id);
        return BudgetCodec.decode(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aSilenceThatHasEnded_isForgotten() throws Exception {
        Instant until = Instant.parse("2026-11-22T12:00:00Z");
        controls.send(
                new AlertCommand(
                        AlertCommandKind.SILENCE,
                        "past",
                        "ann",
                        null,
                        Map.of("agent_id", "a"),
                        until));
        assertThat(controls.silences(until.minusSeconds(1))).containsOnlyKeys("past");
        assertThat(controls.unsilence("past", until, "ann")).isFalse();
        assertThat(controls.silences(until.minusSeconds(1))).isEmpty();
    }

    private static void assertConflict(Change change, String message) {
        assertThatExceptionOfType(VersionConflictException.class)
                .isThrownBy(change::make)
                .withMessageContaining(message);
    }

    private static int accepted(Change change) throws Exception {
        List<Callable<Integer>> changes = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            changes.add(() -> isAccepted(change) ? 1 : 0);
        }
        return atOnce(changes).stream().mapToInt(n -> n).sum();
    }

    private static <T> List<T> atOnce(List<Callable<T>> changes) throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> change : clients.invokeAll(changes)) {
                results.add(change.get());
            }
            return results;
        } finally {
            clients.shutdownNow();
        }
    }

    private static boolean isAccepted(Change change) throws Exception {
        try {
            change.make();
            return true;
        } catch (VersionConflictException e) {
            return false;
        }
    }
}
