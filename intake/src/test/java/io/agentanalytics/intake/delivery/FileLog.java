package io.agentanalytics.intake.delivery;

import io.agentanalytics.sources.Outgoing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Log in a file in place of Kafka: a line for each record. It can be away, or silent. */
public final class FileLog implements RecordWriter {
    private final Path file;
    private volatile State state = State.PRESENT;
    private int thrown; // guarded by this

    /** Answer of the log to writes. */
    public enum State {
        PRESENT,
        /** Writes fail at once. */
        AWAY,
        /** Writes are neither confirmed nor refused. */
        SILENT,
        /** Writes throw an exception. */
        BROKEN
    }

    public FileLog(Path file) {
        this.file = file;
    }

    public FileLog become(State next) {
        state = next;
        return this;
    }

    @Override
    public synchronized CompletableFuture<Void> write(Outgoing record) {
        if (state == State.BROKEN) {
            thrown++;
            throw new IllegalStateException("the log is broken");
        }
        if (state == State.AWAY) {
            return CompletableFuture.failedFuture(new IOException("the log is away"));
        }
        if (state == State.SILENT) {
            return new CompletableFuture<>();
        }
        String value = new String(record.value(), StandardCharsets.UTF_8).replace('\n', ' ');
        if (value.startsWith("refuse")) {
            return CompletableFuture.failedFuture(new RecordRefusedException("too large"));
        }
        try {
            Files.writeString(
                    file,
                    record.topic() + " " + record.key() + " " + value + record.headers() + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public boolean isReachable() {
        return state == State.PRESENT;
    }

    /** Returns the number of writes that threw an exception. */
    synchronized int thrown() {
        return thrown;
    }

    /** Returns the lines of the log. */
    public synchronized List<String> lines() {
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {}
}
