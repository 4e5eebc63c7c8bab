package io.agentanalytics.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingTest {
    private static final String EVENT =
            "{\"task_id\":\"t\",\"time\":\"2025-11-18T22:55:05.500Z\","
                    + "\"cost_usd\":0.07168750000000002,\"unheard_of\":{\"a\":[1]}}";

    @TempDir Path directory;

    private List<Recording.Line> read(Path file, long shift) throws IOException {
        List<Recording.Line> lines = new ArrayList<>();
        new Recording(file).read(shift, lines::add);
        return lines;
    }

    private static String text(Recording.Line line) {
        return new String(line.value(), StandardCharsets.UTF_8);
    }

    @Test
    void onlyTheTimeIsMoved() throws IOException {
        Path file = Files.writeString(directory.resolve("r.ndjson"), EVENT + "\n");
        assertThat(text(read(file, 0).get(0))).isEqualTo(EVENT);
        assertThat(text(read(file, 1500).get(0)))
                .isEqualTo(EVENT.replace("22:55:05.500Z", "22:55:07Z"));
        assertThat(read(file, 0).get(0).key()).isEqualTo("t");
    }

    @Test
    void brokenLinesStayAsTheyAre() throws IOException {
        Path file =
                Files.writeString(
                        directory.resolve("r.ndjson"), "{broken\n\n[1]\n{\"time\":\"soon\"}\n");
        assertThat(read(file, 1000))
                .extracting(RecordingTest::text)
                .containsExactly("{broken", "[1]", "{\"time\":\"soon\"}");
        assertThat(new Recording(file).summary().first()).isNull();
    }

    @Test
    void readsGzip() throws IOException {
        Path file = directory.resolve("r.ndjson.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(
                    (EVENT + "\n" + EVENT.replace("22:55:05.500Z", "23:00:00Z"))
                            .getBytes(StandardCharsets.UTF_8));
        }
        assertThat(new Recording(file).summary())
                .isEqualTo(
                        new Recording.Summary(
                                2,
                                Instant.parse("2025-11-18T22:55:05.500Z"),
                                Instant.parse("2025-11-18T23:00:00Z")));
    }
}
