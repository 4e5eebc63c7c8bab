package io.agentanalytics.local.transcripts;

import io.agentanalytics.contract.TaskEvent;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * Reader of the transcripts of one client. It is given the lines of all files, in any order of
 * files, before it is asked for events: forks copy calls from file to file.
 */
public interface TranscriptReader {

    /** Returns the name of the client, such as {@code claude-code}. */
    String client();

    /** Returns the directory in which the client keeps its transcripts. */
    Path directory(Path home);

    /** Returns the fields that are read; nothing else of a line is kept. */
    AllowList allowed();

    /** Returns true if this file of the directory is a transcript. */
    boolean reads(Path file);

    /** Begins a file. */
    Lines begin(Path file);

    /**
     * Returns the events of all files, in no particular order.
     *
     * @param now time from which silence counts: a task that is silent for long has ended
     */
    List<TaskEvent> events(Instant now);

    /** Receiver of the lines of one file, in their order. */
    interface Lines {
        void line(Fields line);

        /** Ends the file. */
        default void end() {}
    }
}
