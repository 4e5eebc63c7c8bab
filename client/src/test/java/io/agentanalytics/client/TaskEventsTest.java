package io.agentanalytics.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentanalytics.client.topics.LastingProducer;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.slf4j.Logger;

/** An agent is not affected if Kafka is unavailable. The tests of local use a running Kafka. */
@Execution(ExecutionMode.CONCURRENT) // most tests wait for Kafka
class TaskEventsTest {
    /** No process listens on this port: it is reserved. */
    private static final Map<String, String> NOWHERE = Map.of("bootstrap.servers", "127.0.0.1:1");

    private static final Duration SHORT = Duration.ofSeconds(1);

    @Test
    void kafkaUnavailable_agentContinues_andDropsAreCounted() {
        long began = System.nanoTime();
        TaskEvents events = TaskEvents.publisher(NOWHERE, 100, SHORT, Clock.systemUTC());
        for (int i = 0; i < 1000; i++) {
            events.task("task-" + i, "agent", "worker").completed();
        }
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        // Kafka's own time-out is a minute.
        assertThat(took).as("sending does not wait for Kafka").isLessThan(Duration.ofSeconds(30));
        assertThat(events.dropped()).isBetween(1890L, 1900L);
        events.close();
        assertThat(events.sent()).isZero();
        assertThat(events.dropped()).isEqualTo(2000);
        assertThat(events.task("late", "agent", "worker")).isNotNull();
        assertThat(events.dropped()).as("every event after close is dropped").isEqualTo(2001);
    }

    @Test
    void unresolvableHostName_doesNotPreventTheStart() {
        try (TaskEvents events =
                        TaskEvents.publisher(
                                Map.of("bootstrap.servers", "no.such.host.invalid:1"),
                                100,
                                SHORT,
                                Clock.systemUTC());
                ProviderWeights weights =
                        ProviderWeights.follow(
                                Map.of("bootstrap.servers", "no.such.host.invalid:1"),
                                List.of("a"))) {
            events.task("task", "agent", "worker").failed("unresolved", "no way");
            assertThat(weights.choose("agent", "worker").provider()).isEqualTo("a");
        }
    }

    @Test
    void anErrorWithoutAMessage_isAnEvent() {
        try (TaskEvents events = TaskEvents.publisher(NOWHERE, 100, SHORT, Clock.systemUTC())) {
            AgentTask task = events.task("t", "a", "worker");
            task.failed("tool_error", null);
            assertThat(
                            task.event(EventType.TASK_FAILED)
                                    .error("tool_error", null)
                                    .build()
                                    .errorMessage())
                    .isEmpty();
        }
    }

    @Test
    void subtasks_nameTheirParentAndTheirRoot_andHaveItsTags() {
        try (TaskEvents events = TaskEvents.publisher(NOWHERE, 100, SHORT, Clock.systemUTC())) {
            AgentTask root = events.task("root", "planner", "worker", Map.of("team", "search"));
            AgentTask child = root.subtask("child", "coder", "worker");
            TaskEvent grandchild =
                    child.subtask("grandchild", "tester", "worker")
                            .event(EventType.TASK_FAILED)
                            .build();
            assertThat(root.event(EventType.TASK_FAILED).build())
                    .returns("", TaskEvent::parentTaskId)
                    .returns("", TaskEvent::rootTaskId);
            assertThat(grandchild)
                    .returns("child", TaskEvent::parentTaskId)
                    .returns("root", TaskEvent::rootTaskId)
                    .returns("tester", TaskEvent::agentId)
                    .returns(Map.of("team", "search"), TaskEvent::tags);
            AgentTask resumed = events.task("t", "a", "worker", "p", "r", Map.of());
            assertThat(resumed.event(EventType.LLM_CALL).build())
                    .returns("p", TaskEvent::parentTaskId)
                    .returns("r", TaskEvent::rootTaskId);
        }
    }

    @Test
    void afterAFatalError_theProducerIsReplaced_andTheEventIsKept() throws Exception {
        CountDownLatch replaced = new CountDownLatch(3);
        LastingProducer producer =
                new LastingProducer(
                        () -> {
                            KafkaProducer<String, byte[]> opened = producer();
                            replaced.countDown();
                            if (replaced.getCount() > 0) {
                                opened.close(Duration.ZERO); // fails for good
                            }
                            return opened;
                        });
        TaskEvents events = TaskEvents.start(() -> producer, 100, SHORT, Clock.systemUTC());
        events.task("task", "agent", "worker");
        assertThat(replaced.await(60, TimeUnit.SECONDS)).as("it is replaced twice").isTrue();
        assertThat(events.dropped()).isZero();
        events.close();
        assertThat(events.dropped()).isEqualTo(1);
    }

    private static KafkaProducer<String, byte[]> producer() {
        return new KafkaProducer<>(
                Map.<String, Object>copyOf(NOWHERE),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    @Test
    void anInterruptedAgent_keepsItsEventsAndItsInterrupt() {
        try (TaskEvents events = TaskEvents.publisher(NOWHERE, 100, SHORT, Clock.systemUTC())) {
            Thread.currentThread().interrupt();
            AgentTask task = events.task("task", "agent", "worker");
            boolean isInterrupted = Thread.interrupted();
            assertThat(isInterrupted).isTrue();
            assertThat(events.send(task.event(EventType.TASK_COMPLETED).build())).isTrue();
            assertThat(events.dropped()).isZero();
        }
    }

    @Test
    void aRepeatedProblem_isLoggedAtPowersOfTwo_untilItEnds() {
        List<String> lines = new ArrayList<>();
        Logger log =
                (Logger)
                        Proxy.newProxyInstance(
                                Logger.class.getClassLoader(),
                                new Class<?>[] {Logger.class},
                                (proxy, method, arguments) ->
                                        lines.add(Arrays.deepToString(arguments)));
        RepeatedProblem problem = new RepeatedProblem(log);
        for (int i = 0; i < 1000; i++) {
            problem.occurred("It fails.", new IllegalStateException("no"));
        }
        assertThat(lines).hasSize(10);
        assertThat(lines.get(0)).startsWith("[It fails., java.lang");
        assertThat(lines.get(9)).contains("It fails.", "512", "no");
        problem.ended();
        problem.occurred("It fails.", new IllegalStateException("again"));
        assertThat(lines.get(10)).startsWith("[It fails., java.lang").contains("again");
    }

    @Test
    void closingTwice_countsEachEventOnce() {
        TaskEvents events = TaskEvents.publisher(NOWHERE, 100, SHORT, Clock.systemUTC());
        events.task("task", "agent", "worker").completed();
        events.close();
        events.close();
        assertThat(events.sent()).isZero();
        assertThat(events.dropped()).isEqualTo(2);
    }

    @Test
    void missingBrokers_areRefused() {
        assertThatThrownBy(() -> TaskEvents.publisher(Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bootstrap.servers is missing");
        assertThatThrownBy(() -> ProviderWeights.follow(Map.of(), List.of("a")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bootstrap.servers is missing");
    }
}
