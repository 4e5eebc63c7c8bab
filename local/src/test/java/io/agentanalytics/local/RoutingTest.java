package io.agentanalytics.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentanalytics.api.control.Controls;
import io.agentanalytics.api.control.Versioned;
import io.agentanalytics.client.AgentTask;
import io.agentanalytics.client.Choice;
import io.agentanalytics.client.LlmCall;
import io.agentanalytics.client.ProviderWeights;
import io.agentanalytics.client.TaskEvents;
import io.agentanalytics.client.topics.TopicFollower;
import io.agentanalytics.contract.Topics;
import io.agentanalytics.contract.weights.ProviderCondition;
import io.agentanalytics.contract.weights.RoutingMode;
import io.agentanalytics.contract.weights.RoutingPolicy;
import io.agentanalytics.contract.weights.WeightDecision;
import io.agentanalytics.contract.weights.WeightScope;
import io.agentanalytics.job.time.ScaledClock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole loop: agents send events, the job decides, and their router follows. The clock of
 * agents and weights runs {@value #SPEED} times as fast, so that a minute is three seconds.
 */
class RoutingTest {
    private static final int SPEED = 20;
    private static final List<String> PROVIDERS = List.of("cheap", "expensive");
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir static Path directory;
    private static Deployed deployed;
    private static Clock clock;
    private static Map<String, String> kafka;
    private static TaskEvents events;
    private static ProviderWeights router;
    private static Topic topic;
    private static Controls controls;
    private static int tasks;

    /** Error of the calls to a provider. */
    private final Map<String, String> broken = new ConcurrentHashMap<>();

    private Instant retryAt;

    /** All decisions on the topic of weights, in order. */
    private static final class Topic implements AutoCloseable {
        final List<WeightDecision> decisions = new CopyOnWriteArrayList<>();
        private final TopicFollower follower =
                TopicFollower.start(
                        kafka,
                        record -> {
                            if (record.value() != null) {
                                decisions.add(WeightDecision.decode(record.value()));
                            }
                        },
                        Topics.PROVIDER_WEIGHTS);

        List<WeightDecision> of(String scope) {
            return decisions.stream().filter(d -> d.scope().equals(scope)).toList();
        }

        @Override
        public void close() {
            follower.close();
        }
    }

    @BeforeAll
    static void start() throws Exception {
        // Correct in ten minutes, behind until then: no event may be in the future.
        ScaledClock scaledClock = new ScaledClock(System.currentTimeMillis() + 600_000, SPEED);
        deployed =
                Deployed.start(
                        directory, "--weights-clock", SPEED + "@" + scaledClock.originMillis());
        clock = scaledClock.clock(Clock.systemUTC());
        kafka = Map.of("bootstrap.servers", deployed.stack.bootstrap());
        events = TaskEvents.publisher(kafka, 10_000, clock);
        router = ProviderWeights.follow(kafka, PROVIDERS, clock);
        topic = new Topic();
        controls = Controls.start(kafka);
    }

    @AfterAll
    static void stop() throws Exception {
        controls.close();
        topic.close();
        router.close();
        events.close();
        deployed.close();
    }

    @BeforeEach
    void begin() throws Exception {
        put(RoutingPolicy.of(WeightScope.GLOBAL).deciding(List.of(WeightScope.AGENT_LEVEL)));
        workUntil(() -> share("agent-1", "cheap") > .8);
    }

    private static void put(RoutingPolicy policy) throws Exception {
        controls.putPolicies(List.of(Versioned.any(policy)), "test");
    }

    @AfterEach
    void dropped() {
        assertThat(events.dropped()).isZero();
    }

    /** One agent does a task where the router sends it. */
    private String work(String agent, String failure) {
        AgentTask task = events.task("task-" + tasks++, agent, "worker");
        Choice choice = router.choose(agent, "worker");
        LlmCall call = task.call(choice, "model");
        String error = broken.get(choice.provider());
        if (error != null) {
            call.failed(error, "", retryAt);
            task.failed(error, "");
            return choice.provider();
        }
        call.completed(e -> e.costNanos(choice.provider().equals("cheap") ? 1_000_000 : 9_000_000));
        if (failure.isEmpty()) {
            task.completed();
        } else {
            task.failed(failure, "");
        }
        return choice.provider();
    }

    /** Ten agents work until a condition is true. */
    private void workUntil(BooleanSupplier condition) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(
                        () -> {
                            for (int agent = 1; agent <= 10; agent++) {
                                work("agent-" + agent, "");
                            }
                            return condition.getAsBoolean();
                        });
    }

    private static double share(String agent, String provider) {
        return Stream.generate(() -> router.choose(agent, "worker").provider())
                        .limit(50)
                        .filter(provider::equals)
                        .count()
                / 50.0;
    }

    @Test
    void trafficLeavesAProviderThatFails_andReturns() {
        broken.put("cheap", "server_error");
        workUntil(() -> share("agent-1", "cheap") < .1);
        broken.clear();
        workUntil(() -> share("agent-1", "cheap") > .8);
    }

    @Test
    void aQuotaMovesAllTrafficAtOnce_andBackAtItsReset() {
        retryAt = clock.instant().plusSeconds(120);
        broken.put("cheap", "quota");
        int before = topic.of("global").size();
        workUntil(
                () ->
                        topic.of("global").stream()
                                .skip(before)
                                .anyMatch(
                                        d ->
                                                d.providers().get("cheap").state()
                                                        == ProviderCondition.OPEN));
        List<WeightDecision> closed =
                topic.of("global").stream()
                        .skip(before)
                        .filter(d -> d.providers().get("cheap").state() == ProviderCondition.OPEN)
                        .toList();
        assertThat(closed.get(0).weights())
                .as("all traffic, in one update")
                .containsEntry("cheap", 0.0)
                .containsEntry("expensive", 1.0);
        assertThat(closed.get(0).providers().get("cheap").reason()).contains("quota is used up");
        workUntil(() -> clock.instant().isAfter(retryAt));
        broken.clear();
        workUntil(() -> share("agent-1", "cheap") > .8);
        WeightDecision back =
                topic.of("global").stream()
                        .filter(d -> d.version() > closed.get(0).version())
                        .filter(d -> d.weights().get("cheap") > 0)
                        .findFirst()
                        .orElseThrow();
        assertThat(back.producedAt()).isBetween(retryAt, retryAt.plusSeconds(30));
    }

    @Test
    void errorsOfTheRequest_leaveTheWeightsUnchanged() throws Exception {
        for (String error : List.of("invalid_request", "content_filter", "context_length")) {
            broken.put("cheap", error);
            int before = topic.of("global").size();
            workUntil(() -> topic.of("global").size() > before + 2);
            assertThat(topic.of("global").stream().skip(before))
                    .as(error)
                    .allMatch(d -> d.weights().get("cheap") > .8);
        }
    }

    @Test
    void onlyTheAgentThatFailsAtItsProvider_isMoved() {
        workUntil(
                () -> {
                    boolean here = router.choose("misfit", "worker").provider().equals("cheap");
                    work("misfit", here ? "unresolved" : "");
                    return share("misfit", "cheap") == 0;
                });
        assertThat(share("agent-1", "cheap")).isGreaterThan(.8);
        WeightDecision moved = topic.of("agent:misfit").get(0);
        assertThat(moved.providers().get("cheap").reason()).startsWith("This agent solves");
        assertThat(router.choose("misfit", "worker").scope()).isEqualTo("agent:misfit");
    }

    @Test
    void frozenAndCleared_byOneCommandEach() throws Exception {
        RoutingPolicy policy = RoutingPolicy.of(WeightScope.GLOBAL);
        put(policy.in(RoutingMode.FREEZE));
        workUntil(() -> newest().mode() == RoutingMode.FREEZE);
        broken.put("cheap", "server_error");
        int before = topic.of("global").size();
        workUntil(() -> topic.of("global").size() > before + 3);
        assertThat(newest().weights().get("cheap")).as("kept while it fails").isGreaterThan(.8);
        put(policy.in(RoutingMode.CLEAR));
        workUntil(() -> router.version("global") == 0);
        assertThat(router.choose("agent-1", "worker").scope()).isEmpty();
        put(policy.in(RoutingMode.LIVE));
        workUntil(() -> share("agent-1", "cheap") < .1);
    }

    @Test
    void requestsToADrainedProvider_raiseAnAlertWithTheRouterActions() throws Exception {
        broken.put("cheap", "server_error");
        workUntil(
                () -> {
                    for (int i = 0; i < 4; i++) {
                        AgentTask task = events.task("task-" + tasks++, "stubborn", "worker");
                        task.call("cheap", "model").failed("server_error", "");
                        task.failed("server_error", "");
                    }
                    // The alert and the actions of the router are written independently.
                    return movesOf(alert("failed_failover", "firing")).stream()
                            .anyMatch(
                                    move ->
                                            move.path("weight_before").asDouble() > .5
                                                    && move.path("weight").asDouble() < .1);
                });
        JsonNode alert = alert("failed_failover", "firing");
        assertThat(alert.path("title").asText())
                .isEqualTo("cheap still receives requests without a weight");
        assertThat(movesOf(alert))
                .allSatisfy(move -> assertThat(move.path("provider").asText()).isEqualTo("cheap"));
        broken.clear();
        workUntil(() -> alert("failed_failover", "resolved") != null);
    }

    /** Returns what the router did around an alert; nothing if there is no alert. */
    private static List<JsonNode> movesOf(JsonNode alert) {
        if (alert == null) {
            return List.of();
        }
        try {
            List<JsonNode> moves = new ArrayList<>();
            deployed.get("alerts/" + alert.path("alert_id").asText())
                    .path("routing")
                    .forEach(moves::add);
            return moves;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode alert(String type, String state) {
        try {
            String query = "alerts?from=now-6h&type=%s&state=%s".formatted(type, state);
            JsonNode alerts = deployed.get(query).path("alerts");
            return alerts.isEmpty() ? null : alerts.get(0);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static WeightDecision newest() {
        List<WeightDecision> all = topic.of("global");
        return all.get(all.size() - 1);
    }

    @Test
    void weightsCanBeComputedFromTheNumbersOfTheApi() throws Exception {
        broken.put("cheap", "server_error");
        workUntil(() -> share("agent-1", "cheap") < .1);
        broken.clear();
        AtomicReference<JsonNode> answer = new AtomicReference<>();
        workUntil(
                () -> {
                    answer.set(weights());
                    double cheap = weight(answer.get().path("providers").path(0));
                    return cheap > .02 && cheap < .98;
                });
        JsonNode weights = answer.get();
        List<JsonNode> open = new ArrayList<>();
        for (JsonNode provider : weights.path("providers")) {
            assertThat(provider.path("limit").asDouble()).isEqualTo(1);
            open.add(provider);
        }
        assertThat(open).hasSize(2);
        double[] best = new double[2];
        for (int i = 0; i < 2; i++) {
            double value = open.get(i).path("value_usd").asDouble();
            double sigma = open.get(i).path("uncertainty_usd").asDouble();
            JsonNode other = open.get(1 - i);
            var others =
                    new NormalDistribution(
                            null,
                            other.path("value_usd").asDouble(),
                            other.path("uncertainty_usd").asDouble());
            for (double z = -4; z <= 4; z += .25) {
                best[i] += Math.exp(-z * z / 2) * others.cumulativeProbability(value + z * sigma);
            }
        }
        for (int i = 0; i < 2; i++) {
            assertThat(weight(open.get(i))).isCloseTo(best[i] / (best[0] + best[1]), within(1e-9));
        }
    }

    private static JsonNode weights() {
        try {
            return deployed.get("weights").path("weights");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static double weight(JsonNode provider) {
        return provider.path("weight").asDouble();
    }

    @Test
    void invalidRecords_areCounted_andStopNoRouter() throws Exception {
        long before = deployed.refusals().getOrDefault("invalid_policy", 0L);
        try (var producer =
                new KafkaProducer<>(
                        Map.<String, Object>copyOf(kafka),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            byte[] key = "global".getBytes(StandardCharsets.UTF_8);
            for (String bad :
                    List.of("no json", "{\"scope\":\"global\",\"mode\":\"fast\"}", "[]", "")) {
                byte[] value = bad.getBytes(StandardCharsets.UTF_8);
                producer.send(new ProducerRecord<>(Topics.ROUTING_POLICY, key, value)).get();
                producer.send(new ProducerRecord<>(Topics.PROVIDER_WEIGHTS, key, value)).get();
            }
        }
        await().atMost(PATIENCE)
                .until(() -> deployed.refusals().getOrDefault("invalid_policy", 0L) == before + 4);
        broken.put("cheap", "server_error");
        workUntil(() -> share("agent-1", "cheap") < .1);
        deployed.assertNeverRestarted();
    }

    @Test
    void afterTenWorkerCrashes_versionsOnlyGrow_andFiftyRoutersAgree() throws Exception {
        List<ProviderWeights> routers = new ArrayList<>();
        try {
            for (int i = 0; i < 50; i++) {
                routers.add(ProviderWeights.follow(kafka, PROVIDERS, clock));
            }
            for (int crash = 0; crash < 10; crash++) {
                long before = newest().version();
                deployed.stack.flink().crashTaskManager();
                workUntil(() -> newest().version() > before);
            }
            await().atMost(PATIENCE)
                    .until(
                            () -> {
                                Set<Long> versions =
                                        Set.copyOf(
                                                routers.stream()
                                                        .map(r -> r.version("global"))
                                                        .toList());
                                return versions.equals(Set.of(newest().version()));
                            });
        } finally {
            routers.forEach(ProviderWeights::close);
        }
        List<Long> versions = topic.of("global").stream().map(WeightDecision::version).toList();
        assertThat(versions).isSorted().doesNotHaveDuplicates();
    }
}
