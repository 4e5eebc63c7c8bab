package io.agentanalytics.job.tasks;

import static io.agentanalytics.contract.Figure.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.PriceBook;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import io.agentanalytics.job.model.Change;
import io.agentanalytics.job.model.Scope;
import io.agentanalytics.job.model.Tally;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskStoryTest {
    private static final Instant BEGINNING = Instant.parse("2026-11-22T14:00:00Z");
    private static final long HORIZON = 3_600_000;
    private static final PriceBook PRICES = PriceBook.standard();

    private final TaskStory story = new TaskStory();
    private final Map<String, Tally> sums = new HashMap<>();

    private static TaskEventBuilder event(EventType type, String id, long second) {
        return new TaskEventBuilder(type, id, BEGINNING.plusSeconds(second), "t", "agent");
    }

    private static TaskEventBuilder call(String id, long second, long nanos) {
        return event(EventType.LLM_CALL, id, second)
                .on("openai", "gpt-5")
                .tokens(100, 40, 0, 10, 5)
                .costNanos(nanos)
                .durationMillis(1000);
    }

    private TaskStory.Reception accept(TaskEventBuilder event) {
        return accept(story, event.build(), sums);
    }

    private static TaskStory.Reception accept(
            TaskStory story, TaskEvent event, Map<String, Tally> sums) {
        return story.accept(StoryEvent.of(event, PRICES), HORIZON, change -> add(sums, change));
    }

    private static void add(Map<String, Tally> sums, Change change) {
        Scope s = change.scope();
        String at = s.agentId() + " " + s.provider() + " " + change.timeMillis() / 60_000;
        sums.computeIfAbsent(at, k -> new Tally()).plus(change.tally());
        sums.computeIfAbsent("all", k -> new Tally()).plus(change.tally());
    }

    private long all(io.agentanalytics.contract.Figure figure) {
        return sums.getOrDefault("all", new Tally()).get(figure);
    }

    @Test
    void taskTakesTheSumOfItsCalls() {
        accept(event(EventType.TASK_STARTED, "s", 0));
        accept(call("c1", 10, 5));
        accept(call("c2", 20, 7));
        accept(event(EventType.TASK_COMPLETED, "x", 30).durationMillis(30_000));
        assertThat(all(TASKS_SUCCEEDED)).isEqualTo(1);
        assertThat(all(TASK_COST_REPORTED)).isEqualTo(12);
        assertThat(all(REQUEST_COST_REPORTED)).isEqualTo(12);
        assertThat(all(TASK_INPUT_TOKENS)).isEqualTo(200);
    }

    @Test
    void endingsOwnFiguresOverrideTheSum() {
        accept(call("c1", 10, 5));
        accept(event(EventType.TASK_COMPLETED, "x", 30).costNanos(99).tokens(1, 0, 0, 1, 0));
        assertThat(all(TASK_COST_REPORTED)).isEqualTo(99);
        assertThat(all(TASK_INPUT_TOKENS)).isEqualTo(1);
        assertThat(all(REQUEST_COST_REPORTED)).isEqualTo(5);
    }

    @Test
    void taskWithoutCalls_isOneRequestOfItsProvider() {
        accept(
                event(EventType.TASK_FAILED, "x", 30)
                        .on("openai", "gpt-5")
                        .costNanos(9)
                        .error("unresolved", ""));
        assertThat(all(REQUESTS)).isEqualTo(1);
        assertThat(all(REQUESTS_FAILED)).isEqualTo(1);
        assertThat(all(ERRORS_UNRESOLVED)).isEqualTo(1);
        accept(call("late", 29, 5));
        assertThat(all(REQUESTS)).isEqualTo(1);
        assertThat(all(REQUEST_COST_REPORTED)).isEqualTo(5);
        assertThat(all(REQUESTS_FAILED)).isZero();
    }

    @Test
    void repeatsCountOnce() {
        assertThat(accept(call("c", 10, 5))).isEqualTo(TaskStory.Reception.OUT_OF_ORDER);
        assertThat(accept(call("c", 10, 5))).isEqualTo(TaskStory.Reception.DUPLICATE);
        assertThat(all(REQUEST_COST_REPORTED)).isEqualTo(5);
    }

    @Test
    void ofDifferentContentsTheLeastCounts() {
        accept(call("c", 10, 9));
        accept(call("c", 10, 5));
        accept(call("c", 10, 7));
        accept(call("c", 11, 1));
        assertThat(all(REQUEST_COST_REPORTED)).isEqualTo(5);
        assertThat(all(REQUESTS)).isEqualTo(1);
    }

    @Test
    void earliestEndingCounts_furtherOnesContradict() {
        accept(event(EventType.TASK_STARTED, "s", 0));
        accept(event(EventType.TASK_FAILED, "x2", 40).durationMillis(40_000));
        assertThat(accept(event(EventType.TASK_COMPLETED, "x1", 30).durationMillis(30_000)))
                .isEqualTo(TaskStory.Reception.CONTRADICTION);
        assertThat(all(TASKS)).isEqualTo(1);
        assertThat(all(TASKS_SUCCEEDED)).isEqualTo(1);
        assertThat(all(TASK_DURATION_MS)).isEqualTo(30_000);
    }

    @Test
    void greatestVerdictReplacesTheOutcome() {
        accept(event(EventType.TASK_COMPLETED, "x", 30));
        accept(event(EventType.TASK_VERDICT, "v2", 50).success(false));
        accept(event(EventType.TASK_VERDICT, "v1", 40).success(true));
        assertThat(all(TASKS_FAILED)).isEqualTo(1);
        assertThat(all(TASKS_SUCCEEDED)).isZero();
    }

    @Test
    void eventsPastTheHorizonChangeNothingOfTheEnding() {
        accept(event(EventType.TASK_COMPLETED, "x", 0));
        accept(event(EventType.TASK_VERDICT, "v", 3601).success(false));
        accept(call("c", 3601, 5));
        assertThat(all(TASKS_SUCCEEDED)).isEqualTo(1);
        assertThat(all(TASK_COST_REPORTED)).isZero();
        assertThat(all(REQUEST_COST_REPORTED)).isEqualTo(5);
    }

    @Test
    void unbilledCallIsPriced_unknownModelIsNot() {
        accept(call("c1", 1, TaskEvent.ABSENT));
        accept(call("c2", 2, TaskEvent.ABSENT).on("openai", "no-such-model"));
        assertThat(all(REQUEST_COST_PRICED)).isEqualTo(60 * 1250 + 40 * 125 + 10 * 10_000);
        assertThat(all(REQUESTS_UNPRICED)).isEqualTo(1);
    }

    @Test
    void isForgottenWhenNothingCanArriveAnyMore() {
        accept(event(EventType.TASK_STARTED, "s", 0));
        long newest = BEGINNING.toEpochMilli();
        assertThat(story.forgetAt(HORIZON, 24 * HORIZON)).isEqualTo(newest + 24 * HORIZON + 1);
        accept(event(EventType.TASK_COMPLETED, "x", 0));
        assertThat(story.forgetAt(HORIZON, 24 * HORIZON)).isEqualTo(newest + 2 * HORIZON + 1);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void isAFunctionOfTheSetOfEvents(long seed) {
        Random random = new Random(seed);
        List<TaskEvent> events = randomStory(random);
        Map<String, Tally> expected = sumsOf(events);
        for (int i = 0; i < 200; i++) {
            List<TaskEvent> shuffled = new ArrayList<>(events);
            for (TaskEvent e : events) {
                if (random.nextInt(3) == 0) {
                    shuffled.add(e);
                }
            }
            Collections.shuffle(shuffled, random);
            assertSame(sumsOf(shuffled), expected);
        }
    }

    private static List<TaskEvent> randomStory(Random random) {
        List<TaskEvent> events = new ArrayList<>();
        events.add(event(EventType.TASK_STARTED, "s", 0).build());
        for (int i = 0; i < 6; i++) {
            long second = random.nextInt(4000);
            events.add(call("c" + random.nextInt(4), second, random.nextInt(50) - 1).build());
            if (random.nextInt(3) == 0) {
                EventType type =
                        random.nextBoolean() ? EventType.TASK_COMPLETED : EventType.TASK_FAILED;
                events.add(event(type, "x" + i, second).durationMillis(second).build());
            }
            if (random.nextInt(3) == 0) {
                events.add(
                        event(EventType.TASK_VERDICT, "v" + i, second)
                                .success(random.nextBoolean())
                                .build());
            }
        }
        events.add(
                event(EventType.TASK_COMPLETED, "x", random.nextInt(400))
                        .on("openai", "gpt-5")
                        .build());
        return events;
    }

    private static Map<String, Tally> sumsOf(List<TaskEvent> events) {
        Map<String, Tally> sums = new HashMap<>();
        TaskStory story = new TaskStory();
        events.forEach(e -> accept(story, e, sums));
        sums.values().removeIf(Tally::isZero);
        return sums;
    }

    private static void assertSame(Map<String, Tally> actual, Map<String, Tally> expected) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        actual.forEach(
                (key, tally) ->
                        assertThat(new Tally().plus(tally).minus(expected.get(key)).isZero())
                                .as(key)
                                .isTrue());
    }

    private static TaskEventBuilder unbilled(String tier) {
        return event(EventType.LLM_CALL, "c", 10)
                .on("openai", "gpt-5")
                .tokens(100_000, 0, 0, 10_000, 0)
                .serviceTier(tier);
    }

    @Test
    void serviceTierIsPriced() {
        accept(unbilled("batch"));
        assertThat(all(REQUEST_COST_PRICED)).isEqualTo(112_500_000);
        assertThat(all(REQUESTS_AT_STANDARD_RATE)).isZero();
    }

    @Test
    void tierWithoutPrice_costsTheStandardAndIsCounted() {
        accept(unbilled("scale"));
        assertThat(all(REQUEST_COST_PRICED)).isEqualTo(225_000_000);
        assertThat(all(REQUESTS_AT_STANDARD_RATE)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void contentsThatDifferInTheTierAlone_countOnceInEitherOrder(boolean batchFirst) {
        accept(unbilled(batchFirst ? "batch" : "scale"));
        accept(unbilled(batchFirst ? "scale" : "batch"));
        assertThat(all(REQUESTS)).isEqualTo(1);
        long kept = all(REQUEST_COST_PRICED);
        TaskStory other = new TaskStory();
        Map<String, Tally> otherSums = new HashMap<>();
        accept(other, unbilled(batchFirst ? "scale" : "batch").build(), otherSums);
        accept(other, unbilled(batchFirst ? "batch" : "scale").build(), otherSums);
        assertThat(otherSums.get("all").get(REQUEST_COST_PRICED)).isEqualTo(kept);
        assertThat(otherSums.get("all").get(REQUESTS_AT_STANDARD_RATE))
                .isEqualTo(all(REQUESTS_AT_STANDARD_RATE));
    }

    @Test
    void whatATierMadeSurvivesTheRoundTrip() throws Exception {
        accept(unbilled("scale"));
        accept(
                event(EventType.LLM_CALL, "d", 11)
                        .on("anthropic", "claude-opus-4-5")
                        .tokens(100, 0, 10, 10, 0)
                        .cacheWrite1hTokens(5));
        var out = new DataOutputSerializer(256);
        TaskStorySerializer.INSTANCE.serialize(story, out);
        TaskStory read =
                TaskStorySerializer.INSTANCE.deserialize(
                        new DataInputDeserializer(out.getCopyOfBuffer()));
        assertThat(read.events).isEqualTo(story.events);
        assertThat(read.events.get("c").atStandardRate()).isTrue();
        // 90 at 5, 5 at 6.25, 5 at 10, 10 at 25 dollars a million.
        assertThat(read.events.get("d").pricedNanos()).isEqualTo(781_250);
    }
}
