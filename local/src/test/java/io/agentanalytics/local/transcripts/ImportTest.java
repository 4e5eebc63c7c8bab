package io.agentanalytics.local.transcripts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentanalytics.contract.EventDecoder;
import io.agentanalytics.contract.EventEncoder;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Recorded transcripts against the bill of the provider that answered them. The folder of a client
 * holds its files as they lie below the home directory, and {@code expected.json}.
 */
class ImportTest {
    private static final Path SAMPLES = Path.of("src/test/resources/transcripts");
    private static final Instant LATER = Instant.parse("2026-12-01T00:00:00Z");
    private static final ObjectMapper JSON = new ObjectMapper();
    @TempDir Path temporary;

    record Tokens(
            long requests, long uncached, long cached, long written, long output, long reasoning) {
        static final Tokens NONE = new Tokens(0, 0, 0, 0, 0, 0);

        static Tokens of(TaskEvent e) {
            long cached = Math.max(0, e.tokens().cachedInput());
            long written = Math.max(0, e.tokens().cacheWrite());
            return new Tokens(
                    1,
                    e.tokens().input() - cached - written,
                    cached,
                    written,
                    e.tokens().output(),
                    Math.max(0, e.tokens().reasoning()));
        }

        static Tokens of(JsonNode n) {
            return new Tokens(
                    n.get("requests").asLong(),
                    n.get("uncached_input").asLong(),
                    n.get("cache_read").asLong(),
                    n.get("cache_write").asLong(),
                    n.get("output").asLong(),
                    n.get("reasoning").asLong());
        }

        Tokens plus(Tokens o) {
            return new Tokens(
                    requests + o.requests,
                    uncached + o.uncached,
                    cached + o.cached,
                    written + o.written,
                    output + o.output,
                    reasoning + o.reasoning);
        }
    }

    static List<String> clients() {
        return Transcripts.readers().stream().map(TranscriptReader::client).toList();
    }

    private static Path folder(String client) {
        return SAMPLES.resolve(client.equals("copilot") ? "copilot-cli" : client);
    }

    private static TranscriptReader reader(String client) {
        return Transcripts.readers().stream()
                .filter(r -> r.client().equals(client))
                .findFirst()
                .orElseThrow();
    }

    private static Path directory(TranscriptReader reader, Path home) {
        Path own = reader.directory(home);
        return Files.isDirectory(own) ? own : home.resolve("export"); // opencode's tables
    }

    private static List<Path> files(TranscriptReader reader, Path home) throws IOException {
        try (Stream<Path> walk = Files.walk(directory(reader, home))) {
            return new ArrayList<>(
                    walk.filter(Files::isRegularFile).filter(reader::reads).sorted().toList());
        }
    }

    private static List<TaskEvent> events(String client) throws IOException {
        TranscriptReader reader = reader(client);
        return Transcripts.read(reader, directory(reader, folder(client)), LATER).events();
    }

    private static JsonNode expected(String client) throws IOException {
        return JSON.readTree(folder(client).resolve("expected.json").toFile());
    }

    private static Tokens sum(List<TaskEvent> events, Predicate<TaskEvent> which) {
        return events.stream()
                .filter(e -> e.type() == EventType.LLM_CALL && e.errorType().isEmpty())
                .filter(which)
                .map(Tokens::of)
                .reduce(Tokens.NONE, Tokens::plus);
    }

    private static boolean isOf(TaskEvent e, String session) {
        return session.equals(e.tags().get("session"));
    }

    @ParameterizedTest
    @MethodSource("clients")
    void tokensAreThoseOfTheBill(String client) throws IOException {
        List<TaskEvent> events = events(client);
        JsonNode expected = expected(client);
        Map<String, Tokens> got = new TreeMap<>();
        Map<String, Tokens> want = new TreeMap<>();
        got.put("total", sum(events, e -> true));
        want.put("total", Tokens.of(expected.at("/totals/files_tell")));
        for (JsonNode session : expected.get("sessions")) {
            String id = session.get("session_id").asText();
            String name = session.get("scenario").asText();
            got.put(name, sum(events, e -> isOf(e, id)));
            want.put(name, Tokens.of(session.get("files_tell")));
            if (session.hasNonNull("of_these_sub_agent")) {
                got.put(
                        name + " sub",
                        sum(events, e -> isOf(e, id) && !e.parentTaskId().isEmpty()));
                want.put(name + " sub", Tokens.of(session.get("of_these_sub_agent")));
            }
        }
        for (var model : expected.get("models_told").properties()) {
            got.put(model.getKey(), sum(events, e -> e.model().equals(model.getKey())));
            want.put(model.getKey(), Tokens.of(model.getValue()));
        }
        for (var day : expected.at("/per_day_utc/by_end_of_answer").properties()) {
            got.put(day.getKey(), sum(events, e -> time(e).startsWith(day.getKey())));
            want.put(day.getKey(), Tokens.of(day.getValue()));
        }
        assertThat(got).isEqualTo(want);
    }

    @ParameterizedTest
    @MethodSource("clients")
    void lowerBoundsAreMarked(String client) throws IOException {
        long marked =
                events(client).stream()
                        .filter(e -> "lower_bound".equals(e.tags().get("output")))
                        .count();
        assertThat(marked)
                .isEqualTo(expected(client).at("/totals/output_only_lower_bound").asLong(0));
    }

