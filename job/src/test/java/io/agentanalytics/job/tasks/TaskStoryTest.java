package io.agentanalytics.job.tasks;

import static io.agentanalytics.contract.Figure.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.Figure;
import io.agentanalytics.contract.PriceBook;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import io.agentanalytics.job.model.Scope;
import io.agentanalytics.job.model.SharedValues;
import io.agentanalytics.job.model.Tags;
import io.agentanalytics.job.model.Tally;
import io.agentanalytics.job.model.TallyDelta;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TaskStoryTest {
    private static final Instant BEGINNING = Instant.parse("2026-11-22T14:00:00Z");
    private static final long HORIZON = 3_600_000;
    private static final PriceBook PRICES = PriceBook.standard();
    private static final SharedValues<String> TEXTS = new SharedValues<>();

    private final TaskCalls.Store calls = new TaskCalls.InMemory();
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

    private static Tags tagsOf(TaskEvent event) {
        return Tags.of(event.tags(), List.of("team", "user"));
    }

    private TaskStory.Reception accept(TaskEventBuilder event) {
        return accept(story, event.build(), sums);
    }

    private static TaskStory.Reception accept(
            TaskStory story, TaskEvent event, Map<String, Tally> sums) {
        return story.accept(
                        StoryEvent.of(event, PRICES, TEXTS, tagsOf(event)),
                        HORIZON,
                        change -> add(sums, change))
                .reception();
    }

    private static void add(Map<String, Tally> sums, TallyDelta change) {
        Scope s = change.scope();
        String type = s.agentType().equals("unknown") ? "" : "/" + s.agentType();
        String at = s.agentId() + type + " " + s.provider() + " " + change.timeMillis() / 60_000;
        sums.computeIfAbsent(at, k -> new Tally()).plus(change.tally());
        sums.computeIfAbsent("all", k -> new Tally()).plus(change.tally());
        sums.computeIfAbsent(change.tags() + " " + change.timeMillis() / 60_000, k -> new Tally())
                .plus(change.tally());
    }

    private long all(Figure figure) {
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

    @ParameterizedTest
    @CsvSource({
        "3500000, 1000000000, true", // the end reports a dollar
        "1000000000, 3500000, true",
        "3500000, 3500000, false",
        "3500000, 3500001, false", // rounded by the sender
        "3500000, 0, false", // a default: the calls count
        "3500000, -1, false",
        "-1, 1000000000, false", // of a call without a cost
    })
    void anEndWithAnotherCostThanItsCalls_isNoted(long ofCall, long ofEnd, boolean noted) {
        accept(call("c1", 10, ofCall).on("openai", "no-such-model"));
        accept(event(EventType.TASK_COMPLETED, "x", 30).costNanos(ofEnd));
        assertThat(story.account(HORIZON).notes().contains("cost_differs_from_calls"))
                .isEqualTo(noted);
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
    void callsOfAClientThatHidesItsRetries_countApart() {
        Map<String, String> calls = Map.of(TaskEvent.FAILURES_TAG, TaskEvent.FAILURES_OF_CALLS);
        accept(call("attempt", 10, 5).error("503", ""));
        accept(call("call", 11, 5).tags(calls));
        accept(call("down", 12, 5).tags(calls).error("503", ""));
        accept(call("limited", 13, 5).tags(calls).error("429", ""));
        assertThat(all(REQUESTS)).isEqualTo(4);
        assertThat(all(REQUESTS_AFTER_RETRIES)).isEqualTo(3);
        assertThat(all(FAULTS_AFTER_RETRIES)).isEqualTo(1);
        assertThat(all(REFUSALS_AFTER_RETRIES)).isEqualTo(1);
    }

    @Test
    void repeatsCountOnce() {
        assertThat(accept(call("c", 10, 5))).isEqualTo(TaskStory.Reception.OUT_OF_ORDER);
        assertThat(accept(call("c", 10, 5))).isEqualTo(TaskStory.Reception.DUPLICATE);
        assertThat(all(REQUEST_COST_REPORTED)).isEqualTo(5);
    }

    @Test
    void theGreatestOfDifferentContentsCounts() {
        accept(call("c", 10, 9));
        accept(call("c", 10, 5));
        accept(call("c", 11, 9));
        accept(call("c", 12, 1));
        assertThat(all(REQUEST_COST_REPORTED)).isEqualTo(9);
        assertThat(all(REQUESTS)).isEqualTo(1);
        assertThat(sums.keySet()).contains("all", "agent openai " + minute(10)).hasSize(3);
    }

    private static long minute(long second) {
        return BEGINNING.plusSeconds(second).toEpochMilli() / 60_000;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void snapshotsOfAStreamedAnswer_countOnce_withTheLastFigures(long seed) {
        List<TaskEventBuilder> events = new ArrayList<>();
        for (long[] snapshot : new long[][] {{3, 1}, {5, 9}, {10, 8192}}) {
            events.add(
                    event(EventType.LLM_CALL, "msg_01", snapshot[0])
                            .on("anthropic", "claude-sonnet-4-6")
                            .tokens(9000, -1, -1, snapshot[1], -1));
        }
        events.add(event(EventType.TASK_COMPLETED, "end", 15).durationMillis(5000));
        Collections.shuffle(events, new Random(seed));
        events.forEach(this::accept);
        assertThat(all(REQUESTS)).isEqualTo(1);
        assertThat(all(TASK_OUTPUT_TOKENS)).isEqualTo(8192);
        assertThat(all(TASK_COST_PRICED)).isEqualTo(149_880_000);
        assertThat(all(REQUEST_COST_PRICED)).isEqualTo(149_880_000);
    }

    @Test
    void fullerContentOfHoursLater_doesNotReplaceTheFirst() {
        accept(call("c1", 1, 7));
        accept(call("c1", 1 + 3 * 3600, 9).tokens(10, -1, -1, 20, -1));
        assertThat(all(REQUESTS)).isEqualTo(1);
        assertThat(all(REQUEST_COST_REPORTED)).isEqualTo(7);
    }

    @Test
    void anUnknownPart_leavesALowerBoundAndACount() {
        accept(call("c1", 1, 7));
        accept(call("c2", 2, TaskEvent.ABSENT).on("openai", "no-such-model"));
        accept(event(EventType.TASK_COMPLETED, "x", 30));
        assertThat(all(TASK_COST_REPORTED)).isEqualTo(7);
        assertThat(all(TASK_REQUESTS_UNPRICED)).isEqualTo(1);
        assertThat(all(TASKS_WITHOUT_COST)).isZero();
    }

    @Test
    void failedCallWithoutTokens_costsNothing_unlessBilled() {
        for (String error : List.of("rate_limit", "503", "timeout", "connection", "auth")) {
            accept(failed(error, error));
        }
        accept(failed("zeros", "timeout").tokens(0, 0, 0, 0, 0).on("openai", "no-such-model"));
        assertThat(all(REQUESTS_UNPRICED)).isZero();
        accept(failed("billed", "timeout").costNanos(3));
        accept(failed("broken stream", "connection").tokens(100, 0, 0, 10, 0));
        assertThat(all(REQUEST_COST_REPORTED)).isEqualTo(3);
        assertThat(all(REQUEST_COST_PRICED)).isEqualTo(100 * 1250 + 10 * 10_000);
        accept(failed("unknown", "timeout").tokens(9, 0, 0, 9, 0).on("openai", "no-such-model"));
        accept(event(EventType.LLM_CALL, "ok", 9).on("openai", "gpt-5"));
        assertThat(all(REQUESTS_UNPRICED)).isEqualTo(2);
    }

    private static TaskEventBuilder failed(String id, String error) {
        return event(EventType.LLM_CALL, id, 5).on("openai", "gpt-5").error(error, "");
    }

    @Test
    void taskWithOnlyAnEnding_hasAnUnknownCost() {
        accept(event(EventType.TASK_COMPLETED, "x", 30));
        assertThat(all(TASK_REQUESTS_UNPRICED)).isEqualTo(1);
        assertThat(all(TASKS_WITHOUT_COST)).isEqualTo(1);
        assertThat(all(REQUESTS)).isZero();
        accept(call("late", 29, 5));
        assertThat(all(TASK_REQUESTS_UNPRICED)).isZero();
        assertThat(all(TASK_COST_REPORTED)).isEqualTo(5);
        assertThat(all(TASKS_WITHOUT_COST)).isZero();
    }

    @Test
    void failedTaskWithoutCalls_hasAnUnknownCost() {
        accept(event(EventType.TASK_FAILED, "x", 30).on("openai", "gpt-5").error("timeout", ""));
        assertThat(all(TASK_REQUESTS_UNPRICED)).isEqualTo(1);
        assertThat(all(REQUESTS_UNPRICED)).isEqualTo(1);
    }

    @Test
    void cachedTokensBesideTheInput_areAddedAndCounted() {
        accept(
                event(EventType.LLM_CALL, "a", 1)
                        .on("anthropic", "claude-sonnet-4-6")
                        .tokens(19, 37_000, 2000, 500, -1));
        accept(
                event(EventType.LLM_CALL, "g", 2)
                        .on("gcp.gemini", "gemini-2.5-pro")
                        .tokens(2000, -1, -1, 300, 9000));
        accept(event(EventType.TASK_COMPLETED, "x", 30));
        assertThat(all(TASK_INPUT_TOKENS)).isEqualTo(39_019 + 2000);
        assertThat(all(REQUEST_OUTPUT_TOKENS)).isEqualTo(500 + 9300);
        assertThat(all(REQUEST_COST_PRICED))
                .isEqualTo(
                        19 * 3000
                                + 37_000 * 300
                                + 2000 * 3750
                                + 500 * 15_000 // Claude
                                + 2000 * 1250
                                + 9300 * 10_000);
        assertThat(all(REQUESTS_CACHED_ADDED)).isEqualTo(1);
        assertThat(all(REQUESTS_REASONING_ADDED)).isEqualTo(1);
        assertThat(all(TASKS_CACHED_ADDED)).isEqualTo(1);
        assertThat(all(TASKS_REASONING_ADDED)).isEqualTo(1);
    }

    @Test
    void endingWithZeroDefaults_takesTheKnownFigures() {
        accept(event(EventType.TASK_STARTED, "s", 0));
        accept(call("c1", 10, 5));
        accept(
                event(EventType.TASK_COMPLETED, "x", 30)
                        .tokens(0, 0, 0, 0, 0)
                        .costNanos(0)
                        .durationMillis(0));
        assertThat(all(TASK_COST_REPORTED)).isEqualTo(5);
        assertThat(all(TASK_INPUT_TOKENS)).isEqualTo(100);
        assertThat(all(TASK_CACHED_INPUT_TOKENS)).isEqualTo(40);
        assertThat(all(TASK_REASONING_TOKENS)).isEqualTo(5);
        assertThat(all(TASK_DURATION_MS)).isEqualTo(30_000);
        assertThat(all(TASKS_ZEROS_REPLACED)).isEqualTo(1);
    }

    @Test
    void endingWithZeroDefaults_doesNotMakeAnUnknownCostFree() {
        accept(call("c1", 10, TaskEvent.ABSENT).on("openai", "no-such-model"));
        accept(event(EventType.TASK_COMPLETED, "x", 30).tokens(0, 0, 0, 0, 0).costNanos(0));
        assertThat(all(TASK_REQUESTS_UNPRICED)).isEqualTo(1);
        assertThat(all(TASKS_WITHOUT_COST)).isEqualTo(1);
    }

    @Test
    void endingWithoutParts_takesThemFromItsCalls() {
        accept(call("c1", 10, 5));
        accept(event(EventType.TASK_COMPLETED, "x", 30).tokens(120, -1, -1, 12, -1));
        assertThat(all(TASK_INPUT_TOKENS)).isEqualTo(120);
        assertThat(all(TASK_CACHED_INPUT_TOKENS)).isEqualTo(40);
        assertThat(all(TASK_REASONING_TOKENS)).isEqualTo(5);
        assertThat(all(TASKS_ZEROS_REPLACED)).isZero();
    }

    @Test
    void zerosWithoutOtherFigures_areKept() {
        accept(
                event(EventType.TASK_COMPLETED, "x", 30)
                        .on("openai", "gpt-5")
                        .tokens(0, 0, 0, 0, 0)
                        .costNanos(0)
                        .durationMillis(0));
        assertThat(all(TASKS_WITHOUT_COST)).isZero();
        assertThat(all(TASKS_TIMED)).isEqualTo(1);
        assertThat(all(TASKS_ZEROS_REPLACED)).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void fieldsOfOneEvent_applyToTheWholeTask(long seed) {
        List<TaskEventBuilder> events = new ArrayList<>();
        events.add(
                event(EventType.TASK_STARTED, "s", 0)
                        .agentType("researcher")
                        .lineage("above", "top")
                        .on("openai", "gpt-5"));
        events.add(call("c1", 10, 5));
        events.add(call("c2", 20, 5));
        events.add(event(EventType.TASK_COMPLETED, "x", 30));
        Collections.shuffle(events, new Random(seed));
        Map<String, Long> requests = new HashMap<>();
        for (TaskEventBuilder e : events) {
            story.accept(
                    StoryEvent.of(e.build(), PRICES, TEXTS, tagsOf(e.build())),
                    HORIZON,
                    c ->
                            requests.merge(
                                    c.scope().agentType(),
                                    c.tally().get(REQUESTS) + c.tally().get(TASKS),
                                    Long::sum));
        }
        requests.values().removeIf(n -> n == 0);
        assertThat(requests).containsExactly(Map.entry("researcher", 3L));
        StoryEvent ending = story.account(HORIZON).ending();
        assertThat(ending.parentTaskId()).isEqualTo("above");
        assertThat(ending.rootTaskId()).isEqualTo("top");
        assertThat(ending.provider()).isEqualTo("openai");
    }

    @Test
    void task_countsUnderTheModelOfItsNewestCall_inAnyOrder() {
        accept(call("c1", 10, 5));
        accept(event(EventType.TASK_COMPLETED, "x", 30));
        accept(call("c3", 25, 5).on("anthropic", "claude-opus-5"));
        accept(call("c2", 20, 5));
        assertThat(tasksByCell()).containsExactly(Map.entry("agent anthropic " + minute(30), 1L));
    }

    @Test
    void task_countsUnderTheModelThatItsEndingNames() {
        accept(call("c1", 10, 5));
        accept(event(EventType.TASK_COMPLETED, "x", 30).on("anthropic", "claude-opus-5"));
        accept(call("c2", 31, 5));
        assertThat(tasksByCell()).containsExactly(Map.entry("agent anthropic " + minute(30), 1L));
    }

    private Map<String, Long> tasksByCell() {
        Map<String, Long> tasks = new HashMap<>();
        sums.forEach((cell, sum) -> tasks.put(cell, sum.get(TASKS)));
        tasks.entrySet().removeIf(e -> !e.getKey().startsWith("agent ") || e.getValue() == 0);
        return tasks;
    }

    @Test
    void taskWithoutCalls_hasTheProviderOfItsStart() {
        accept(event(EventType.TASK_STARTED, "s", 0).on("openai", "gpt-5"));
        accept(event(EventType.TASK_COMPLETED, "x", 30).costNanos(9));
        assertThat(all(REQUESTS)).isEqualTo(1);
        assertThat(sums).containsKey("agent openai " + minute(30));
    }

    @Test
    void typeThatIsReportedMuchLater_changesNothing() {
        accept(call("c1", 0, 5));
        accept(event(EventType.TASK_COMPLETED, "x", 3601).agentType("researcher"));
        assertThat(story.attribution.attributed(story.known("c1"), HORIZON).agentType())
                .isEqualTo("unknown");
    }

    @Test
    void theTypeOfAnAgent_doesNotApplyToOtherAgents() {
        accept(event(EventType.TASK_STARTED, "s", 0).agentType("researcher"));
        TaskEventBuilder other =
                new TaskEventBuilder(
                        EventType.LLM_CALL, "c", BEGINNING.plusSeconds(1), "t", "helper");
        accept(other.on("openai", "gpt-5"));
        assertThat(story.attribution.attributed(story.known("c"), HORIZON).agentType())
                .isEqualTo("unknown");
    }

    private List<String> tagged(Tags tags) {
        return sums.entrySet().stream()
                .filter(e -> e.getKey().startsWith(tags + " "))
                .filter(e -> e.getValue().get(REQUESTS) + e.getValue().get(TASKS) > 0)
                .map(e -> e.getValue().get(REQUESTS) + " of " + e.getValue().get(TASKS))
                .toList();
    }

    @Test
    void tagsOfTheTask_applyToItsCallsWithoutTags() {
        accept(call("c1", 10, 5));
        accept(call("c2", 11, 5).tags(Map.of("user", "ada")));
        accept(call("c3", 12, 5).tags(Map.of("team", "core", "user", "bob")));
        accept(event(EventType.TASK_STARTED, "s", 0).tags(Map.of("team", "web", "other", "x")));
        accept(event(EventType.TASK_COMPLETED, "x", 20).tags(Map.of("user", "eve")));
        assertThat(tagged(Tags.parse("team\u001Fweb\u001Fuser\u001Fada")))
                .containsExactly("2 of 0");
        assertThat(tagged(Tags.parse("team\u001Fcore\u001Fuser\u001Fbob")))
                .containsExactly("1 of 0");
        assertThat(tagged(Tags.parse("team\u001Fweb\u001Fuser\u001Feve")))
                .containsExactly("0 of 1");
        assertThat(tagged(Tags.NONE)).isEmpty();
    }

    @Test
    void tagThatIsReportedMuchLater_changesNothing() {
        accept(call("c1", 0, 5));
        accept(call("c2", 3601, 5).tags(Map.of("team", "web")));
        assertThat(tagged(Tags.NONE)).containsExactly("1 of 0");
    }

    @Test
    void abandonedTask_countsUnderItsTags() {
        accept(event(EventType.TASK_STARTED, "s", 0).tags(Map.of("team", "web")));
        accept(call("c1", 10, 5).tags(Map.of("user", "ada")));
        TallyDelta given = story.abandon(BEGINNING.plusSeconds(90_000).toEpochMilli(), HORIZON);
        assertThat(given.tags()).isEqualTo(Tags.parse("team\u001Fweb\u001Fuser\u001Fada"));
    }

    @Test
    void earliestEndingCounts_othersAreContradictions() {
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
    void eventsPastTheHorizonDoNotChangeTheEnding() {
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
    void isForgottenWhenNoMoreEventsCanArrive() {
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
        events.add(event(EventType.TASK_STARTED, "s", 0).tags(tags(random)).build());
        for (int i = 0; i < 6; i++) {
            long second = random.nextInt(4000);
            events.add(
                    call("c" + random.nextInt(4), second, random.nextInt(50) - 1)
                            .agentType(random.nextInt(4) == 0 ? "worker" + i : "unknown")
                            .tags(tags(random))
                            .build());
            if (random.nextInt(3) == 0) {
                EventType type =
                        random.nextBoolean() ? EventType.TASK_COMPLETED : EventType.TASK_FAILED;
                events.add(
                        event(type, "x" + i, second)
                                .durationMillis(random.nextBoolean() ? second : 0)
                                .tokens(random.nextInt(3) - 1, -1, -1, 0, -1)
                                .tags(tags(random))
                                .build());
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

    private static Map<String, String> tags(Random random) {
        Map<String, String> tags = new HashMap<>();
        if (random.nextInt(3) == 0) {
            tags.put("team", "team" + random.nextInt(3));
        }
        if (random.nextBoolean()) {
            tags.put("user", random.nextInt(3) == 0 ? " " : "user" + random.nextInt(3));
        }
        return tags;
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
    void tierWithoutPrice_costsTheStandardPriceAndIsCounted() {
        accept(unbilled("scale"));
        assertThat(all(REQUEST_COST_PRICED)).isEqualTo(225_000_000);
        assertThat(all(REQUESTS_AT_STANDARD_RATE)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void contentsThatDifferOnlyInTheTier_countOnceInEitherOrder(boolean batchFirst) {
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
    void pricesOfTiersSurviveTheRoundTrip() throws Exception {
        story.keepCallsIn(calls);
        accept(unbilled("scale"));
        accept(
                event(EventType.LLM_CALL, "d", 11)
                        .on("anthropic", "claude-opus-4-5")
                        .tokens(100, 0, 10, 10, 0)
                        .cacheWrite1hTokens(5));
        TaskStory read = restored(story, calls);
        assertThat(read.known("c")).isEqualTo(story.known("c"));
        assertThat(read.known("c").atStandardRate()).isTrue();
        // 90 at 5, 5 at 6.25, 5 at 10, 10 at 25 dollars a million.
        assertThat(read.known("d").pricedNanos()).isEqualTo(781_250);
    }

    private static TaskStory restored(StoredStory story, TaskCalls.Store calls) throws IOException {
        var out = new DataOutputSerializer(256);
        TaskStorySerializer.INSTANCE.serialize(story, out);
        TaskStory read =
                TaskStorySerializer.INSTANCE
                        .deserialize(new DataInputDeserializer(out.getCopyOfBuffer()))
                        .story();
        read.keepCallsIn(calls);
        return read;
    }

    @Test
    void storyIsStoredAsBytes_onceItHasEnded() throws Exception {
        accept(call("c", 10, 5));
        assertThat(story.stored()).isSameAs(story);
        accept(event(EventType.TASK_COMPLETED, "end", 20));
        StoredStory stored = story.stored();
        assertThat(stored).isNotInstanceOf(TaskStory.class);
        assertThat(restored(stored, new TaskCalls.InMemory()).ending()).isEqualTo(story.ending());
        DataOutputSerializer out = new DataOutputSerializer(256);
        TaskStorySerializer.INSTANCE.serialize(stored, out);
        assertThat(
                        TaskStorySerializer.INSTANCE.deserialize(
                                new DataInputDeserializer(out.getCopyOfBuffer())))
                .isNotInstanceOf(TaskStory.class);
    }

    /** The size is stated in docs/operations.md. */
    @Test
    void endedTaskOfFiveCalls_takesLessThanAKilobyte() throws Exception {
        accept(event(EventType.TASK_SUBMITTED, "submitted", 0));
        accept(event(EventType.TASK_STARTED, "started", 1));
        for (int i = 0; i < 5; i++) {
            accept(
                    event(EventType.LLM_CALL, "3f2b8c1e9d4a4f6b8e7c5d2a1b0f9e8d/" + i, 2 + i)
                            .on("anthropic", "claude-sonnet-4-6")
                            .tokens(16_000, 9_000, 0, 700, 0)
                            .costNanos(34_200_000)
                            .durationMillis(2140));
        }
        accept(event(EventType.TASK_COMPLETED, "completed", 20).durationMillis(20_000));
        DataOutputSerializer out = new DataOutputSerializer(256);
        TaskStorySerializer.INSTANCE.serialize(story.stored(), out);
        assertThat(out.length()).isBetween(300, 1000);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void restoreBetweenAnyTwoEvents_changesNothing(long seed) throws Exception {
        Random random = new Random(seed);
        for (int i = 0; i < 50; i++) {
            List<TaskEvent> events = randomStory(random);
            Collections.shuffle(events, random);
            Map<String, Tally> restoredSums = new HashMap<>();
            TaskCalls.Store kept = new TaskCalls.InMemory();
            TaskStory current = new TaskStory();
            current.keepCallsIn(kept);
            for (TaskEvent e : events) {
                accept(current, e, restoredSums);
                StoredStory stored = random.nextBoolean() ? current : current.stored();
                if (random.nextBoolean()) {
                    stored = TaskStorySerializer.INSTANCE.copy(stored);
                }
                current = random.nextBoolean() ? stored.story() : restored(stored, kept);
                current.keepCallsIn(kept);
            }
            restoredSums.values().removeIf(Tally::isZero);
            assertSame(restoredSums, sumsOf(events));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void summaryOfCallsEqualsTheSumOverAll(long seed) {
        Random random = new Random(seed);
        Map<String, StoryEvent> latest = new HashMap<>();
        TaskCalls many =
                new TaskCalls(
                        new TaskCalls.InMemory(), new Texts(), new HashMap<>(), new CallSummary());
        for (int i = 0; i < 300; i++) {
            TaskEvent e =
                    call("c" + random.nextInt(40), random.nextInt(100), random.nextInt(9) - 1)
                            .agentType(random.nextBoolean() ? "worker" : "unknown")
                            .lineage(random.nextBoolean() ? "above" : "", "")
                            .durationMillis(random.nextInt(2))
                            .tags(tags(random))
                            .build();
            StoryEvent call = StoryEvent.of(e, PRICES, TEXTS, tagsOf(e));
            many.put(call, latest.put(call.eventId(), call));
            CallSummary sum = many.summary();
            assertThat(sum.newest).isEqualTo(max(latest, c -> true, StoryEvent.MOMENT));
            assertThat(sum.child)
                    .isEqualTo(
                            max(
                                    latest,
                                    c -> !c.parentTaskId().isEmpty(),
                                    StoryEvent.MOMENT.reversed()));
            assertThat(sum.usage.calls).isEqualTo(latest.size());
            assertThat(sum.tagged.getOrDefault("team", 0L))
                    .isEqualTo(
                            latest.values().stream()
                                    .filter(c -> c.tags().get("team") != null)
                                    .count());
            assertThat(sum.usage.reported)
                    .isEqualTo(
                            latest.values().stream()
                                    .mapToLong(c -> Math.max(0, c.reportedNanos()))
                                    .sum());
            assertThat(sum.untyped)
                    .isEqualTo(latest.values().stream().filter(c -> !c.hasType()).count());
            assertThat(sum.timed)
                    .isEqualTo(
                            latest.values().stream().filter(c -> c.durationMillis() > 0).count());
        }
    }

    private static StoryEvent max(
            Map<String, StoryEvent> calls,
            Predicate<StoryEvent> which,
            Comparator<StoryEvent> order) {
        return calls.values().stream().filter(which).max(order).orElse(null);
    }

    @Test
    void eventReadsAndWritesOnlyItsOwnCall() {
        AtomicInteger reads = new AtomicInteger();
        story.keepCallsIn(counting(reads));
        accept(event(EventType.TASK_STARTED, "s", 0).agentType("researcher"));
        for (int i = 0; i < 5000; i++) {
            accept(call("c" + i, i, 5));
        }
        accept(event(EventType.TASK_COMPLETED, "x", 5000));
        accept(event(EventType.TASK_VERDICT, "v", 5001).success(true));
        accept(call("late bill", 4999, 5));
        assertThat(all(TASK_COST_REPORTED)).isEqualTo(5001 * 5);
        assertThat(reads.get()).isBetween(4900, 5004);
    }

    /** Counts the calls that are read. */
    private static TaskCalls.Store counting(AtomicInteger reads) {
        TaskCalls.InMemory calls = new TaskCalls.InMemory();
        return new TaskCalls.Store() {
            @Override
            public byte[] get(String eventId) {
                reads.incrementAndGet();
                return calls.get(eventId);
            }

            @Override
            public void put(String eventId, byte[] call) {
                calls.put(eventId, call);
            }

            @Override
            public void remove(String eventId) {
                calls.remove(eventId);
            }

            @Override
            public Iterable<byte[]> all() {
                calls.all().forEach(call -> reads.incrementAndGet());
                return calls.all();
            }

            @Override
            public void clear() {
                calls.clear();
            }
        };
    }
}
