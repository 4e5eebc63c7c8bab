package io.agentanalytics.intake.delivery;

import io.agentanalytics.sources.Outgoing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounded queue of batches on disk, used while Kafka is unavailable. An append is durable before it
 * is confirmed; concurrent appends share one fsync. Batches are read in the order of their appends,
 * by one thread, and survive the process until they are acknowledged.
 *
 * <p>Libraries do not fit: the queue files of Tape sync every entry, and Chronicle Queue confirms
 * an entry before it is on disk.
 */
public final class Spool implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Spool.class);
    private static final long SEGMENT_BYTES = 64 << 20;

    private final Path directory;
    private final long maxBytes;
    private final Clock clock;
    private final FileChannel lock;
    private final SpoolPosition position;
    private final GroupCommit commits;
    private Runnable beforeRemoval = () -> {}; // used by the reader only
    private final Deque<Segment> segments; // guarded by this, as all below
    private long nextSegment;
    private long bytes;
    private long records;
    private long oldestMillis;
    private long lostBytes;

    /**
     * Batches that follow each other, for delivery.
     *
     * @param start offset of the first of them in its segment
     * @param end offset after the last of them
     * @param lostBytes damaged bytes before and between them
     */
    record Chunk(List<Outgoing> records, long segment, long start, long end, long lostBytes) {
        long bytes() {
            return end - start;
        }
    }

    private Spool(Path directory, long maxBytes, Clock clock, FileChannel lock) throws IOException {
        this.directory = directory;
        this.maxBytes = maxBytes;
        this.clock = clock;
        this.lock = lock;
        position = new SpoolPosition(directory);
        segments = new ArrayDeque<>(Segment.openAll(directory));
        nextSegment = position.nextSegment();
        for (Segment segment : segments) {
            nextSegment = Math.max(nextSegment, segment.id() + 1);
            bytes += segment.size();
            count(segment);
        }
        Segment last = segments.peekLast();
        if (last != null && position.in(last) > last.size()) {
            // The delivered end of the segment was truncated: batches appended there are unread.
            position.move(last.id(), last.size());
        }
        commits = new GroupCommit(this::target, this::undo);
    }

    private void count(Segment segment) throws IOException {
        long offset = position.in(segment);
        for (Segment.Read r = segment.next(offset); r != null; r = segment.next(r.end())) {
            oldestMillis = records == 0 ? r.frame().appendMillis() : oldestMillis;
            records += r.frame().records().size();
        }
    }

    /**
     * Opens a spool, and creates its directory if it is missing.
     *
     * @param maxBytes limit of the files in the directory
     * @throws IOException if the directory cannot be used, or if another intake uses it
     */
    public static Spool open(Path directory, long maxBytes, Clock clock) throws IOException {
        SpoolFiles.makeDirectory(directory);
        FileChannel lock = SpoolFiles.lock(directory);
        try {
            return new Spool(directory, maxBytes, clock, lock);
        } catch (IOException e) {
            lock.close();
            throw e;
        }
    }

    /**
     * Appends a batch.
     *
     * @return completes when the batch is durable; fails with {@link SpoolFullException} if it
     *     cannot be stored
     */
    CompletableFuture<Void> append(List<Outgoing> batch) {
        long now = clock.millis();
        ByteBuffer frame = new Frame(now, batch).encode();
        synchronized (this) {
            if (bytes + frame.remaining() > maxBytes) {
                return CompletableFuture.failedFuture(
                        new SpoolFullException(
                                ("The spool contains %d of at most %d bytes; start Kafka, or raise"
                                                + " the limit.")
                                        .formatted(bytes, maxBytes)));
            }
            oldestMillis = records == 0 ? now : oldestMillis;
            bytes += frame.remaining();
            records += batch.size();
            return commits.add(new GroupCommit.Append(frame, batch.size()));
        }
    }

    /** Returns the segment for the next group of appends. */
    private synchronized Segment target() throws IOException {
        Segment last = segments.peekLast();
        if (last == null || last.size() >= Math.min(SEGMENT_BYTES, maxBytes / 4)) {
            last = Segment.create(directory, nextSegment++);
            segments.add(last);
        }
        return last;
    }

    private synchronized void undo(GroupCommit.Append append) {
        bytes -= append.bytes();
        records -= append.records();
    }

    /**
     * Returns the oldest batches that are not acknowledged, or null if there is none. Called by one
     * thread.
     *
     * @param maxBytes size at which no further batch is added
     */
    @Nullable Chunk read(long maxBytes) throws IOException {
        for (Segment s = first(); s != null; s = first()) {
            Chunk chunk = read(s, maxBytes);
            if (chunk != null) {
                return chunk;
            }
            beforeRemoval.run();
            if (!remove(s) && !hasUnread(s)) {
                return null;
            }
        }
        return null;
    }

    private @Nullable Chunk read(Segment segment, long maxBytes) throws IOException {
        List<Outgoing> chunk = new ArrayList<>();
        long start = position.in(segment);
        long end = start;
        long lost = 0;
        for (Segment.Read r = segment.next(start); r != null; r = segment.next(end)) {
            lost += r.start() - end;
            chunk.addAll(r.frame().records());
            markOldest(r.frame().appendMillis());
            end = r.end();
            if (end - start >= maxBytes) {
                break;
            }
        }
        return chunk.isEmpty() ? null : new Chunk(chunk, segment.id(), start, end, lost);
    }

    private synchronized @Nullable Segment first() {
        return segments.peekFirst();
    }

    private synchronized void markOldest(long appendMillis) {
        oldestMillis = appendMillis;
    }

    /** Removes delivered batches. */
    void acknowledge(Chunk chunk) throws IOException {
        position.move(chunk.segment(), chunk.end());
        Segment first = first();
        synchronized (this) {
            records -= chunk.records().size();
            lost(chunk.lostBytes());
        }
        if (first != null && first.id() == chunk.segment() && chunk.end() >= first.size()) {
            beforeRemoval.run();
            remove(first);
        }
    }

    /**
     * Deletes a segment, unless it has unread batches or a batch is being appended to it. Batches
     * may be stored, and the next segment begun, between a read without result and this call.
     *
     * @return false if the segment is kept
     */
    private synchronized boolean remove(Segment segment) throws IOException {
        boolean isWritten = segment == segments.peekLast() && commits.isBusy();
        if (isWritten || hasUnread(segment)) {
            return false;
        }
        lost(segment.size() - position.in(segment));
        segments.remove(segment);
        bytes -= segment.size();
        segment.delete();
        if (segments.isEmpty() && !commits.isBusy()) {
            records = 0;
        }
        return true;
    }

    private synchronized void lost(long damaged) {
        if (damaged > 0) {
            lostBytes += damaged;
            LOG.error("The spool lost {} bytes, which are damaged on the disk.", damaged);
        }
    }

    private boolean hasUnread(Segment segment) throws IOException {
        return segment.next(position.in(segment)) != null;
    }

    /** Sets an action that runs before each removal of a segment, without the lock; for tests. */
    void beforeRemoval(Runnable action) {
        beforeRemoval = action;
    }

    /** Waits until batches can be read, at most for the given time. */
    void awaitRecords(Duration limit) throws InterruptedException {
        commits.awaitCommit(limit);
    }

    synchronized boolean isEmpty() {
        return segments.isEmpty() && !commits.isBusy();
    }

    /** Returns the bytes on disk, delivered batches of a segment in use included. */
    public synchronized long bytes() {
        return bytes;
    }

    /** Returns the bytes that were damaged on the disk; the records in them are lost. */
    public synchronized long lostBytes() {
        return lostBytes;
    }

    /** Returns the number of records that are not delivered. */
    public synchronized long records() {
        return records;
    }

    /** Returns the age of the oldest record that is not delivered; zero if there is none. */
    public synchronized Duration oldestAge() {
        return records == 0 ? Duration.ZERO : Duration.ofMillis(clock.millis() - oldestMillis);
    }

    /** Returns whether a batch of usual size can be appended. */
    public synchronized boolean hasRoom() {
        return bytes < maxBytes - maxBytes / 100;
    }

    /** Waits for appends in progress. Undelivered batches remain on disk. */
    @Override
    public void close() throws IOException {
        commits.close();
        for (Segment segment : segments) {
            segment.close();
        }
        position.close();
        lock.close();
    }
}
