package io.agentanalytics.intake.delivery;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * File of the spool: frames, one after the other. Written by one thread and read by another; the
 * reader sees only frames that were forced to disk.
 */
final class Segment implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Segment.class);
    private static final String SUFFIX = ".spool";
    private final long id;
    private final Path file;
    private final FileChannel channel;
    private long written;
    private volatile long durable;

    /** A frame, its offset and the offset after it. */
    record Read(Frame frame, long start, long end) {}

    private Segment(long id, Path file, FileChannel channel) {
        this.id = id;
        this.file = file;
        this.channel = channel;
    }

    /** Creates an empty segment. */
    static Segment create(Path directory, long id) throws IOException {
        Path file = directory.resolve("%016d%s".formatted(id, SUFFIX));
        FileChannel channel =
                FileChannel.open(
                        file,
                        Set.of(
                                StandardOpenOption.CREATE_NEW,
                                StandardOpenOption.READ,
                                StandardOpenOption.WRITE),
                        SpoolFiles.ownerOnly("rw-------"));
        Segment segment = new Segment(id, file, channel);
        try {
            SpoolFiles.force(directory);
        } catch (IOException e) {
            // Without a durable name, no batch in the file is: none may be confirmed. The next
            // group of appends creates another file.
            segment.deleteAfter(e);
            throw e;
        }
        return segment;
    }

    /**
     * Opens the segments that an earlier process left, oldest first. An incomplete last frame, left
     * by a crash, is truncated.
     */
    static List<Segment> openAll(Path directory) throws IOException {
        List<Segment> segments = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(Segment::isSegment).sorted().toList()) {
                String name = String.valueOf(file.getFileName());
                long id = Long.parseLong(name.substring(0, name.length() - SUFFIX.length()));
                Segment segment =
                        new Segment(
                                id,
                                file,
                                FileChannel.open(
                                        file, StandardOpenOption.READ, StandardOpenOption.WRITE));
                segment.recover();
                segments.add(segment);
            }
        }
        return segments;
    }

    private static boolean isSegment(Path file) {
        return String.valueOf(file.getFileName()).matches("\\d{16}\\.spool");
    }

    private void recover() throws IOException {
        durable = channel.size();
        long end = 0;
        for (Read read = next(0); read != null; read = next(end)) {
            end = read.end;
        }
        if (end < durable) {
            LOG.warn(
                    "Truncated {} by {} bytes: the batch there is incomplete or damaged.",
                    file,
                    durable - end);
        }
        channel.truncate(end);
        channel.force(true);
        written = end;
        durable = end;
    }

    long id() {
        return id;
    }

    /** Returns the number of bytes that were forced to disk. */
    long size() {
        return durable;
    }

    /** Appends a frame, which is stored once {@link #force} returns. */
    void write(ByteBuffer frame) throws IOException {
        while (frame.hasRemaining()) {
            written += channel.write(frame, written);
        }
    }

    void force() throws IOException {
        channel.force(false);
        durable = written;
    }

    /** Drops the frames that were written since the last {@link #force}. */
    void discard() throws IOException {
        written = durable; // overwritten by the next frame, even if it cannot be truncated
        channel.truncate(durable);
    }

    /** Returns the first undamaged frame at or after an offset, or null if there is none. */
    @Nullable Read next(long offset) throws IOException {
        long end = durable;
        if (offset >= end) {
            return null;
        }
        Read read = read(offset);
        return read == null ? search(offset + 1, end) : read;
    }

    private @Nullable Read search(long from, long end) throws IOException {
        ByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, from, end - from);
        for (int at = 0; at < bytes.limit(); at++) {
            Read read = Frame.maybe(bytes, at) ? read(from + at) : null;
            if (read != null) {
                return read;
            }
        }
        return null;
    }

    /** Returns the frame at an offset, or null at the end or if the frame is damaged. */
    private @Nullable Read read(long offset) throws IOException {
        ByteBuffer header = fill(ByteBuffer.allocate(Frame.HEADER_BYTES), offset);
        if (header.hasRemaining()) {
            return null;
        }
        int length = header.getInt(0);
        long start = offset + Frame.HEADER_BYTES;
        if (length <= 0 || length > durable - start) {
            return null;
        }
        ByteBuffer payload = fill(ByteBuffer.allocate(length), start);
        if (payload.hasRemaining() || Frame.crc(payload.flip()) != header.getInt(4)) {
            return null;
        }
        return new Read(Frame.decode(payload.array()), offset, start + length);
    }

    private ByteBuffer fill(ByteBuffer buffer, long offset) throws IOException {
        long at = offset;
        while (buffer.hasRemaining()) {
            int read = channel.read(buffer, at);
            if (read < 0) {
                break;
            }
            at += read;
        }
        return buffer;
    }

    private void deleteAfter(IOException failure) {
        try {
            delete();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    void delete() throws IOException {
        channel.close();
        Files.deleteIfExists(file);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
