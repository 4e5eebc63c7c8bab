package io.agentanalytics.local;

import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.local.command.UserError;
import io.agentanalytics.local.transcripts.TranscriptReader;
import io.agentanalytics.local.transcripts.Transcripts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Directory with the transcripts of a client. */
record TranscriptFolder(TranscriptReader reader, Path directory) {

    /**
     * Transcripts of a folder.
     *
     * @param events events to publish, oldest first
     * @param leftOut number of events of tasks that ended before
     */
    record FolderEvents(Transcripts.FoundEvents found, List<TaskEvent> events, int leftOut) {
        long tasks() {
            return events.stream().map(TaskEvent::taskId).distinct().count();
        }
    }

    /**
     * Returns the folder of a client.
     *
     * @param given null for the directory where the client keeps its transcripts by default
     */
    static TranscriptFolder of(String client, @Nullable Path given) {
        TranscriptReader reader =
                Transcripts.reader(client)
                        .orElseThrow(
                                () ->
                                        new UserError(
                                                "There is no client '%s'; write one of %s."
                                                        .formatted(
                                                                client,
                                                                String.join(", ", clients()))));
        Path directory = given == null ? reader.directory(home()) : given;
        if (!Files.isDirectory(directory)) {
            throw new UserError(
                    "There is no directory %s; name the one of %s: agent-analytics import %s DIR."
                            .formatted(directory, reader.client(), client));
        }
        return new TranscriptFolder(reader, directory);
    }

    /** Returns the names of the clients. */
    static List<String> clients() {
        return Transcripts.readers().stream().map(TranscriptReader::client).toList();
    }

    /** Reads the events of tasks that have events since then: no task is published in part. */
    FolderEvents since(Instant from, Instant now) throws IOException {
        Transcripts.FoundEvents found = Transcripts.read(reader, directory, now);
        Set<String> tasks = new HashSet<>();
        for (TaskEvent event : found.events()) {
            if (event.timeMillis() >= from.toEpochMilli()) {
                tasks.add(event.taskId());
            }
        }
        List<TaskEvent> events =
                found.events().stream().filter(event -> tasks.contains(event.taskId())).toList();
        return new FolderEvents(found, events, found.events().size() - events.size());
    }

    /** Returns the home directory as the clients see it: they follow the variable. */
    private static Path home() {
        String home = System.getenv("HOME");
        return Path.of(home == null || home.isEmpty() ? System.getProperty("user.home") : home);
    }
}
