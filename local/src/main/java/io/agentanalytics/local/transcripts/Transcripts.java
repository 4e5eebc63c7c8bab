package io.agentanalytics.local.transcripts;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.agentanalytics.contract.TaskEvent;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Transcripts of a directory. */
public final class Transcripts {
    private static final JsonFactory JSON =
            JsonFactory.builder().disable(JsonFactory.Feature.INTERN_FIELD_NAMES).build();

    /** Short names of clients. */
    private static final Map<String, String> ALIASES =
            Map.of("gemini", GeminiReader.CLIENT, "qwen", QwenReader.CLIENT);

    private final TranscriptReader reader;
    private final List<Path> unreadable = new ArrayList<>();
    private int files;
    private long brokenLines;

    /**
     * Events and unreadable parts of the transcripts.
     *
     * @param events oldest first
     * @param unreadable files and directories that cannot be read
     * @param brokenLines lines that are not JSON, such as the last one of a killed client
     */
    public record FoundEvents(
            List<TaskEvent> events, int files, List<Path> unreadable, long brokenLines) {}

    private Transcripts(TranscriptReader reader) {
        this.reader = reader;
    }

    /** Returns the readers of all clients. */
    public static List<TranscriptReader> readers() {
        return List.of(
                new ClaudeCodeReader(),
                new CodexReader(),
                new GeminiReader(),
                new QwenReader(),
                new CopilotReader(),
                new OpencodeReader());
    }

    /** Returns the reader of a client, named as its reader names it or by its short name. */
    public static Optional<TranscriptReader> reader(String client) {
        String name = ALIASES.getOrDefault(client, client);
        return readers().stream().filter(reader -> reader.client().equals(name)).findFirst();
    }

    /** Reads all transcripts below a directory. */
    public static FoundEvents read(TranscriptReader reader, Path directory, Instant now)
            throws IOException {
        Transcripts transcripts = new Transcripts(reader);
        List<Path> found = transcripts.below(directory.toRealPath());
        found.sort(null);
        return transcripts.read(found, now);
    }

    /** Reads these files. */
    static FoundEvents read(TranscriptReader reader, List<Path> files, Instant now) {
        return new Transcripts(reader).read(files, now);
    }

    private FoundEvents read(List<Path> paths, Instant now) {
        paths.forEach(this::read);
        List<TaskEvent> events = new ArrayList<>(reader.events(now));
        events.sort(TaskEvent.MOMENT);
        return new FoundEvents(events, files, unreadable, brokenLines);
    }

    private List<Path> below(Path directory) throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(
                directory,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        if (attributes.isRegularFile() && reader.reads(file)) {
                            found.add(file);
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException e) {
                        unreadable.add(file);
                        return FileVisitResult.CONTINUE;
                    }
                });
        return found;
    }

    private void read(Path file) {
        TranscriptReader.Lines lines = reader.begin(file);
        try (LineStream stream = new LineStream(Files.newInputStream(file))) {
            while (stream.next()) {
                readLine(stream, lines);
            }
            files++;
        } catch (IOException e) {
            unreadable.add(file);
        }
        lines.end();
    }

    private void readLine(LineStream stream, TranscriptReader.Lines lines) throws IOException {
        // The parser reads ahead to the end of the line at most, where the stream ends.
        try (JsonParser json = JSON.createParser(new Unclosed(stream))) {
            Fields fields = Fields.read(json, reader.allowed());
            if (fields != null) {
                lines.line(fields);
            }
        } catch (JacksonException | CharConversionException e) {
            brokenLines++;
        }
    }

    /** Reads a file of one object; returns null if that is not possible. */
    static @Nullable Fields object(Path file, AllowList allowed) {
        if (!Files.isRegularFile(file)) {
            return null;
        }
        try (JsonParser json = JSON.createParser(Files.newInputStream(file))) {
            return Fields.read(json, allowed);
        } catch (IOException e) {
            return null;
        }
    }

    /** Stream that stays open when the parser of one line is closed. */
    private static final class Unclosed extends InputStream {
        private final InputStream stream;

        Unclosed(InputStream stream) {
            this.stream = stream;
        }

        @Override
        public int read() throws IOException {
            return stream.read();
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return stream.read(into, offset, length);
        }
    }
}