    @ParameterizedTest
    @MethodSource("clients")
    void promptsOfHumansAreTasks(String client) throws IOException {
        List<TaskEvent> events = events(client);
        Map<String, Long> got = new TreeMap<>();
        Map<String, Long> want = new TreeMap<>();
        for (JsonNode session : expected(client).get("sessions")) {
            String id = session.get("session_id").asText();
            want.put(session.get("scenario").asText(), session.at("/prompts/human").asLong());
            got.put(
                    session.get("scenario").asText(),
                    events.stream()
                            .filter(e -> e.type() == EventType.TASK_STARTED && isOf(e, id))
                            .filter(e -> e.parentTaskId().isEmpty())
                            .count());
        }
        assertThat(got).isEqualTo(want);
    }

    @ParameterizedTest
    @MethodSource("clients")
    void reportedEndsAreCorrect(String client) throws IOException {
        List<TaskEvent> events = events(client);
        for (JsonNode session : expected(client).get("sessions")) {
            Set<String> want = new HashSet<>();
            session.at("/prompts/ends").forEach(end -> want.add(end.asText()));
            String id = session.get("session_id").asText();
            assertThat(
                            events.stream()
                                    .filter(e -> e.type().isEnding() && isOf(e, id))
                                    .filter(e -> !e.tags().containsKey("end"))
                                    .map(ImportTest::end))
                    .as(session.get("scenario").asText())
                    .isSubsetOf(want);
        }
    }

    @ParameterizedTest
    @MethodSource("clients")
    void oldTasksHaveEnded(String client) throws IOException {
        List<TaskEvent> events = events(client);
        Set<String> ended =
                events.stream()
                        .filter(e -> e.type().isEnding())
                        .map(TaskEvent::taskId)
                        .collect(Collectors.toSet());
        assertThat(events).allSatisfy(e -> assertThat(ended).contains(e.taskId()));
    }

    private static String end(TaskEvent e) {
        return switch (e.type()) {
            case TASK_COMPLETED -> "completed";
            case TASK_FAILED -> "failed";
            default -> "interrupted";
        };
    }

    @ParameterizedTest
    @MethodSource("clients")
    void orderAndRepetitionOfFilesDoNotMatter(String client) throws IOException {
        List<Path> files = files(reader(client), folder(client));
        List<TaskEvent> once = Transcripts.read(reader(client), files, LATER).events();
        List<Path> reversed = new ArrayList<>(files);
        Collections.reverse(reversed);
        assertSame(Transcripts.read(reader(client), reversed, LATER).events(), once);
        files.addAll(reversed);
        assertSame(Transcripts.read(reader(client), files, LATER).events(), once);
    }

    private static void assertSame(List<TaskEvent> events, List<TaskEvent> others) {
        List<TaskEvent> more = new ArrayList<>(events);
        others.forEach(more::remove);
        List<TaskEvent> fewer = new ArrayList<>(others);
        events.forEach(fewer::remove);
        assertThat(more).isEmpty();
        assertThat(fewer).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("clients")
    void eventsAreValidOrderedAndUnique(String client) throws Exception {
        List<TaskEvent> events = events(client);
        EventDecoder decoder = new EventDecoder();
        Set<String> ids = new HashSet<>();
        for (TaskEvent event : events) {
            TaskEvent read = decoder.decode(EventEncoder.encode(event));
            assertThat(read.eventId()).isEqualTo(event.eventId());
            assertThat(decoder.notes()).as("%s", event).isEmpty();
            assertThat(ids.add(event.taskId() + " " + event.eventId())).as("%s", event).isTrue();
        }
        assertThat(events).isSortedAccordingTo(TaskEvent.MOMENT);
    }

    @ParameterizedTest
    @MethodSource("clients")
    void cutLastLine_losesThatLineAlone(String client) throws IOException {
        for (Path file : files(reader(client), folder(client))) {
            byte[] whole = Files.readAllBytes(file);
            Path cut = temporary.resolve(file.getFileName());
            Path shorter = temporary.resolve("shorter-" + file.getFileName());
            int lastLine =
                    new String(whole, StandardCharsets.ISO_8859_1).stripTrailing().lastIndexOf('\n')
                            + 1;
            Files.write(shorter, java.util.Arrays.copyOf(whole, lastLine));
            Files.write(cut, java.util.Arrays.copyOf(whole, lastLine + 20));
            var found = Transcripts.read(reader(client), List.of(cut), LATER);
            assertSame(
                    found.events(),
                    Transcripts.read(reader(client), List.of(shorter), LATER).events());
            assertThat(found.brokenLines()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @MethodSource("clients")
    void contentNeverLeavesTheReader(String client) throws IOException {
        String events =
                events(client).stream()
                        .map(e -> new String(EventEncoder.encode(e), StandardCharsets.UTF_8))
                        .collect(Collectors.joining("\n"));
        assertThat(events)
                .doesNotContain("cleaned", "/home", "project-a", "project-b", "mock 4", "mock 5")
                .doesNotContain("made-by-mock", "interrupted by", "<", "@", "127.0.0.1");
    }

    @ParameterizedTest
    @MethodSource("clients")
    void unreadableFilesAreNamed(String client) {
        Path missing = temporary.resolve("none.jsonl");
        var found = Transcripts.read(reader(client), List.of(missing), LATER);
        assertThat(found.unreadable()).containsExactly(missing);
        assertThat(found.events()).isEmpty();
    }

    private static String time(TaskEvent e) {
        return Instant.ofEpochMilli(e.timeMillis()).toString();
    }
}
