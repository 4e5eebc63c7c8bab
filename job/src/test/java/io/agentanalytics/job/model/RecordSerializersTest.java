package io.agentanalytics.job.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.Figure;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskPhase;
import io.agentanalytics.contract.TimelineCall;
import io.agentanalytics.contract.TokenKind;
import io.agentanalytics.contract.TokenUsage;
import io.agentanalytics.job.stats.Window;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Records of all lengths and values survive the serializers that Flink finds for their types. */
class RecordSerializersTest {
    private static final int ROUNDS = 300;
    private static final String[] TEXTS = {
        "",
        "a",
        "agent-17",
        "größe",
        "日本語",
        "\uD83D\uDE00",
        "x".repeat(127),
        "x".repeat(128),
        "x".repeat(129),
        "ü".repeat(64),
        "ü".repeat(65),
        "y".repeat(70_000)
    };
    private static final long[] NUMBERS = {
        -1, 0, 1, 63, 64, 8191, 8192, Integer.MAX_VALUE, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE
    };

    private final Random random = new Random(3);

    @Test
    void sourceRecords() throws IOException {
        for (int i = 0; i < ROUNDS; i++) {
            SourceRecord event = new SourceRecord(event(), null, small(), number(), number());
            assertThat(copy(event, SourceRecord.class)).isEqualTo(event);
            SourceRecord letter = new SourceRecord(null, letter(), small(), number(), number());
            assertThat(copy(letter, SourceRecord.class))
                    .usingRecursiveComparison()
                    .isEqualTo(letter);
        }
    }

    @Test
    void changes() throws IOException {
        for (int i = 0; i < ROUNDS; i++) {
            Tally tally = new Tally().add(Figure.REQUESTS, number());
            tally.requestLatency().add(random.nextInt(100_000));
            TallyDelta change = new TallyDelta(scope(), number(), tally.asOneChange(), tags());
            TallyDelta read = copy(change, TallyDelta.class);
            assertThat(read.scope()).isEqualTo(change.scope());
            assertThat(read.timeMillis()).isEqualTo(change.timeMillis());
            assertThat(read.tags()).isEqualTo(change.tags());
            assertThat(read.tally().toBytes()).isEqualTo(tally.toBytes());
            assertThat(copy(change.scope(), Scope.class)).isEqualTo(change.scope());
        }
    }

    @Test
    void outcomesAndRequests() throws IOException {
        for (int i = 0; i < ROUNDS; i++) {
            TaskOutcome outcome = outcome();
            assertThat(copy(outcome, TaskOutcome.class)).isEqualTo(outcome);
            ProviderRequest request = request();
            assertThat(copy(request, ProviderRequest.class)).isEqualTo(request);
            TreeChange change = treeChange();
            assertThat(copy(change, TreeChange.class)).isEqualTo(change);
        }
    }

    @Test
    void windows() throws IOException {
        for (int i = 0; i < ROUNDS; i++) {
            Window.Id id = new Window.Id(small(), number());
            assertThat(copy(id, Window.Id.class)).isEqualTo(id);
            byte[] bytes = new byte[random.nextInt(300)];
            random.nextBytes(bytes);
            Window window = new Window(bytes, random.nextBoolean());
            assertThat(copy(window, Window.class)).usingRecursiveComparison().isEqualTo(window);
        }
    }

    @Test
    void histories() throws IOException {
        for (String text : new String[] {"", "agent", "größe", "\uD83D\uDE00"}) {
            List<TimelineCall> calls =
                    List.of(
                            TimelineCall.of("c").model(text).costNanos(3).attempt(2).build(),
                            TimelineCall.of("t")
                                    .isTool(true)
                                    .startMillis(7)
                                    .toolName("Read" + text)
                                    .toolTarget(text)
                                    .errorType("timeout")
                                    .build());
            TaskHistory history =
                    new TaskHistory(text, 9, text, "type", text, EventType.TASK_FAILED, 4, calls);
            assertThat(copy(history, TaskHistory.class)).isEqualTo(history);
        }
    }

    /** The next record must start where the last one ends. */
    @Test
    void consecutiveRecordsAreReadBack() throws IOException {
        TypeSerializer<TaskOutcome> serializer = serializer(TaskOutcome.class);
        DataOutputSerializer out = new DataOutputSerializer(64);
        TaskOutcome[] written = new TaskOutcome[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            written[i] = outcome();
            serializer.serialize(written[i], out);
        }
        DataInputDeserializer in = new DataInputDeserializer(out.getCopyOfBuffer());
        for (TaskOutcome outcome : written) {
            assertThat(serializer.deserialize(in)).isEqualTo(outcome);
        }
        assertThat(in.available()).isZero();
    }

    static Stream<Class<?>> types() {
        return Stream.of(
                SourceRecord.class,
                TallyDelta.class,
                Scope.class,
                TaskOutcome.class,
                ProviderRequest.class,
                TreeChange.class,
                Window.class,
                Window.Id.class);
    }

