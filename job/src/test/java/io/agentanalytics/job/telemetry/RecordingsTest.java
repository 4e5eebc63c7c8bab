package io.agentanalytics.job.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentanalytics.contract.EventDecoder;
import io.agentanalytics.contract.Fragment;
import io.agentanalytics.contract.FragmentCodec;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.Topics;
import io.agentanalytics.job.model.SourceRecord;
import io.agentanalytics.sources.Caller;
import io.agentanalytics.sources.Mapped;
import io.agentanalytics.sources.Outgoing;
import io.agentanalytics.sources.Sources;
import io.agentanalytics.sources.TelemetrySignal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Telemetry that real clients sent, mapped and assembled, must equal the bill. A recording is a
 * folder with the bodies as they arrived; a new recording needs no code.
 */
class RecordingsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration SILENCE = Duration.ofMinutes(15);

    static List<Path> recordings() throws IOException {
        String other = System.getProperty("agent-analytics.recordings", "");
        Path root = Path.of(other.isEmpty() ? "../sources/src/test/resources/recordings" : other);
        try (Stream<Path> folders = Files.list(root)) {
            return folders.filter(f -> Files.exists(f.resolve("expected.json"))).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("recordings")
    void equalsTheBill(Path recording) throws Exception {
        assertThat(sums(recording, bodies -> bodies)).isEqualTo(expected(recording));
    }

    @ParameterizedTest
    @MethodSource("recordings")
    void repeatedBodiesChangeNothing(Path recording) throws Exception {
        assertThat(
                        sums(
                                recording,
                                bodies -> {
                                    List<Path> twice = new ArrayList<>();
                                    bodies.forEach(b -> Collections.addAll(twice, b, b));
                                    twice.addAll(bodies);
                                    return twice;
                                }))
                .isEqualTo(expected(recording));
    }

    @ParameterizedTest
    @MethodSource("recordings")
    void theOrderOfBodiesChangesNothing(Path recording) throws Exception {
        assertThat(
                        sums(
                                recording,
                                bodies -> {
                                    List<Path> reversed = new ArrayList<>(bodies);
                                    Collections.reverse(reversed);
                                    return reversed;
                                }))
                .isEqualTo(expected(recording));
        for (int seed = 0; seed < 5; seed++) {
            Random random = new Random(seed);
            assertThat(
                            sums(
                                    recording,
                                    bodies -> {
                                        List<Path> shuffled = new ArrayList<>(bodies);
                                        Collections.shuffle(shuffled, random);
                                        return shuffled;
                                    }))
                    .isEqualTo(expected(recording));
        }
    }

    @Test
    void subAgentOfCodex_namesTheTurnThatStartedIt() throws Exception {
        Path recording =
                recordings().stream()
                        .filter(r -> r.endsWith("codex-subagent"))
                        .findFirst()
                        .orElseThrow();
        List<Fragment> emitted = new ArrayList<>();
        TurnRules rules = new TurnRules(emitted::add);
        Map<String, Map<String, Part>> conversations = new HashMap<>();
        var moment = new PartRules.Moment(1_000, 0, 1_000);
        for (Path body : bodies(recording)) {
            for (Outgoing record : map(body).records()) {
                if (!record.topic().equals(Topics.SPANS)) {
                    continue;
                }
                Fragment fragment = FragmentCodec.decode(record.value(), new EventDecoder());
                if (fragment.role().group() == Fragment.Group.CONVERSATION) {
                    rules.accept(
                            fragment,
                            moment,
                            conversations.computeIfAbsent(fragment.key(), k -> new HashMap<>()));
                }
            }
        }
        var later = new PartRules.Moment(60_000, 0, 1_000);
        conversations.values().forEach(parts -> rules.settle(later, parts, event -> {}));

        Fragment spawn = only(emitted, Fragment.Role.SPAWN);
        assertThat(spawn.key()).isEqualTo("01a2144d-16f0-7990-9510-ddb9f687015a");
        assertThat(spawn.name()).startsWith("01a2144d-162d-70f0-a975-ff94a4463190/");
        assertThat(emitted)
                .filteredOn(f -> f.role() == Fragment.Role.TURN)
                .extracting(f -> f.event().taskId())
                .hasSize(2)
                .contains(spawn.name());
    }

    private static Fragment only(List<Fragment> fragments, Fragment.Role role) {
        List<Fragment> found = fragments.stream().filter(f -> f.role() == role).toList();
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    private static JsonNode expected(Path recording) throws IOException {
        JsonNode all = JSON.readTree(recording.resolve("expected.json").toFile());
        return EventSums.comparable(all.get("a_product_must_show"));
    }

    private static JsonNode sums(Path recording, UnaryOperator<List<Path>> order) throws Exception {
        List<TaskEvent> events = new ArrayList<>();
        EventDecoder decoder = new EventDecoder();
        try (var harness =
                new KeyedOneInputStreamOperatorTestHarness<>(
                        new KeyedProcessOperator<>(
                                new FragmentAssembler(SILENCE, Duration.ofHours(1))),
                        FragmentAssembler::keyOf,
                        Types.STRING)) {
            harness.setProcessingTime(1_000);
            harness.open();
            for (Path body : order.apply(bodies(recording))) {
                for (Outgoing record : map(body).records()) {
                    if (record.topic().equals(Topics.TASK_EVENTS)) {
                        events.add(decoder.decode(record.value()));
                    } else if (record.topic().equals(Topics.SPANS)) {
                        var fragment = FragmentCodec.decode(record.value(), decoder);
                        harness.processElement(new FragmentRecord(fragment, null, 0, 0, 0), 0);
                    }
                }
            }
            harness.setProcessingTime(60_000);
            for (SourceRecord made : harness.extractOutputValues()) {
                events.add(made.event());
            }
        }
        return EventSums.of(events);
    }

    private static List<Path> bodies(Path recording) throws IOException {
        try (Stream<Path> files = Files.list(recording)) {
            return files.filter(
                            f ->
                                    f.getFileName()
                                            .toString()
                                            .matches(
                                                    "\\d+-(traces|logs|metrics|other)"
                                                            + "\\.(pb|json)(\\.gz)?"))
                    .sorted()
                    .toList();
        }
    }

    private static Mapped map(Path file) throws Exception {
        String name = file.getFileName().toString();
        byte[] body = Files.readAllBytes(file);
        if (name.endsWith(".gz")) {
            try (var in = new GZIPInputStream(Files.newInputStream(file))) {
                body = in.readAllBytes();
            }
        }
        Sources sources = new Sources(Clock.systemUTC());
        boolean json = name.contains(".json");
        if (name.contains("-traces")) {
            return sources.otlp(TelemetrySignal.TRACES, json, body, Caller.ANYONE);
        }
        if (name.contains("-logs")) {
            return sources.otlp(TelemetrySignal.LOGS, json, body, Caller.ANYONE);
        }
        return name.contains("-metrics")
                ? sources.otlp(TelemetrySignal.METRICS, json, body, Caller.ANYONE)
                : sources.claudeHook(body, "", Caller.ANYONE);
    }
}
