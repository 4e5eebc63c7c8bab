package io.agentanalytics.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentanalytics.client.topics.TopicContent;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.Json;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import io.agentanalytics.contract.Topics;
import io.agentanalytics.contract.alerts.Alert;
import io.agentanalytics.job.model.SourceRecord;
import io.agentanalytics.job.options.JobOptions;
import io.agentanalytics.local.backtest.TopologyRun;
import io.agentanalytics.local.embedded.LocalStack;
import io.agentanalytics.simulator.EventPublisher;
import io.agentanalytics.simulator.Fault;
import io.agentanalytics.simulator.FaultKind;
import io.agentanalytics.simulator.Fleet;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same events give the same alerts, byte for byte: in order, shuffled within the
 * out-of-orderness, repeated, at any parallelism, live with the workers killed, or replayed.
 */
class AlertLogTest {
    private static final Instant LAST = Clock.systemUTC().instant().minus(Duration.ofHours(4));
    private static final int WITHIN_MILLIS = 4900;

    private static List<TaskEvent> events;
    private static List<String> expected;

    @TempDir Path directory;

    @BeforeAll
    static void inOrder() throws Exception {
        Instant start = LAST.minus(Duration.ofMinutes(70));
        List<Fault> faults =
                List.of(
                        new Fault(
                                FaultKind.PROVIDER_OUTAGE,
                                "openai",
                                start.plusSeconds(1800),
                                start.plusSeconds(2400)),
                        new Fault(FaultKind.AGENT_FAILING, "research-01", start, LAST));
        Fleet fleet = new Fleet(11, 12, start, faults);
        events = new ArrayList<>();
        for (TaskEvent e = fleet.next(); e.timeMillis() < LAST.toEpochMilli(); e = fleet.next()) {
            events.add(e);
        }
        expected = log(rehearse(events, 1));
        assertThat(String.join("\n", expected))
                .contains("provider_issues", "high_error_rate", "\"resolves\"", "\"inhibited_by\"");
    }

    private static TopologyRun.Result rehearse(List<TaskEvent> order, int parallelism)
            throws Exception {
        JobOptions options = JobOptions.parse(new String[0], Map.of());
        return TopologyRun.run(
                () ->
                        Stream.concat(order.stream(), markers().stream())
                                .map(AlertLogTest::received)
                                .iterator(),
                options,
                parallelism);
    }

    private static SourceRecord received(TaskEvent event) {
        return new SourceRecord(event, null, 0, 0, event.timeMillis());
    }

    /** Transitions in the order of their publication; early notices are excluded. */
    private static List<String> log(TopologyRun.Result result) {
        return result.alerts().stream()
                .filter(alert -> alert.revision() > 0)
                .sorted(
                        Comparator.comparing(Alert::updatedAt)
                                .thenComparing(Alert::alertId)
                                .thenComparing(Alert::revision))
                .map(alert -> new String(Json.encode(alert), StandardCharsets.UTF_8))
                .toList();
    }

    /** Each event once or twice, moved by less than the out-of-orderness. */
    private static List<TaskEvent> shuffledWithRepeats(Random random) {
        record Placed(double place, TaskEvent event) {}
        List<Placed> placed = new ArrayList<>();
        for (TaskEvent event : events) {
            for (int i = random.nextInt(2); i >= 0; i--) {
                placed.add(
                        new Placed(
                                event.timeMillis() + random.nextDouble() * WITHIN_MILLIS, event));
            }
        }
        placed.sort(Comparator.comparingDouble(Placed::place));
        return placed.stream().map(Placed::event).toList();
    }

    @Test
    void shuffledAndRepeated_atParallelismFour() throws Exception {
        assertThat(log(rehearse(shuffledWithRepeats(new Random(7)), 4))).isEqualTo(expected);
    }

    @Test
    void liveThroughKafka_withTheWorkersKilled() throws Exception {
        List<TaskEvent> order = shuffledWithRepeats(new Random(8));
        int half = order.size() / 2;
        var plan =
                new LocalStack.StackPlan(
                        PreparedData.in(directory),
                        LocalStack.PortPlan.free(),
                        false,
                        2,
                        // All partitions are filled at once here: none may be far ahead.
                        List.of("--alignment-drift", "1s", "--out-of-orderness", "60s"));
        try (LocalStack stack = LocalStack.start(plan, Clock.systemUTC(), step -> {})) {
            send(stack, order.subList(0, half));
            await().atMost(Duration.ofMinutes(3)).until(() -> !published(stack).isEmpty());
            stack.flink().checkpoint();
            send(stack, order.subList(half, order.size()));
            stack.flink().crashTaskManager();
            send(stack, markers());
            await().atMost(Duration.ofSeconds(90))
                    .pollInterval(Duration.ofSeconds(1))
                    .untilAsserted(
                            () -> assertThat(published(stack)).isEqualTo(new TreeSet<>(expected)));
        }
    }

    /**
     * They are not counted, but advance event time in every partition, hours past the last alert.
     */
    private static List<TaskEvent> markers() {
        List<TaskEvent> markers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            markers.add(
                    new TaskEventBuilder(
                                    EventType.LLM_CALL_STARTED,
                                    "m" + i,
                                    LAST.plus(Duration.ofHours(3)),
                                    "marker-" + i,
                                    "marker")
                            .on("p", "m")
                            .build());
        }
        return markers;
    }

    private static void send(LocalStack stack, List<TaskEvent> order) {
        try (EventPublisher publisher =
                new EventPublisher(Map.of("bootstrap.servers", stack.bootstrap()))) {
            order.forEach(publisher::send);
            publisher.flush();
        }
    }

    /** Transitions on the topic, each once: a crash repeats some; value updates are excluded. */
    private static Set<String> published(LocalStack stack) {
        Set<String> seen = new TreeSet<>();
        for (var record :
                TopicContent.of(Map.of("bootstrap.servers", stack.bootstrap()), Topics.ALERTS)) {
            String json = new String(record.value(), StandardCharsets.UTF_8);
            if (!json.contains("\"revision\":0,") && !json.contains("\"change\":\"measured\"")) {
                seen.add(json);
            }
        }
        return seen;
    }
}
