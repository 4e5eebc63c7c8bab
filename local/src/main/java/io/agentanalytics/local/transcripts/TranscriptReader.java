package io.agentanalytics.local.transcripts;

import io.agentanalytics.contract.TaskEvent;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * Reader of the transcripts of one client. It is given the lines of all files, in any order of
 * files, before it is asked for events: forks copy calls from file to file.
 */
public abstract class TranscriptReader {
    private final String client;
    private final String directory;
    private final AllowList allowed;

    /**
     * @param client name of the client, such as {@code claude-code}
     * @param directory directory of its transcripts, relative to the home directory
     * @param allowed fields that are read; nothing else of a line is kept
     */
    TranscriptReader(String client, String directory, AllowList allowed) {
        this.client = client;
        this.directory = directory;
        this.allowed = allowed;
    }

    /** Returns the name of the client, such as {@code claude-code}. */
    public final String client() {
        return client;
    }

    /** Returns the directory in which the client keeps its transcripts. */
    public final Path directory(Path home) {
        return home.resolve(directory);
    }

    final AllowList allowed() {
        return allowed;
    }

    /** Returns true if this file of the directory is a transcript. */
    boolean reads(Path file) {
        return file.toString().endsWith(".jsonl");
    }

    /** Begins a file. */
    abstract Lines begin(Path file);

    /**
     * Returns the events of all files, in no particular order.
     *
     * @param now time from which silence counts: a task that is silent for long has ended
     */
    abstract List<TaskEvent> events(Instant now);

    /** Receiver of the lines of one file, in their order. */
    interface Lines {
        void line(Fields line);

        /** Ends the file. */
        default void end() {}
    }
}
