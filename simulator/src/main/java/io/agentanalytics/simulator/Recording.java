package io.agentanalytics.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * File of events, one JSON object per line, optionally gzipped. Only {@code time} is ever changed;
 * lines that are not events are sent unchanged, so that a recording of bad input remains one.
 */
public final class Recording {
    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
                    .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
                    .build();

    /** Number of lines of a file and its time range; the times are null if no line has a time. */
    public record Summary(long lines, @Nullable Instant first, @Nullable Instant last) {}

    /** A line in the form in which it is sent. */
    public record Line(String key, byte[] value, @Nullable Instant time) {}

    /** Receives the lines in order. */
    public interface Reader {
        void line(Line line) throws IOException;
    }

    private final Path file;

    public Recording(Path file) {
        this.file = file;
    }

    /** Reads the file once and returns its number of lines and time range. */
    public Summary summary() throws IOException {
        long[] lines = {0};
        Instant[] span = {Instant.MAX, Instant.MIN};
        read(
                0,
                line -> {
                    lines[0]++;
                    Instant time = line.time();
                    if (time != null) {
                        span[0] = time.isBefore(span[0]) ? time : span[0];
                        span[1] = time.isAfter(span[1]) ? time : span[1];
                    }
                });
        boolean timed = !span[1].equals(Instant.MIN);
        return new Summary(lines[0], timed ? span[0] : null, timed ? span[1] : null);
    }

    /** Reads all lines and shifts their times by the given number of milliseconds. */
    public void read(long shiftMillis, Reader reader) throws IOException {
        try (BufferedReader lines = open()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isBlank()) {
                    reader.line(shifted(line, shiftMillis));
                }
            }
        }
    }

    private BufferedReader open() throws IOException {
        var in = Files.newInputStream(file);
        return new BufferedReader(
                new InputStreamReader(
                        file.toString().endsWith(".gz") ? new GZIPInputStream(in, 1 << 16) : in,
                        StandardCharsets.UTF_8),
                1 << 16);
    }

    private static Line shifted(String text, long shiftMillis) {
        byte[] raw = text.getBytes(StandardCharsets.UTF_8);
        try {
            if (JSON.readTree(text) instanceof ObjectNode event) {
                String key = event.path("task_id").asText("");
                JsonNode time = event.path("time");
                if (!time.isTextual()) {
                    return new Line(key, raw, null);
                }
                Instant moved =
                        OffsetDateTime.parse(time.textValue()).toInstant().plusMillis(shiftMillis);
                if (shiftMillis == 0) {
                    return new Line(key, raw, moved);
                }
                event.put("time", moved.toString());
                return new Line(key, JSON.writeValueAsBytes(event), moved);
            }
        } catch (JsonProcessingException | DateTimeException notAnEvent) {
            // Sent unchanged: the job reports the error.
        }
        return new Line("", raw, null);
    }
}