    @ParameterizedTest
    @MethodSource("types")
    void eachThreadHasItsOwnSerializer(Class<?> type) {
        TypeSerializer<?> serializer = serializer(type);
        assertThat(serializer).isInstanceOf(RecordSerializer.class);
        assertThat(serializer.duplicate()).isNotSameAs(serializer).isEqualTo(serializer);
        assertThat(serializer.snapshotConfiguration().restoreSerializer()).isEqualTo(serializer);
    }

    private static <T> TypeSerializer<T> serializer(Class<T> type) {
        return TypeInformation.of(type).createSerializer(new SerializerConfigImpl());
    }

    private static <T> T copy(T record, Class<T> type) throws IOException {
        TypeSerializer<T> serializer = serializer(type);
        DataOutputSerializer out = new DataOutputSerializer(64);
        serializer.serialize(record, out);
        DataInputDeserializer in = new DataInputDeserializer(out.getCopyOfBuffer());
        T read = serializer.deserialize(in);
        assertThat(in.available()).isZero();
        return read;
    }

    private TaskEvent event() {
        Map<String, String> tags = new HashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            tags.put(text(), text());
        }
        return new TaskEvent(
                text(),
                any(EventType.values()),
                number(),
                text(),
                text(),
                text(),
                text(),
                text(),
                text(),
                text(),
                text(),
                number(),
                number(),
                TokenUsage.of(kind -> number()),
                number(),
                text(),
                text(),
                number(),
                small(),
                small(),
                random.nextBoolean(),
                tags,
                text(),
                number(),
                text(),
                text());
    }

    private DeadLetter letter() {
        byte[] raw = new byte[random.nextInt(200)];
        random.nextBytes(raw);
        return new DeadLetter(text(), text(), text(), small(), number(), number(), raw);
    }

    private TaskOutcome outcome() {
        return new TaskOutcome(
                any(OutcomeKind.values()),
                number(),
                text(),
                number(),
                text(),
                text(),
                text(),
                text(),
                random.nextBoolean(),
                random.nextBoolean(),
                text(),
                number(),
                number(),
                number(),
                number());
    }

    private ProviderRequest request() {
        return new ProviderRequest(
                any(RequestPhase.values()),
                text(),
                text(),
                text(),
                text(),
                text(),
                number(),
                any(RequestOutcome.values()),
                number(),
                number(),
                number(),
                random.nextBoolean(),
                random.nextBoolean());
    }

    private TreeChange treeChange() {
        return new TreeChange(
                text(),
                text(),
                text(),
                text(),
                text(),
                text(),
                number(),
                number(),
                number(),
                number(),
                number(),
                random.nextBoolean(),
                random.nextBoolean());
    }

    /** Constants whose ordinal is stored, in the order in which savepoints have them. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    EventType      | TASK_SUBMITTED TASK_STARTED LLM_CALL_STARTED LLM_CALL \
                    TASK_COMPLETED TASK_FAILED TASK_CANCELLED TASK_VERDICT TASK_ENDED TOOL_CALL
                    TaskPhase      | UNKNOWN PENDING RUNNING ENDED
                    TokenKind      | INPUT CACHED_INPUT CACHE_WRITE OUTPUT REASONING
                    OutcomeKind    | STARTED ENDED AMENDED RETRACTED REFUSED SETTLED RELEASED
                    RequestPhase   | STARTED ENDED TASK_ENDED
                    RequestOutcome | OK PROVIDER_ERROR TIMEOUT RATE_LIMIT QUOTA AUTH NEUTRAL
                    Phase          | OPEN ENDED ABANDONED
                    """)
    void storedConstantsKeepTheirPlaces(String type, String constants) {
        Map<String, Enum<?>[]> stored =
                Map.of(
                        "EventType", EventType.values(),
                        "TaskPhase", TaskPhase.values(),
                        "TokenKind", TokenKind.values(),
                        "OutcomeKind", OutcomeKind.values(),
                        "RequestPhase", RequestPhase.values(),
                        "RequestOutcome", RequestOutcome.values(),
                        "Phase", TaskInFlight.Phase.values());
        assertThat(Stream.of(stored.get(type)).map(Enum::name)).startsWith(constants.split(" "));
    }

    private Tags tags() {
        return Tags.of(Map.of("a", text(), "b", text()), List.of("a", "b"));
    }

    private Scope scope() {
        return Scope.cell(text(), text(), text(), text());
    }

    private String text() {
        return TEXTS[random.nextInt(TEXTS.length)];
    }

    private long number() {
        return NUMBERS[random.nextInt(NUMBERS.length)];
    }

    private int small() {
        return random.nextInt(100) - 1;
    }

    private <T> T any(T[] values) {
        return values[random.nextInt(values.length)];
    }
}
